"""A party entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjiu.codes import parse_id
from yingjiu.codes.errors import IdNumberError
from yingjiu.errors import Fault
from yingjiu.office.accounts.models import User
from yingjiu.office.audit.services import Action, record
from yingjiu.office.intake.errors import IntakeError
from yingjiu.office.intake.keeping import may_enter
from yingjiu.office.intake.models import PartyEntry
from yingjiu.office.jobs import enqueue

__all__ = ["enter_party"]


@transaction.atomic
def enter_party(*, user: User, values: Mapping[str, Any]) -> PartyEntry:
    """Enter a party of a case, who is then screened at once.

    Args:
        user: a handler or an analyst.
        values: columns of the canonical tables ``party`` and ``case``; ``name``, ``case_no`` and ``role`` are
            needed, and ``id_raw`` or ``birth_date``.

    Returns:
        The entry; its job writes it to the pool and screens it.

    Raises:
        IntakeError: ``INT-001`` the data are kept elsewhere; ``INT-005`` something needed is missing;
            ``INT-006`` the ID number is wrong.
    """
    office = may_enter(user)
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    faults = [
        Fault("INT-005", _("this is needed: {name}").format(name=told), hint=_("fill it in"))
        for name, told in (
            ("name", pgettext("person", "name")),
            ("case_no", _("number of the case")),
            ("role", _("role in the case")),
        )
        if name not in given
    ]
    if "id_raw" not in given and "birth_date" not in given:
        faults.append(
            Fault(
                "INT-005",
                _("without an ID number the date of birth is needed, to tell people of the same name apart"),
                hint=_("fill in one of them"),
            )
        )
    if "id_raw" in given:
        try:
            parse_id(given["id_raw"])
        except IdNumberError as error:
            says = "; ".join(fault.message for fault in error.faults)
            faults.append(
                Fault(
                    "INT-006",
                    _("the ID number is wrong: {why}").format(why=says),
                    hint=_("compare it with the identity card"),
                )
            )
    if faults:
        raise IntakeError(*faults)
    entry = PartyEntry(organisation=office, entered_by=user, case_no=given["case_no"])
    entry.values, entry.name = given, given["name"]
    entry.full_clean()
    entry.save()
    entry.job = enqueue("intake.screen_entry", user=user, organisation=office, entry=entry.pk)
    entry.save(update_fields=["job"])
    record(Action.DECISION, user=user, subject=entry, detail={"entered": "party", "case_no": entry.case_no})
    return entry
