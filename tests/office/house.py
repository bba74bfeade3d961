"""Organisations and users of the tests: one user for each role, and a neighbour county."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from yingjiu.office.accounts.models import Function, Kind, Level, Organisation, RoleGrant, User
from yingjiu.office.accounts.roles import Role

PASSWORD = "Xuni-county-2025"  # noqa: S105 - of users who live in a test's database only
HASHED = make_password(PASSWORD)


@dataclass(frozen=True)
class House:
    """Organisations and users of the tests."""

    province: Organisation
    city: Organisation
    county: Organisation
    other_county: Organisation
    complaints: Organisation
    prosecution: Organisation
    finance_department: Organisation
    other_complaints: Organisation
    civil_affairs: Organisation
    handler: User
    second_handler: User
    prosecutor: User
    head: User
    deputy: User
    analyst: User
    finance: User
    liaison: User
    grid_worker: User
    system_admin: User
    security_admin: User
    audit_admin: User
    other_handler: User
    other_head: User
    city_head: User

    @property
    def users(self) -> dict[str, User]:
        """All users by name."""
        return {name: each for name, each in vars(self).items() if isinstance(each, User)}


def organisation(name: str, kind: str, parent: Organisation | None = None, **more: object) -> Organisation:
    made = Organisation(name=name, kind=kind, parent=parent, **more)
    made.full_clean()
    made.save()
    return made


def user(name: str, at: Organisation, *roles: Role, clearance: int = 1) -> User:
    made = User(
        username=name, display_name=f"虚构{name}", organisation=at, clearance=clearance, password=HASHED
    )
    made.save()
    for role in roles:
        RoleGrant.objects.create(user=made, role=role)
    return made


def build_house() -> House:
    """Make the house in the database."""
    office, department = Kind.PROCURATORATE, Kind.DEPARTMENT
    province = organisation("虚构省人民检察院", office, level=Level.PROVINCIAL, region="320000")
    city = organisation("虚构市人民检察院", office, province, level=Level.MUNICIPAL, region="320900")
    county = organisation(
        "虚构县人民检察院", office, city, level=Level.COUNTY, region="320999", short_name="虚县检"
    )
    other = organisation(
        "邻县人民检察院", office, city, level=Level.COUNTY, region="320921", short_name="邻县检"
    )
    complaints = organisation("控告申诉检察部", department, county, function=Function.COMPLAINTS)
    prosecution = organisation("第一检察部", department, county, function=Function.CRIMINAL)
    money = organisation("计划财务装备部", department, county, function=Function.FINANCE)
    other_complaints = organisation("控告申诉检察部", department, other, function=Function.COMPLAINTS)
    city_complaints = organisation("控告申诉检察部", department, city, function=Function.COMPLAINTS)
    civil = organisation("虚构县民政局", Kind.AGENCY, county, agency="civil_affairs", region="320999")
    police = organisation("虚构县政法委", Kind.AGENCY, county, agency="political_legal", region="320999")
    return House(
        province=province,
        city=city,
        county=county,
        other_county=other,
        complaints=complaints,
        prosecution=prosecution,
        finance_department=money,
        other_complaints=other_complaints,
        civil_affairs=civil,
        handler=user("handler", complaints, Role.HANDLER),
        second_handler=user("handler2", complaints, Role.HANDLER),
        prosecutor=user("prosecutor", prosecution, Role.HANDLER),
        head=user("head", complaints, Role.HEAD, clearance=2),
        deputy=user("deputy", county, Role.DEPUTY_CHIEF, clearance=3),
        analyst=user("analyst", complaints, Role.ANALYST),
        finance=user("finance", money, Role.FINANCE),
        liaison=user("liaison", civil, Role.LIAISON),
        grid_worker=user("grid", police, Role.GRID_WORKER),
        system_admin=user("sysadmin", county, Role.SYSTEM_ADMIN),
        security_admin=user("secadmin", county, Role.SECURITY_ADMIN),
        audit_admin=user("auditadmin", county, Role.AUDIT_ADMIN),
        other_handler=user("other-handler", other_complaints, Role.HANDLER),
        other_head=user("other-head", other_complaints, Role.HEAD, clearance=2),
        city_head=user("city-head", city_complaints, Role.HEAD, clearance=2),
    )
