"""Leads, the checks made on them, what people decided, where they were handed over, and what happened."""

from yingjiu.office.leads.models.handover import LeadHandover
from yingjiu.office.leads.models.lead import Lead, LeadModel
from yingjiu.office.leads.models.work import LeadCheck, LeadDecision, LeadEvent

__all__ = ["Lead", "LeadCheck", "LeadDecision", "LeadEvent", "LeadHandover", "LeadModel"]
