"""Sealed rows are nowhere, until somebody opens them by the law's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, models, transaction
from django.db.models import Count
from django.db.models.functions import Cast
from django.test.utils import isolate_apps
from django.utils import timezone

from tests.office.house import House
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.accounts.visibility import Secrecy
from yingjiu.office.audit.models import Action, Event
from yingjiu.office.people.models import Person
from yingjiu.office.sealing import services
from yingjiu.office.sealing.errors import SealingError
from yingjiu.office.sealing.models import LiftGround, QueryGround, Seal, SealGround, State, UnsealRequest
from yingjiu.office.sealing.querysets import SealableQuerySet, everything, is_sealed

TODAY = timezone.localdate


def apply_for(sealed: Seal, house: House, **changes: Any) -> UnsealRequest:
    asked: dict[str, Any] = {
        "seal": sealed,
        "applicant": "虚构县人民法院",
        "reference": "（2026）虚法函1号",
        "ground": QueryGround.JUDICIAL,
        "application": "因办理（2026）苏0999刑初12号案件需要，申请查询。",
        "received_on": TODAY(),
        "opened_for": house.handler,
        "user": house.handler,
    }
    return services.request(**asked | changes)


def granted(sealed: Seal, house: House, **changes: Any) -> UnsealRequest:
    return services.grant(request=apply_for(sealed, house, **changes), user=house.head)


def test_sealed_rows_are_in_no_queryset(people: Any, subjects: list[Any], sealed: Seal, house: House) -> None:
    seen = {subjects[2], subjects[3]}
    assert set(people.objects.all()) == seen
    assert set(people.objects.visible_to(house.head)) == seen
    assert people.objects.count() == 2
    assert not people.objects.filter(pk=subjects[0].pk).exists()
    assert people.objects.filter(pk__in=[subject.pk for subject in subjects]).count() == 2
    assert people.objects.exclude(pk=subjects[2].pk).count() == 1
    assert people.objects.aggregate(n=Count("pk"))["n"] == 2
    assert people.objects.in_bulk().keys() == {subjects[2].pk, subjects[3].pk}
    assert set(people.objects.values_list("pk", flat=True).iterator()) == {subject.pk for subject in seen}
    assert (people.objects.filter(pk=subjects[0].pk) | people.objects.filter(pk=subjects[2].pk)).count() == 1
    assert people.objects.none().union(people.objects.all()).count() == 2
    with pytest.raises(people.DoesNotExist):
        people.objects.get(pk=subjects[0].pk)


def test_sealed_rows_cannot_be_changed_or_removed_by_a_queryset(people: Any, sealed: Seal) -> None:
    assert people.objects.update(region="320999") == 2
    assert everything(Person).filter(region="320999").count() == 2


def test_sealed_rows_are_in_no_dropdown_and_no_forged_choice(
    people: Any, subjects: list[Any], sealed: Seal
) -> None:
    field = forms.ModelChoiceField(people.objects)
    choices: Any = field.choices
    assert [value for value, _label in choices] == ["", subjects[2].pk, subjects[3].pk]
    with pytest.raises(forms.ValidationError):
        field.clean(str(subjects[0].pk))


def test_what_belongs_to_a_subject_is_sealed_with_it(subjects: list[Any], sealed: Seal) -> None:
    rows = {person.pk: person for person in everything(Person)}
    assert [is_sealed(rows[subject.pk]) for subject in subjects] == [True, True, False, False]
    assert sealed.rows.count() == 2
    assert rows[subjects[1].pk].secrecy == Secrecy.SEALED


def test_rows_of_a_sealed_row_are_left_out_with_it(people: Any, subjects: list[Any], sealed: Seal) -> None:
    class Merged(SealableQuerySet[Any]):
        sealed_with = ("merged_into__",)

    everything(Person).filter(pk=subjects[2].pk).update(merged_into=subjects[0].pk)
    everything(Person).filter(pk=subjects[3].pk).update(merged_into=subjects[2].pk)
    assert set(Merged(model=people).values_list("pk", flat=True)) == {subjects[3].pk}


def test_a_model_without_a_mark_cannot_pretend_to_be_sealable() -> None:
    with isolate_apps("yingjiu.office.sealing"):

        class Plain(models.Model):
            objects = SealableQuerySet.as_manager()

            class Meta:
                app_label = "sealing"

    with pytest.raises(ImproperlyConfigured):
        Plain.objects.all()


def test_a_seal_names_its_ground_and_nothing_of_the_person(sealed: Seal, house: House) -> None:
    assert sealed.article == "人民检察院刑事诉讼规则第四百八十六条"
    assert sealed.number == f"{TODAY().year}-0001"
    event = Event.objects.get(action=Action.DECISION)
    assert event.detail == {"seal": "set", "ground": "not_prosecuted", "rows": 2, "joint_case": False}
    assert "虚构" not in event.detail_text


def test_numbers_follow_each_other_in_each_office(subjects: list[Any], sealed: Seal, house: House) -> None:
    other = services.seal(subject=subjects[2], ground=SealGround.CONVICTION, user=house.handler)
    third = services.seal(subject=subjects[3], ground=SealGround.CONVICTION, user=house.other_handler)
    assert (other.serial, third.serial) == (2, 1)


def test_a_subject_is_sealed_once(subjects: list[Any], sealed: Seal, house: House) -> None:
    fresh = everything(Person).get(pk=subjects[0].pk)
    with pytest.raises(SealingError) as told:
        services.seal(subject=fresh, ground=SealGround.CONVICTION, user=house.handler)
    assert told.value.code == "SEL-001"
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.bulk_create([copy_of(sealed)])


def copy_of(sealed: Seal) -> Seal:
    copy = Seal.objects.get(pk=sealed.pk)
    copy.pk, copy.serial = None, 9
    return copy


def test_what_lists_would_go_on_showing_cannot_be_sealed(house: House) -> None:
    with pytest.raises(SealingError) as told:
        services.seal(subject=house.county, ground=SealGround.CONVICTION, user=house.handler)
    assert told.value.code == "SEL-005"
    assert not Seal.objects.exists()


def test_an_agency_seals_nothing(subjects: list[Any], house: House) -> None:
    with pytest.raises(SealingError) as told:
        services.seal(subject=subjects[0], ground=SealGround.CONVICTION, user=house.liaison)
    assert told.value.code == "SEL-002"


def test_lifting_restores_what_was(people: Any, subjects: list[Any], sealed: Seal, house: House) -> None:
    services.lift(
        seal=sealed, ground=LiftGround.NEW_OFFENCE, reason="（2026）苏0999刑初99号", user=house.deputy
    )
    assert people.objects.count() == 4
    assert [row.secrecy for row in people.objects.order_by("pk")] == [1, 2, 1, 2]
    with pytest.raises(SealingError) as told:
        services.lift(seal=sealed, ground=LiftGround.NEW_OFFENCE, reason="x", user=house.deputy)
    assert told.value.code == "SEL-003"


@pytest.mark.parametrize(("who", "reason"), [("handler", "理由"), ("deputy", "  ")])
def test_lifting_needs_another_person_and_a_reason(sealed: Seal, house: House, who: str, reason: str) -> None:
    with pytest.raises(SealingError) as told:
        services.lift(seal=sealed, ground=LiftGround.RETRIAL, reason=reason, user=getattr(house, who))
    assert told.value.code == "SEL-004"


def test_an_application_is_to_be_decided_within_seven_days(sealed: Seal, house: House) -> None:
    made = apply_for(sealed, house, received_on=TODAY() - timedelta(days=8))
    assert made.due_on == made.received_on + timedelta(days=7)
    assert made.overdue
    assert not apply_for(sealed, house, received_on=TODAY() - timedelta(days=7)).overdue
    services.grant(request=made, user=house.head)
    last = Event.objects.filter(action=Action.DECISION).order_by("-sequence")[0]
    assert last.detail == {"unseal": "granted", "late": True}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "curiosity"}, "ground"),
        ({"ground": QueryGround.STATE_RULES}, "provision"),
        ({"application": "请求"}, "application"),
        ({"applicant": " "}, "applicant"),
        ({"reference": ""}, "reference"),
        ({"received_on": TODAY() + timedelta(days=1)}, "received_on"),
    ],
)
def test_an_application_is_written_and_names_a_listed_ground(
    sealed: Seal, house: House, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(SealingError) as told:
        apply_for(sealed, house, **changes)
    assert [(fault.code, fault.path) for fault in told.value.faults] == [("SEL-014", field)]
    assert not UnsealRequest.objects.exists()


def test_another_office_does_not_decide_on_this_seal(sealed: Seal, house: House) -> None:
    for changes in ({"user": house.other_handler}, {"opened_for": house.other_handler}):
        with pytest.raises(SealingError) as told:
            apply_for(sealed, house, **changes)
        assert told.value.code == "SEL-010"


@pytest.mark.parametrize(
    "who", ["handler", "second_handler", "analyst", "other_head", "audit_admin", "liaison"]
)
def test_only_another_head_or_deputy_of_the_office_decides(sealed: Seal, house: House, who: str) -> None:
    made = apply_for(sealed, house)
    with pytest.raises(SealingError) as told:
        services.grant(request=made, user=getattr(house, who))
    assert told.value.code == "SEL-012"
    with pytest.raises(SealingError) as told:
        services.refuse(request=made, reason="理由", user=getattr(house, who))
    assert told.value.code == "SEL-012"


def test_nobody_decides_for_themselves(sealed: Seal, house: House) -> None:
    for changes in ({"user": house.head}, {"opened_for": house.head}):
        made = apply_for(sealed, house, **changes)
        with pytest.raises(SealingError) as told:
            services.grant(request=made, user=house.head)
        assert told.value.code == "SEL-012"


def test_the_first_decision_stands(sealed: Seal, house: House) -> None:
    made = apply_for(sealed, house)
    services.refuse(request=made, reason="不属于国家规定的情形", user=house.head)
    with pytest.raises(SealingError) as told:
        services.grant(request=made, user=house.deputy)
    assert told.value.code == "SEL-011"
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.REFUSED, "不属于国家规定的情形")


@pytest.mark.parametrize("days", [0, 31])
def test_a_seal_is_opened_for_a_time(sealed: Seal, house: House, days: int) -> None:
    with pytest.raises(SealingError) as told:
        services.grant(request=apply_for(sealed, house), user=house.head, days=days)
    assert told.value.code == "SEL-013"


def test_a_grant_opens_its_rows_to_its_user_and_that_is_on_record(
    people: Any, subjects: list[Any], sealed: Seal, house: House
) -> None:
    permit = granted(sealed, house)
    grant = services.take_grant(request=permit, user=house.handler)
    services.seal(subject=subjects[3], ground=SealGround.CONVICTION, user=house.handler)
    opened = people.objects.visible_to(house.handler).unsealed_for(grant)
    assert set(opened) == {subjects[0], subjects[1], subjects[2]}, "the other seal stays closed"
    assert opened.filter(pk=subjects[0].pk).count() == 1
    event = Event.objects.get(action=Action.REVEAL)
    assert (event.user, event.subject_type, event.subject_id) == (
        house.handler,
        "sealing.Seal",
        str(sealed.pk),
    )
    assert event.detail["rows"] == 2
    assert people.objects.count() == 1, "and every other queryset stays without"


def test_a_grant_is_good_for_its_user_and_its_time_only(
    people: Any, sealed: Seal, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = apply_for(sealed, house)
    permit = granted(sealed, house)
    for request, user, code in (
        (waiting, house.handler, "SEL-020"),
        (permit, house.second_handler, "SEL-022"),
        (permit, house.head, "SEL-022"),
    ):
        with pytest.raises(SealingError) as told:
            services.take_grant(request=request, user=user)
        assert told.value.code == code
    grant = services.take_grant(request=permit, user=house.handler)
    UnsealRequest.objects.filter(pk=permit.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(SealingError) as told:
        people.objects.unsealed_for(grant)
    assert told.value.code == "SEL-021"
    assert not Event.objects.filter(action=Action.REVEAL).exists()


def test_a_lifted_seal_needs_no_grant(people: Any, sealed: Seal, house: House) -> None:
    permit = granted(sealed, house)
    services.lift(seal=sealed, ground=LiftGround.MISTAKE, reason="误封存", user=house.deputy)
    with pytest.raises(SealingError):
        services.take_grant(request=permit, user=house.handler)
    with pytest.raises(SealingError) as told:
        apply_for(sealed, house)
    assert told.value.code == "SEL-010"


def test_who_sees_seals_and_applications(sealed: Seal, house: House) -> None:
    apply_for(sealed, house)

    def seeing(rows: Any) -> list[str]:
        return [name for name, user in house.users.items() if rows.visible_to(user).exists()]

    assert seeing(Seal.objects) == ["head", "deputy"]
    assert seeing(UnsealRequest.objects) == ["handler", "head", "deputy"]


def test_the_application_is_encrypted_at_rest(sealed: Seal, house: House) -> None:
    made = apply_for(sealed, house)
    rows = UnsealRequest.objects.annotate(stored=Cast("application", models.TextField()))
    assert "刑初" not in rows.values_list("stored", flat=True).get(pk=made.pk)
    assert "刑初" in UnsealRequest.objects.get(pk=made.pk).application


def test_organisations_and_users_are_not_sealable() -> None:
    assert not is_sealed(Organisation())
    assert not is_sealed(User())
