"""Which card lies on which desk."""

from __future__ import annotations

from yingjiu.office.accounts.roles import Role
from yingjiu.office.desk import casework_cards, office_cards, partner_cards
from yingjiu.office.desk.cards import register

__all__ = ["lay"]

HEADS = (Role.HEAD, Role.DEPUTY_CHIEF)


def lay() -> None:
    """Register the cards: what waits for me first, then what is due, then what is new."""
    register(HEADS, casework_cards.approvals, order=0)
    register((Role.FINANCE,), office_cards.payments, order=1)
    register((Role.LIAISON,), partner_cards.referred, order=2)
    register((Role.HANDLER, Role.HEAD), casework_cards.received, order=5)
    register((Role.LIAISON,), partner_cards.questions, order=3)
    register((Role.GRID_WORKER,), partner_cards.asked_visits, order=4)
    register((Role.HANDLER, *HEADS, Role.LIAISON), casework_cards.due, order=10)
    register((Role.HANDLER, *HEADS), casework_cards.new_leads, order=20)
    register((Role.HANDLER,), casework_cards.due_leads, order=21)
    register((Role.HANDLER,), casework_cards.cases, order=30)
    register((Role.HANDLER,), casework_cards.visits, order=31)
    register((Role.HANDLER, Role.HEAD), casework_cards.handed_over, order=22)
    register((Role.HANDLER, *HEADS), casework_cards.answers, order=40)
    register(HEADS, casework_cards.owed_by_agencies, order=41)
    register((Role.ANALYST, Role.LIAISON), office_cards.sources, order=50)
    register((Role.ANALYST,), office_cards.last_run, order=51)
    register((Role.ANALYST,), office_cards.open_questions, order=52)
    register((Role.ANALYST, Role.SYSTEM_ADMIN), office_cards.jobs, order=60)
    register((Role.SECURITY_ADMIN,), office_cards.accounts, order=70)
    register((Role.AUDIT_ADMIN,), office_cards.audit_today, order=80)
