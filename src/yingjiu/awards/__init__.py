"""How much, and why: an amount of judicial relief that is its own explanation.

Dated parameters and a declared standard turn the facts of a case into a tree of steps; the amount is the
value at its root. What is unknown makes the amount a range that says which document would narrow it. Beside
it stand a band of discretion, like published awards, and what would change if one fact were different.
"""

from yingjiu.awards.cases import HeldCase, hold_cases
from yingjiu.awards.compute import Award, check_decision, compute
from yingjiu.awards.counterfactuals import Counterfactual, counterfactuals, what_if
from yingjiu.awards.errors import (
    AwardError,
    CaseError,
    DiscretionError,
    NoAmountError,
    ParameterError,
    StandardError,
)
from yingjiu.awards.facts import Approval, AwardCase, Fact, award_case, read_case, with_facts
from yingjiu.awards.inputs import INPUTS, Input
from yingjiu.awards.interval import Interval
from yingjiu.awards.likeness import Decided, UnlikePair, unlike_pairs
from yingjiu.awards.parameters import Found, ParameterBook, read_parameters
from yingjiu.awards.plain_data import award_data
from yingjiu.awards.published import Like, PublishedAward, nearest, published_awards
from yingjiu.awards.standard import (
    Standard,
    choose_standard,
    read_standard,
    read_standards,
    shipped_standards,
)
from yingjiu.awards.trace import Basis, TraceInput, TraceStep, recompute, walk
from yingjiu.awards.unknowns import Effect, effects
from yingjiu.awards.wage_table import WageRow, read_wage_table, write_wage_files
from yingjiu.awards.words import ReviewRow, citizen_sentence, decision_paragraph, money, review_table

__all__ = [
    "INPUTS",
    "Approval",
    "Award",
    "AwardCase",
    "AwardError",
    "Basis",
    "CaseError",
    "Counterfactual",
    "Decided",
    "DiscretionError",
    "Effect",
    "Fact",
    "Found",
    "HeldCase",
    "Input",
    "Interval",
    "Like",
    "NoAmountError",
    "ParameterBook",
    "ParameterError",
    "PublishedAward",
    "ReviewRow",
    "Standard",
    "StandardError",
    "TraceInput",
    "TraceStep",
    "UnlikePair",
    "WageRow",
    "award_case",
    "award_data",
    "check_decision",
    "choose_standard",
    "citizen_sentence",
    "compute",
    "counterfactuals",
    "decision_paragraph",
    "effects",
    "hold_cases",
    "money",
    "nearest",
    "published_awards",
    "read_case",
    "read_parameters",
    "read_standard",
    "read_standards",
    "read_wage_table",
    "recompute",
    "review_table",
    "shipped_standards",
    "unlike_pairs",
    "walk",
    "what_if",
    "with_facts",
    "write_wage_files",
]
