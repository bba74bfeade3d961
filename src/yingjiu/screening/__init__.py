"""Models: read, checked, compiled, run, explained.

A model asks named questions about the subjects of one table and about rows of other tables that they reach;
each answer is true, false or unknown, and what the model makes of them is a finding: a match, a possible one
with what would settle it, or no. docs/reference/model-file.md is the language.
"""

from yingjiu.screening.cases import CaseResult, run_cases
from yingjiu.screening.errors import ImplausibleShare, ModelError, RunError, ScreeningError
from yingjiu.screening.model import Model
from yingjiu.screening.reading import read_model, read_models, shipped_models

__all__ = [
    "CaseResult",
    "ImplausibleShare",
    "Model",
    "ModelError",
    "RunError",
    "ScreeningError",
    "read_model",
    "read_models",
    "run_cases",
    "shipped_models",
]
