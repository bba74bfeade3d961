"""A demonstration office: the synthetic county's procuratorate, its people at work, its leads.

Everything is made through the doors that a real office uses: the county's files are loaded as an agency's
files are, the models run over them, and the leads arrive in the inbox. Made again, nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yingjiu.county import generate_county, write_files
from yingjiu.county.dates import RUN_DATE
from yingjiu.errors import Fault, YingjiuError
from yingjiu.office.accounts.models import Function, Kind, Level, Organisation, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.beginning import Account, add_user
from yingjiu.office.copying import Tell
from yingjiu.office.demonstration_work import carry_some_leads
from yingjiu.office.errors import OfficeError
from yingjiu.office.intake.models import ModelRun, Why
from yingjiu.office.intake.services import request_run
from yingjiu.office.jobs.running import run
from yingjiu.office.jobs.states import State
from yingjiu.office.leads.models import Lead
from yingjiu.pool import Pool
from yingjiu.sources import load_folder, read_sources

__all__ = ["PASSWORD", "USERS", "Demonstration", "demonstrate"]

PASSWORD: Final = "Xuni-2025-demo"  # noqa: S105 - printed for everyone, of an office that serves one computer
REGION: Final = "320999"
"""The county that the generator owns."""

SOURCES: Final = Path(str(files("yingjiu.catalogue").joinpath("sources")))

AGENCIES: Final = {
    "虚构县民政局": "civil_affairs",
    "虚构县医疗保障局": "medical_insurance",
    "虚构县教育局": "education",
    "虚构县人力资源和社会保障局": "human_resources",
    "虚构县司法局": "justice",
    "虚构县卫生健康委员会": "health",
    "虚构县农业农村局": "agriculture",
    "虚构县残疾人联合会": "disabled_federation",
    "虚构县妇女联合会": "womens_federation",
    "虚构县总工会": "trade_union",
    "虚构县退役军人事务局": "veterans_affairs",
    "虚构县公安局": "police",
    "虚构县委政法委员会": "political_legal",
    "虚构县信访局": "petition_office",
    "虚构县人民法院": "court",
}
"""The county's agencies, and their codes in the catalogue."""

USERS: Final[tuple[tuple[str, str, str, tuple[Role, ...], int], ...]] = (
    ("handler", "承办检察官 苏问渠", "控告申诉检察部", (Role.HANDLER,), 1),
    ("handler2", "承办检察官 陆思远", "控告申诉检察部", (Role.HANDLER,), 1),
    ("prosecutor", "检察官 严正平", "刑事检察部", (Role.HANDLER,), 1),
    ("head", "部门负责人 何守正", "控告申诉检察部", (Role.HEAD,), 2),
    ("deputy", "副检察长 梁秉公", "", (Role.DEPUTY_CHIEF,), 3),
    ("city", "市院副检察长 高明察", "虚构市人民检察院", (Role.DEPUTY_CHIEF,), 3),
    ("analyst", "数据分析员 林数然", "控告申诉检察部", (Role.ANALYST,), 1),
    ("finance", "财务人员 钱清账", "计划财务装备部", (Role.FINANCE,), 1),
    ("civil", "民政局联络员 温济民", "虚构县民政局", (Role.LIAISON,), 1),
    ("disabled", "残联联络员 向阳", "虚构县残疾人联合会", (Role.LIAISON,), 1),
    ("grid", "网格员 巡一格", "虚构县委政法委员会", (Role.GRID_WORKER,), 1),
    ("system", "系统管理员 管系统", "", (Role.SYSTEM_ADMIN,), 1),
    ("security", "安全管理员 管安全", "", (Role.SECURITY_ADMIN,), 1),
    ("audit", "审计管理员 管审计", "", (Role.AUDIT_ADMIN,), 1),
)
"""Account, name, where (the procuratorate itself if empty), roles, clearance."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was made.

    Attributes:
        users: one for each role, with the password.
        leads: how many wait.
        changed: whether anything was new.
    """

    users: tuple[Account, ...]
    leads: int
    changed: bool


def _silent(says: str, done: int, total: int) -> None:
    del says, done, total


