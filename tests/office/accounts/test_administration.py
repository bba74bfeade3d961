"""What the separated administrators may do, and what none of them may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.office.house import PASSWORD, House, organisation, user
from yingjiu.office.accounts import administration, second_factor
from yingjiu.office.accounts.errors import AccountError, NotYoursError
from yingjiu.office.accounts.models import Kind, LoginFailure, Organisation, RoleGrant, User
from yingjiu.office.accounts.roles import Role
from yingjiu.office.audit.models import Action, Event

ClientOf = Callable[[User], Client]
PAGES = yaml.safe_load((Path(__file__).parent / "pages.yaml").read_text(encoding="utf-8"))


def url_of(page: str, house: House) -> str:
    if page in {"accounts:organisations", "accounts:organisation_new", "accounts:users"} | {
        "accounts:user_new",
        "accounts:rights",
    }:
        return reverse(page)
    key = house.complaints.pk if page == "accounts:organisation" else house.handler.pk
    return reverse(page, args=[key])


@pytest.mark.parametrize("page", PAGES)
def test_each_page_answers_its_administrator_only(house: House, client_of: ClientOf, page: str) -> None:
    for name, who in house.users.items():
        wanted = PAGES[page].get(name, 403)
        client = client_of(who)
        # a page that only takes a POST says 405 to every GET; who may not come there is refused by POST
        answer = client.get(url_of(page, house))
        if 405 in PAGES[page].values():
            assert answer.status_code == 405
            if wanted == 403:
                assert client.post(url_of(page, house)).status_code == 403, name
        else:
            assert answer.status_code == wanted, name
    assert Client().get(url_of(page, house)).status_code in {302, 405}
    assert User.objects.get(pk=house.handler.pk).is_active


def test_an_administrator_looks_after_the_own_office_and_those_below(
    house: House, client_of: ClientOf
) -> None:
    system, security = client_of(house.system_admin), client_of(house.security_admin)
    listed = system.get(reverse("accounts:users")).content.decode()
    assert "handler2" in listed
    assert "other-handler" not in listed
    assert system.get(reverse("accounts:user", args=[house.other_handler.pk])).status_code == 404
    assert system.get(reverse("accounts:organisation", args=[house.city.pk])).status_code == 404
    assert security.get(reverse("accounts:rights_of", args=[house.city_head.pk])).status_code == 404
    # a forged field: neither another office's organisation as parent, nor as place of an account
    sent = {"username": "forged", "display_name": "伪", "organisation": house.other_complaints.pk}
    assert system.post(reverse("accounts:user_new"), sent).status_code == 422
    sent = {"name": "伪", "kind": "department", "parent": house.other_county.pk, "active": "on"}
    assert system.post(reverse("accounts:organisation_new"), sent).status_code == 422


# -- the system administrator ------------------------------------------------------------------------------


def test_a_new_account_has_no_right_and_a_password_shown_once(house: House, client_of: ClientOf) -> None:
    sent = {"username": "wangwu", "display_name": "王五", "organisation": house.complaints.pk}
    page = client_of(house.system_admin).post(reverse("accounts:user_new"), sent)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    made = User.objects.get(username="wangwu")
    assert not made.grants.exists()
    assert made.must_change_password
    password = page.content.decode().split('temporary-password">')[1].split("<")[0]
    assert made.check_password(password.replace("&#x27;", "'"))
    event = Event.objects.filter(action=Action.ADMINISTER).latest("sequence")
    assert password not in event.detail_text


@pytest.mark.parametrize("name", ["handler", "HANDLER", "a", "王五", "a b"])
def test_a_user_name_that_is_taken_or_odd_is_refused(house: House, client_of: ClientOf, name: str) -> None:
    sent = {"username": name, "display_name": "王五", "organisation": house.complaints.pk}
    assert client_of(house.system_admin).post(reverse("accounts:user_new"), sent).status_code == 422


def test_an_account_is_moved_inside_its_office_only_while_it_holds_roles(house: House) -> None:
    def move(to: Organisation) -> User:
        return administration.change_user(
            house.handler, by=house.system_admin, display_name="虚构", phone="", organisation=to
        )

    assert move(house.prosecution).organisation == house.prosecution
    with pytest.raises(AccountError) as caught:
        move(house.other_complaints)
    assert caught.value.code == "ACC-010"
    house.handler.grants.all().delete()
    assert move(house.other_complaints).organisation == house.other_complaints


def test_an_account_is_disabled_and_enabled(house: House, client_of: ClientOf) -> None:
    client, page = client_of(house.system_admin), reverse("accounts:active", args=[house.handler.pk])
    client.post(page, {"active": "0"})
    assert not User.objects.get(pk=house.handler.pk).is_active
    client.post(page, {"active": "1"})
    assert User.objects.get(pk=house.handler.pk).is_active
    own = reverse("accounts:active", args=[house.system_admin.pk])
    assert client.post(own, {"active": "0"}).status_code == 403
    last = reverse("accounts:active", args=[house.security_admin.pk])
    assert client.post(last, {"active": "0"}).status_code == 422
    assert User.objects.get(pk=house.security_admin.pk).is_active


def test_organisations_are_created_and_changed(house: House, client_of: ClientOf) -> None:
    client = client_of(house.system_admin)
    sent = {
        "name": "虚构县教育局",
        "kind": Kind.AGENCY,
        "parent": house.county.pk,
        "agency": "education",
        "region": "320999",
        "active": "on",
    }
    assert client.post(reverse("accounts:organisation_new"), sent).status_code == 302
    made = Organisation.objects.get(name="虚构县教育局")
    assert made.path == f"{house.county.path}{made.pk}/"
    again = client.post(reverse("accounts:organisation_new"), sent)
    assert again.status_code == 422
    page = reverse("accounts:organisation", args=[house.county.pk])
    sent = {
        "name": house.county.name,
        "kind": "procuratorate",
        "level": "4",
        "short_name": "虚检",
        "active": "on",
    }
    assert client.post(page, sent).status_code == 302
    assert Organisation.objects.get(pk=house.county.pk).short_name == "虚检"
    assert Organisation.objects.get(pk=house.county.pk).parent == house.city
    sent["region"] = "32"
    assert client.post(page, sent).status_code == 422


# who resets whose password: rows reset columns
RESETS = {
    "system_admin": {"handler", "head", "liaison", "security_admin"},
    "security_admin": {"system_admin", "audit_admin"},
    "audit_admin": set(),
    "head": set(),
}


@pytest.mark.parametrize("by", RESETS)
def test_no_administrator_becomes_another_alone(house: House, by: str) -> None:
    for name in ("handler", "head", "liaison", "system_admin", "security_admin", "audit_admin"):
        who = getattr(house, name)
        if name in RESETS[by]:
            password = administration.reset_password(who, by=getattr(house, by))
            who.refresh_from_db()
            assert who.check_password(password)
            assert who.must_change_password
        else:
            with pytest.raises(NotYoursError):
                administration.reset_password(who, by=getattr(house, by))


# -- the security administrator ----------------------------------------------------------------------------


def grant(house: House, who: User, *roles: Role, clearance: int = 1) -> User:
    return administration.set_rights(who, roles=roles, clearance=clearance, by=house.security_admin)


@pytest.mark.parametrize(
    ("who", "roles", "code"),
    [
        ("handler", {Role.HANDLER, Role.HEAD}, None),
        ("handler", {Role.ANALYST}, None),
        ("handler", set(), None),
        ("handler", {Role.HANDLER, Role.SYSTEM_ADMIN}, "ACC-012"),
        ("system_admin", {Role.SYSTEM_ADMIN, Role.HANDLER}, "ACC-012"),
        ("system_admin", {Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN}, "ACC-012"),
        ("handler", {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}, "ACC-012"),
        ("handler", {Role.HANDLER, Role.FINANCE}, "ACC-012"),
        ("handler", {Role.LIAISON}, "ACC-013"),
        ("liaison", {Role.HANDLER}, "ACC-013"),
        ("liaison", {Role.AUDIT_ADMIN}, "ACC-013"),
        ("liaison", {Role.LIAISON, Role.GRID_WORKER}, None),
        ("system_admin", set(), "ACC-011"),
        ("handler", {"emperor"}, "ACC-014"),
    ],
)
def test_which_roles_one_may_hold(house: House, who: str, roles: set[Role], code: str | None) -> None:
    person: User = getattr(house, who)
    before = set(person.grants.values_list("role", flat=True))
    if code is None:
        grant(house, person, *roles)
        assert set(person.grants.values_list("role", flat=True)) == roles
    else:
        with pytest.raises(AccountError) as caught:
            grant(house, person, *roles)
        assert caught.value.code == code
        assert set(person.grants.values_list("role", flat=True)) == before


@pytest.mark.parametrize("by", ["system_admin", "audit_admin", "head", "handler", "deputy"])
def test_nobody_else_gives_rights(house: House, by: str) -> None:
    with pytest.raises(NotYoursError):
        administration.set_rights(house.analyst, roles=[Role.HEAD], clearance=1, by=getattr(house, by))
    assert set(house.analyst.grants.values_list("role", flat=True)) == {Role.ANALYST}


def test_nobody_changes_their_own_rights(house: House, client_of: ClientOf) -> None:
    page = reverse("accounts:rights_of", args=[house.security_admin.pk])
    answer = client_of(house.security_admin).post(page, {"roles": ["security_admin"], "clearance": "3"})
    assert answer.status_code == 422
    assert "不能对自己的账号" in answer.content.decode()
    assert User.objects.get(pk=house.security_admin.pk).clearance == 1


@pytest.mark.parametrize("clearance", [0, 4, 9])
def test_nobody_is_cleared_for_sealed_records(house: House, clearance: int) -> None:
    with pytest.raises(AccountError) as caught:
        grant(house, house.handler, Role.HANDLER, clearance=clearance)
    assert caught.value.code == "ACC-014"


def test_rights_are_given_in_the_browser_and_on_record(house: House, client_of: ClientOf) -> None:
    page = reverse("accounts:rights_of", args=[house.handler.pk])
    client = client_of(house.security_admin)
    assert client.get(page).status_code == 200
    assert client.post(page, {"roles": ["handler", "head"], "clearance": "2"}).status_code == 302
    assert User.objects.get(pk=house.handler.pk).roles == {"handler", "head"}
    assert RoleGrant.objects.get(user=house.handler, role="head").granted_by == house.security_admin
    event = Event.objects.filter(action=Action.ADMINISTER).latest("sequence")
    assert event.user == house.security_admin
    assert '"given":["head"]' in event.detail_text.replace(" ", "")


def test_an_administrator_changes_from_one_kind_to_another(house: House) -> None:
    user("auditadmin2", house.county, Role.AUDIT_ADMIN)
    grant(house, house.audit_admin, Role.SYSTEM_ADMIN)
    assert set(house.audit_admin.grants.values_list("role", flat=True)) == {Role.SYSTEM_ADMIN}


def test_a_locked_account_is_unlocked(house: House, client_of: ClientOf) -> None:
    for _each in range(5):
        Client().post(reverse("accounts:login"), {"username": "handler", "password": "wrong"})
    client = client_of(house.security_admin)
    page = reverse("accounts:rights_of", args=[house.handler.pk])
    assert "已锁定" in client.get(page).content.decode()
    client.post(reverse("accounts:unlock", args=[house.handler.pk]))
    assert not LoginFailure.objects.exists()
    sent = {"username": "handler", "password": PASSWORD}
    assert Client().post(reverse("accounts:login"), sent).status_code == 302


def test_a_lost_second_factor_is_removed(house: House, client_of: ClientOf) -> None:
    import pyotp  # noqa: PLC0415 - needed here only

    second_factor.confirm(house.handler, pyotp.TOTP(second_factor.begin(house.handler).secret).now())
    page = reverse("accounts:reset_second_factor", args=[house.handler.pk])
    assert client_of(house.system_admin).post(page).status_code == 403
    assert second_factor.confirmed(house.handler)
    client_of(house.security_admin).post(page)
    assert not second_factor.confirmed(house.handler)


def test_an_organisation_that_does_not_fit_is_refused(house: House) -> None:
    with pytest.raises(ValidationError):
        administration.save_organisation(
            Organisation(name="无主", kind=Kind.DEPARTMENT), by=house.system_admin
        )
    with pytest.raises(NotYoursError):
        administration.save_organisation(house.complaints, by=house.security_admin)
    assert organisation("新部", Kind.DEPARTMENT, house.county).path
