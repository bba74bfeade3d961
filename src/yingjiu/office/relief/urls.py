"""Addresses of relief."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.relief.views import approvals, cases, money, steps

app_name = "relief"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("export", cases.export, name="export"),
    path("open/<int:lead>/", cases.open_from_lead, name="open"),
    path("new/<int:person>/", cases.new, name="new"),
    path("<int:pk>/", cases.case, name="case"),
    path("<int:pk>/open/<slug:field>", cases.reveal_field, name="reveal"),
    path("<int:pk>/assign", cases.assign, name="assign"),
    path("<int:pk>/secrecy", cases.secrecy, name="secrecy"),
    path("<int:pk>/replay/<int:record>", cases.replay_record, name="replay"),
    path("<int:pk>/do/<slug:act>", steps.step, name="step"),
    path("<int:pk>/inform", steps.inform, name="inform"),
    path("<int:pk>/application", steps.application, name="application"),
    path("<int:pk>/materials", steps.materials, name="materials"),
    path("<int:pk>/supplement", steps.supplement, name="supplement"),
    path("<int:pk>/withdraw", steps.withdraw, name="withdraw"),
    path("<int:pk>/abandon", steps.abandon, name="abandon"),
    path("<int:pk>/review", steps.review, name="review"),
    path("<int:pk>/facts", steps.facts, name="facts"),
    path("<int:pk>/facts/reset", steps.reset_facts, name="reset_facts"),
    path("<int:pk>/compute", steps.compute, name="compute"),
    path("<int:pk>/cap", steps.cap, name="cap"),
    path("<int:pk>/propose", steps.propose, name="propose"),
    path("<int:pk>/urgent", steps.urgent, name="urgent"),
    path("<int:pk>/serve", money.serve, name="serve"),
    path("<int:pk>/plan", money.plan, name="plan"),
    path("<int:pk>/notice", money.notice, name="notice"),
    path("<int:pk>/visit", money.plan_visit, name="plan_visit"),
    path("<int:pk>/demand", money.demand, name="demand"),
    path("<int:pk>/archive", money.archive, name="archive"),
    path("visits/<int:pk>/", money.visit, name="visit"),
    path("recoveries/<int:pk>/receive", money.receive_back, name="receive_back"),
    path("recoveries/<int:pk>/waive", money.waive, name="waive"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/", approvals.approval, name="approval"),
    path("approvals/<int:pk>/approve", approvals.approve, name="approve"),
    path("approvals/<int:pk>/return", approvals.send_back, name="send_back"),
    path("deputies/", approvals.deputies, name="deputies"),
    path("deputies/<int:pk>/end", approvals.end_deputy, name="end_deputy"),
    path("payments/", money.payments, name="payments"),
    path("payments/<int:pk>/", money.payment, name="payment"),
    path("payments/<int:pk>/check", money.check, name="check"),
    path("payments/<int:pk>/pay", money.pay, name="pay"),
    path("payments/<int:pk>/funds", money.funds, name="funds"),
    path("payments/<int:pk>/receipt", money.receipt, name="receipt"),
    path("payments/<int:pk>/open/<slug:field>", money.reveal_payment, name="reveal_payment"),
]
