"""Document numbers: 虚县检救〔2025〕3号, counted for each office, form and year.

The series' row is locked until the caller's transaction ends. So two people never get the same number, and a
transaction that is rolled back gives its number back: there are no gaps.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Organisation
from yingjiu.office.documents.declared import form_of
from yingjiu.office.documents.errors import FieldsError
from yingjiu.office.documents.models import NumberSeries

__all__ = ["next_number"]


def next_number(organisation: Organisation, template: str, year: int) -> str:
    """Take the next number of a form.

    Args:
        organisation: the office whose short name the number begins with.
        template: name of the form.
        year: the year in the number.

    Returns:
        The number; empty for a form that has none.

    Raises:
        FieldsError: ``DOC-004`` the office has no short name.
        TransactionManagementError: called outside a transaction.
    """
    word = form_of(template).number_word
    if word is None:
        return ""
    if not organisation.short_name:
        raise FieldsError(
            Fault(
                "DOC-004",
                _("the office has no short name for its document numbers"),
                hint=_("ask the system administrator to enter it with the organisation, such as 虚县检"),
            )
        )
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a document number is taken inside a transaction")
    NumberSeries.objects.get_or_create(organisation=organisation, template=template, year=year)
    series = NumberSeries.objects.select_for_update(no_key=True).get(
        organisation=organisation, template=template, year=year
    )
    series.last += 1
    series.full_clean()
    series.save(update_fields=["last"])
    return f"{organisation.short_name}{word}〔{year}〕{series.last}号"
