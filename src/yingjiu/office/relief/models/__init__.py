"""A relief case and everything that hangs on it."""

from yingjiu.office.relief.models.application import Application, Informing, Material, SupplementList
from yingjiu.office.relief.models.approval import Approval, Delegation, JointShare
from yingjiu.office.relief.models.award import Computation, ReviewAnswer, RuleText
from yingjiu.office.relief.models.case import ReliefCase
from yingjiu.office.relief.models.history import CaseEvent, SealedRecord
from yingjiu.office.relief.models.money import Payment, Recovery, RecoveryReceipt, Visit

__all__ = [
    "Application",
    "Approval",
    "CaseEvent",
    "Computation",
    "Delegation",
    "Informing",
    "JointShare",
    "Material",
    "Payment",
    "Recovery",
    "RecoveryReceipt",
    "ReliefCase",
    "ReviewAnswer",
    "RuleText",
    "SealedRecord",
    "SupplementList",
    "Visit",
]
