"""Addresses of leads."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.leads.views import acting, checks, handing_over, inbox, lead

app_name = "leads"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("fresh", inbox.fresh, name="fresh"),
    path("export", inbox.export, name="export"),
    path("assign", acting.assign_many, name="assign_many"),
    path("claim", acting.claim_many, name="claim_many"),
    path("dismiss", acting.dismiss_many, name="dismiss_many"),
    path("<int:pk>/", lead.lead, name="lead"),
    path("<int:pk>/open/<slug:field>", lead.open_field, name="open"),
    path("<int:pk>/evidence", lead.open_evidence, name="evidence"),
    path("<int:pk>/claim", acting.claim, name="claim"),
    path("<int:pk>/assign", acting.assign, name="assign"),
    path("<int:pk>/release", acting.release, name="release"),
    path("<int:pk>/decide", acting.decide, name="decide"),
    path("<int:pk>/reopen", acting.reopen, name="reopen"),
    path("<int:pk>/check", checks.check, name="check"),
    path("<int:pk>/visit", checks.ask_visit, name="ask_visit"),
    path("<int:pk>/ask", checks.ask_agency, name="ask_agency"),
    path("checks/<int:pk>/call-off", checks.call_off, name="call_off"),
    path("handovers/", handing_over.handovers, name="handovers"),
    path("handovers/<int:pk>/", handing_over.handover, name="handover"),
    path("handovers/<int:pk>/accept", handing_over.accept_handover, name="accept_handover"),
    path("handovers/<int:pk>/return", handing_over.return_handover, name="return_handover"),
    path("handovers/<int:pk>/report", handing_over.report_handover, name="report_handover"),
    path("handovers/<int:pk>/note", handing_over.note_answer, name="note_answer"),
    path("visits/", checks.visits, name="visits"),
    path("visits/<int:pk>/", checks.visit, name="visit"),
    path("visits/<int:pk>/open/<slug:field>", checks.open_for_visit, name="open_for_visit"),
    path("questions/", checks.questions, name="questions"),
    path("questions/<int:pk>/", checks.question, name="question"),
    path("questions/<int:pk>/open/<slug:field>", checks.open_for_question, name="open_for_question"),
]
