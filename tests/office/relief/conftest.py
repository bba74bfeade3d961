"""The wage of the year before, so that the amounts of these tests do not depend on the day of the test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

WAGE = """parameter: average_monthly_wage
title: 职工月平均工资（测试）
unit: yuan/month
series: non_private
replaces_shipped: true
regions:
  - region: "000000"
    last_value_still_valid_on: {year}-12-31
    values:
      - {{from: {year}-01-01, value: {value}, year: {before}, citation: 测试用数, grade: own}}
"""


def write_wage(folder: Path, value: str = "10342.50") -> Path:
    year = timezone.localdate().year
    path = folder / "parameters" / "test-wage.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(WAGE.format(year=year, before=year - 1, value=value), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def wage(office_folder: Path) -> Path:
    path = office_folder / "parameters" / "test-wage.yaml"
    if not path.exists():
        write_wage(office_folder)
    return path
