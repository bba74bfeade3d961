"""What a run found, for people to read: one self-contained page, a workbook, and a Parquet file.

The input is :class:`ReportData`, plain values. Everything that is written is masked unless the data carry a
:class:`Reveal` with its purpose.
"""

from yingjiu.report.convert import from_run
from yingjiu.report.data import (
    Basis,
    Condition,
    Estimate,
    Evidence,
    FunnelStep,
    Lead,
    Model,
    Person,
    Reason,
    Recommendation,
    ReportData,
    Reveal,
    Score,
    SourceQuality,
)
from yingjiu.report.errors import ReportError
from yingjiu.report.estimates import Estimator
from yingjiu.report.masking import shown
from yingjiu.report.page import MAX_CARDS, render, write_page
from yingjiu.report.parquet import LEAD_SCHEMA, write_leads
from yingjiu.report.workbook import write_workbook

__all__ = [
    "LEAD_SCHEMA",
    "MAX_CARDS",
    "Basis",
    "Condition",
    "Estimate",
    "Estimator",
    "Evidence",
    "FunnelStep",
    "Lead",
    "Model",
    "Person",
    "Reason",
    "Recommendation",
    "ReportData",
    "ReportError",
    "Reveal",
    "Score",
    "SourceQuality",
    "from_run",
    "render",
    "shown",
    "write_leads",
    "write_page",
    "write_workbook",
]