def demonstrate(*, seed: int = 1, size: int = 20_000, progress: Tell = _silent) -> Demonstration:
    """Make the demonstration, or see that it is there.

    Args:
        seed: which county.
        size: how many people.
        progress: told what is done, how much of it, and of how much.

    Returns:
        What was made.

    Raises:
        YingjiuError: a source of the county could not be loaded.
        OfficeError: ``OFF-006`` the models did not run.
    """
    with transaction.atomic():
        office = found_organisations()
        users = tuple(_account(office, *row) for row in USERS)
    folder = Path(settings.YINGJIU_FOLDER)
    changed = _load(folder, seed, size, progress)
    ran = _screen(office, changed, progress)
    carry_some_leads(office)
    return Demonstration(users, Lead.objects.filter(state="new").count(), changed or ran)


def found_organisations() -> Organisation:
    """Make the three procuratorates, the county's departments and its agencies, where they are missing."""
    province = _organisation(
        "虚构省人民检察院", Kind.PROCURATORATE, None, level=Level.PROVINCIAL, region="320000"
    )
    city = _organisation(
        "虚构市人民检察院", Kind.PROCURATORATE, province, level=Level.MUNICIPAL, region="320900"
    )
    office = _organisation(
        "虚构县人民检察院",
        Kind.PROCURATORATE,
        city,
        level=Level.COUNTY,
        region=REGION,
        short_name="虚县检",
    )
    for name, function in (
        ("控告申诉检察部", Function.COMPLAINTS),
        ("刑事检察部", Function.CRIMINAL),
        ("民事行政检察部", Function.CIVIL),
        ("未成年人检察部", Function.JUVENILE),
        ("计划财务装备部", Function.FINANCE),
    ):
        _organisation(name, Kind.DEPARTMENT, office, function=function)
    for name, agency in AGENCIES.items():
        _organisation(name, Kind.AGENCY, office, agency=agency, region=REGION)
    return office


def _organisation(name: str, kind: str, parent: Organisation | None, **more: object) -> Organisation:
    made = Organisation.objects.filter(name=name, parent=parent).first()
    if made is None:
        made = Organisation(name=name, kind=kind, parent=parent, **more)
        made.full_clean()
        made.save()
    return made


def _account(  # noqa: PLR0917 - a row of USERS
    office: Organisation, account: str, name: str, at: str, roles: tuple[Role, ...], clearance: int
) -> Account:
    place = Organisation.objects.get(name=at) if at else office
    add_user(account=account, name=name, at=place, roles=roles, password=PASSWORD, clearance=clearance)
    return Account(account, PASSWORD, _(", ").join(str(role.label) for role in roles), place.name)


def _load(folder: Path, seed: int, size: int, progress: Tell) -> bool:
    """Write the county's files and load them; whether any of them was new."""
    county = folder / "demonstration" / f"{seed}-{size}"
    progress(_("writing the county of {size} people").format(size=f"{size:,}"), 0, 3)
    if not (county / "written").is_file():
        write_files(generate_county(seed, size), county / "files", answers=county / "answers")
        (county / "written").touch()
    progress(_("loading the files of its agencies"), 1, 3)
    loaded = load_folder(
        Pool.open(folder / "pool", create=True),
        read_sources(SOURCES),
        county / "files",
        quarantine_folder=folder / "quarantine",
        run_date=RUN_DATE,
    )
    if loaded.failed:
        raise YingjiuError(*(fault for faults in loaded.failed.values() for fault in faults))
    return any(report.outcome != "unchanged" for report in loaded.reports)


def _screen(office: Organisation, loaded: bool, progress: Tell) -> bool:
    """Have the models run as the analyst would, if anything is new; whether they ran."""
    if not loaded and ModelRun.objects.filter(organisation=office, finished_at__isnull=False).exists():
        return False
    progress(_("linking records to people, running the models"), 2, 3)
    asked = request_run(
        organisation=office, user=User.objects.get(username="analyst"), run_date=RUN_DATE, why=Why.BY_HAND
    )
    job = asked.job
    assert job is not None  # noqa: S101 - a run that was asked for has one
    run(job.pk)
    job.refresh_from_db()
    if job.state != State.DONE:
        raise OfficeError(
            Fault(
                "OFF-006",
                _("the models of the demonstration did not run: {why}").format(
                    why=job.error or job.get_state_display()
                ),
                hint=_("make it again in an empty folder: --folder"),
            )
        )
    return True
