"""Models: read, checked, compiled, run, explained.

A model asks named questions about the subjects of one table and about rows of other tables that they reach;
each answer is true, false or unknown, and what the model makes of them is a finding: a match, a possible one
with what would settle it, or no. docs/reference/model-file.md is the language.
"""

from yingjiu.screening.cases import CaseResult, run_cases
from yingjiu.screening.diff import Change, ModelDiff, diff_models, diff_runs
from yingjiu.screening.errors import ImplausibleShare, ModelError, RunError, ScreeningError
from yingjiu.screening.explain import Explained, Explanation, explain
from yingjiu.screening.facts import About, Evidence, Facts, Provenance
from yingjiu.screening.findings import Finding, Funnel, ModelFindings
from yingjiu.screening.leads import Lead, leads, leads_table
from yingjiu.screening.model import Comparison, Condition, Model, Recommendation, Term
from yingjiu.screening.reading import read_model, read_models, shipped_models
from yingjiu.screening.run import Run, run_models
from yingjiu.screening.screener import Screener, screen_parties

__all__ = [
    "About",
    "CaseResult",
    "Change",
    "Comparison",
    "Condition",
    "Evidence",
    "Explained",
    "Explanation",
    "Facts",
    "Finding",
    "Funnel",
    "ImplausibleShare",
    "Lead",
    "Model",
    "ModelDiff",
    "ModelError",
    "ModelFindings",
    "Provenance",
    "Recommendation",
    "Run",
    "RunError",
    "Screener",
    "ScreeningError",
    "Term",
    "diff_models",
    "diff_runs",
    "explain",
    "leads",
    "leads_table",
    "read_model",
    "read_models",
    "run_cases",
    "run_models",
    "screen_parties",
    "shipped_models",
]
