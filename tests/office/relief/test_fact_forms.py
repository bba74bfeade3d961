"""The field of an amount that may not exist yet: what the court awarded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from yingjiu.office.relief.fact_forms import LackableAmountField

FIELD = LackableAmountField(min_value=Decimal(0), max_digits=12, decimal_places=2, required=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("无", "none"), ("none", "none"), ("", None), ("1,234.50", Decimal("1234.50")), ("0", Decimal(0))],
)
def test_what_is_typed_is_taken(typed: str, meant: Any) -> None:
    assert FIELD.clean(typed) == meant


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "-1", "约三万", "1e400", "1.234"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        FIELD.clean(typed)


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "无"), ("en", "none")])
def test_none_is_shown_as_the_reader_would_write_it(language: str, shown: str) -> None:
    with override(language):
        assert FIELD.prepare_value("none") == shown
    assert FIELD.prepare_value(Decimal("3.50")) == Decimal("3.50")
