"""The pages of the office that the bench measures: every list, every search, and each kind of detail page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from bench.office_data import MODELS, RARE, TOWNS
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.clocks.models import Clock
from yingjiu.office.documents.declared import forms
from yingjiu.office.documents.models import Document
from yingjiu.office.intake.models import AgencyFile, ModelRun, PartyEntry
from yingjiu.office.jobs.models import Job
from yingjiu.office.leads.models import Lead, LeadCheck
from yingjiu.office.people.bench import open_bench
from yingjiu.office.people.searching import search
from yingjiu.office.people.selectors import dossier
from yingjiu.office.referrals.models import Offer, Referral
from yingjiu.office.relief.models import Approval, Payment, ReliefCase
from yingjiu.office.sealing.models import Seal, UnsealRequest

__all__ = ["Page", "pages"]


@dataclass(frozen=True)
class Page:
    """A page to measure: its name, who opens it, and where."""

    name: str
    user: str
    path: str


def pages() -> list[Page]:
    """All of them, in the order of the table."""
    return [*_desks(), *_inboxes(), *_leads(), *_people(), *_relief(), *_referrals(), *_others(), *_audit()]


def _desks() -> list[Page]:
    users = ("handler", "head", "city-head", "analyst", "finance", "civil", "grid", "audit-admin")
    return [
        *(Page(f"desk: {each}", each, "/") for each in users),
        Page("figures: head", "head", "/figures/"),
        Page("figures: head of the city", "city-head", "/figures/"),
        Page(
            "figures, ten years: head of the city", "city-head", "/figures/?since=2017-01-01&until=2026-12-31"
        ),
        Page("budgets: finance", "finance", "/budgets/"),
        Page("counts of the navigation: handler", "handler", "/frame/badges"),
        Page("counts of the navigation: head", "head", "/frame/badges"),
        Page("counts of the navigation: head of the city", "city-head", "/frame/badges"),
    ]


def _inboxes() -> list[Page]:
    inbox = "/leads/"

    def of(name: str, user: str, query: str = "") -> Page:
        return Page(f"inbox, {name}", user, f"{inbox}?{query}" if query else inbox)

    found = []
    for user, who in (("handler", "handler"), ("head", "head"), ("city-head", "head of the city")):
        tabs = ("new", "mine", "all", "decided") if user == "handler" else ("new", "all", "decided")
        found += [of(f"{tab}: {who}", user, f"tab={tab}") for tab in tabs]
        found += [
            of(f"page 200: {who}", user, "tab=all&page=200"),
            of(f"red: {who}", user, "tab=all&level=red"),
            of(f"red, supervision: {who}", user, "tab=new&level=red&kind=supervision"),
            of(f"one kind: {who}", user, "tab=new&kind=social_assistance"),
            of(f"one town: {who}", user, f"tab=all&town={TOWNS[3]}"),
            of(f"a town that is not there: {who}", user, "tab=all&town=无此镇"),
            of(f"one state: {who}", user, "tab=all&state=reopened"),
            of(f"being checked, yellow: {who}", user, "tab=all&state=checking&level=yellow"),
            of(f"a common model: {who}", user, f"tab=all&model={MODELS[0]}"),
            of(f"a common model, decided: {who}", user, f"tab=decided&model={MODELS[0]}"),
            of(f"a common model, one state: {who}", user, f"tab=all&model={MODELS[0]}&state=reopened"),
            of(f"a rare model: {who}", user, f"tab=all&model={RARE}"),
            of(f"overdue: {who}", user, "tab=all&due=over"),
            of(f"overdue, red, one town: {who}", user, f"tab=all&due=over&level=red&town={TOWNS[5]}"),
            of(f"latest deadline first: {who}", user, "tab=all&sort=-deadline"),
            of(f"newest first: {who}", user, "tab=new&sort=-arrived"),
            of(f"highest estimate first: {who}", user, "tab=all&sort=-estimate"),
            of(f"highest estimate first, red: {who}", user, "tab=new&sort=-estimate&level=red"),
        ]
    searches = (
        ("a whole case number", "（2021）苏0999刑初2号"),
        ("the number", "123"),
        ("the beginning of a case number", "（2021）苏0999刑初1"),
        ("the beginning of nearly all", "（202"),
        ("nothing found", "（1999）苏"),
    )
    return [
        *found,
        *(
            Page(f"search leads, {name}: {user}", user, f"{inbox}?tab=all&q={text}")
            for user in ("handler", "head", "city-head")
            for name, text in searches
        ),
        of("overdue: analyst", "analyst", "tab=all&due=over"),
        Page("anything new? (every 20 seconds)", "head", f"{inbox}fresh?mark=0"),
    ]


def _of(name: str, user: str, url: str, rows: QuerySet[Any] | None = None, *before: Any) -> Page:
    """The page of the first of some rows."""
    row = rows.first() if rows is not None else None
    if rows is not None and row is None:
        raise SystemExit(f"there is nothing to show: {name}")
    return Page(name, user, reverse(url, args=[*before, *([row.pk] if row is not None else [])]))


def _leads() -> list[Page]:
    mine = Lead.objects.filter(handler__username="handler")
    checks = LeadCheck.objects.order_by("-pk")
    here = Organisation.objects.get(name="虚构县人民检察院")
    return [
        _of(
            "a lead, found by models: handler",
            "handler",
            "leads:lead",
            mine.exclude(run="bench").order_by("pk"),
        ),
        _of(
            "a lead, being checked: handler",
            "handler",
            "leads:lead",
            mine.filter(state="checking").order_by("pk"),
        ),
        _of(
            "a lead: head",
            "head",
            "leads:lead",
            Lead.objects.filter(organisation=here).exclude(run="bench").order_by("-pk"),
        ),
        _of("visits to make: grid worker", "grid", "leads:visits"),
        _of(
            "a visit: grid worker",
            "grid",
            "leads:visit",
            checks.filter(worker__username="grid", done_at=None),
        ),
        _of("questions to answer: liaison", "civil", "leads:questions"),
        _of(
            "a question: liaison",
            "civil",
            "leads:question",
            checks.filter(agency__name="虚构县民政局", done_at=None),
        ),
    ]


def _people() -> list[Page]:
    head = User.objects.get(username="head")
    searches = [
        Page(f"people found by {name}: head", "head", reverse("people:results", args=[made.pk]))
        for name, made in (
            (each, search(kind=kind, text=text, purpose="办案", user=head))
            for each, kind, text in (
                ("name", "name", "王秀英"),
                ("two characters", "name", "王秀"),
                ("telephone", "phone", "15400000077"),
                ("case number", "case_no", "（2021）苏0999刑初2号"),
            )
        )
    ]
    # somebody of whom the agencies' data tell much
    leads = Lead.objects.exclude(run="bench").order_by("-pk").select_related("person")[:10]
    person, told = max(
        ((lead.person, dossier(lead.person, head)) for lead in leads), key=lambda each: len(each[1].facts)
    )
    found = [
        Page("search people: head", "head", reverse("people:search")),
        *searches,
        Page("the dossier of a person: head", "head", reverse("people:person", args=[person.pk])),
        Page("uncertain matches: analyst", "analyst", reverse("people:bench")),
    ]
    bench = open_bench()
    if bench is not None and bench.pairs:
        found.append(
            Page("an uncertain match: analyst", "analyst", reverse("people:pair", args=[bench.pairs[0].code]))
        )
    if told.households:
        code = told.households[0].code
        found.append(Page("a household: head", "head", reverse("people:household", args=[person.pk, code])))
    return found


def _relief() -> list[Page]:
    cases = ReliefCase.objects.filter(handler__username="handler")
    longest = cases.annotate(acts=Count("events")).order_by("-acts", "pk")
    in_panel = cases.filter(state__in=["reviewing", "in_approval", "proposed"]).annotate(acts=Count("events"))
    payments = Payment.objects.filter(payer__name="虚构县人民检察院")
    return [
        _of("relief cases: handler", "handler", "relief:cases"),
        _of("relief cases: head", "head", "relief:cases"),
        _of("relief cases: head of the city", "city-head", "relief:cases"),
        Page("relief cases in payment: head", "head", "/relief/?state=paying"),
        Page("relief cases by number: head", "head", "/relief/?q=〕123"),
        Page("relief cases by number: head of the city", "city-head", "/relief/?q=〕123"),
        Page("relief cases, nothing found: head of the city", "city-head", "/relief/?q=无此案"),
        _of("a relief case carried to the end: handler", "handler", "relief:case", longest),
        _of("a relief case carried to the end: head", "head", "relief:case", longest),
        _of(
            "a relief case under review: handler", "handler", "relief:case", in_panel.order_by("-acts", "pk")
        ),
        _of("approvals: head", "head", "relief:approvals"),
        _of(
            "an approval: head",
            "head",
            "relief:approval",
            Approval.objects.filter(state="waiting", role="head", organisation__name="虚构县人民检察院"),
        ),
        _of("deputies: head", "head", "relief:deputies"),
        _of("payments: finance", "finance", "relief:payments"),
        _of("a payment: finance", "finance", "relief:payment", payments.order_by("pk")),
    ]


def _referrals() -> list[Page]:
    sent = Referral.objects.filter(agency__name="虚构县民政局", sent_on__isnull=False).order_by("pk")
    offers = Offer.objects.filter(agency__name="虚构县民政局").order_by("pk")
    return [
        _of("referrals: handler", "handler", "referrals:outbox"),
        _of("referrals: head", "head", "referrals:outbox"),
        _of("referrals: head of the city", "city-head", "referrals:outbox"),
        Page("referrals, overdue: head", "head", "/referrals/?overdue=1"),
        Page("referrals, overdue: head of the city", "city-head", "/referrals/?overdue=1"),
        Page("referrals, one measure: head", "head", "/referrals/?measure=temporary_relief"),
        _of("referrals received: liaison", "civil", "referrals:inbox"),
        Page("referrals received, open: liaison", "civil", "/referrals/inbox/?state=open"),
        Page("referrals received, closed: liaison", "civil", "/referrals/inbox/?state=closed"),
        _of("a referral: head", "head", "referrals:referral", sent),
        _of("a referral: liaison", "civil", "referrals:referral", sent),
        _of("people named by agencies: handler", "handler", "referrals:offers"),
        _of("people named by agencies: head of the city", "city-head", "referrals:offers"),
        _of("people named by agencies: liaison", "civil", "referrals:offers"),
        _of("a person named by an agency: handler", "handler", "referrals:offer", offers),
    ]


def _others() -> list[Page]:
    case = (
        ReliefCase.objects.filter(handler__username="handler")
        .annotate(acts=Count("events"))
        .order_by("-acts")
    )
    clocks = Clock.objects.filter(handler__username="handler", finished_on=None).order_by("pk")
    template = next(iter(forms()))
    documents = Document.objects.filter(made_by__username="handler").exclude(template_digest="0" * 64)
    seals = Seal.objects.order_by("-pk")
    found = [
        _of("time limits: handler", "handler", "clocks:mine"),
        _of("time limits: head", "head", "clocks:mine"),
        _of("time limits: head of the city", "city-head", "clocks:mine"),
        _of("the reckoning of a time limit: handler", "handler", "clocks:explain", clocks),
        _of("documents of a case: handler", "handler", "documents:of", case, "relief.reliefcase"),
        _of("templates of documents: head", "head", "documents:templates"),
        Page("a template: head", "head", reverse("documents:template", args=[template])),
        _of("sources: analyst", "analyst", "intake:sources"),
        Page("a source: analyst", "analyst", reverse("intake:source", args=["civil-affairs-dibao"])),
        _of("a file of an agency: analyst", "analyst", "intake:file", AgencyFile.objects.order_by("pk")),
        _of("runs of the models: analyst", "analyst", "intake:run"),
        _of("a run of the models: analyst", "analyst", "intake:model_run", ModelRun.objects.order_by("pk")),
        _of("enter a party: handler", "handler", "intake:party"),
        _of("a party entered: handler", "handler", "intake:entry", PartyEntry.objects.order_by("-pk")),
        _of("jobs: handler", "handler", "jobs:list"),
        _of("jobs: system administrator", "system-admin", "jobs:list"),
        Page("jobs that failed: system administrator", "system-admin", "/jobs/?state=failed"),
        _of("a job: system administrator", "system-admin", "jobs:job", Job.objects.order_by("-pk")),
        _of("applications to open seals: head", "head", "sealing:requests"),
        _of(
            "an application to open a seal: head",
            "head",
            "sealing:request",
            UnsealRequest.objects.order_by("-pk"),
        ),
        _of("seals: head", "head", "sealing:seals"),
        Page("seals, one number: head", "head", f"/sealing/seals/?q={seals[0].number}"),
        _of("organisations: system administrator", "system-admin", "accounts:organisations"),
        _of(
            "an organisation: system administrator",
            "system-admin",
            "accounts:organisation",
            Organisation.objects.order_by("-pk"),
        ),
        _of("accounts: system administrator", "system-admin", "accounts:users"),
        Page("accounts by name: system administrator", "system-admin", "/accounts/users/?q=analyst-3"),
        _of(
            "an account: system administrator",
            "system-admin",
            "accounts:user",
            User.objects.filter(username="handler-3-1"),
        ),
        _of("roles: security administrator", "security-admin", "accounts:rights"),
        _of(
            "the roles of one: security administrator",
            "security-admin",
            "accounts:rights_of",
            User.objects.filter(username="handler-3-1"),
        ),
    ]
    if documents.exists():
        found.append(_of("a document: handler", "handler", "documents:preview", documents.order_by("pk")))
    return found


def _audit() -> list[Page]:
    log = "/audit/"
    asked = {
        "events on record": "",
        "events, an older page": "?before=300000",
        "events of one user": "?user=handler",
        "events of a user who did nothing lately": "?user=deputy",
        "events of one action": "?action=reveal",
        "events of one subject": "?subject_type=leads.Lead&subject_id=4711",
        "events of a kind of subject": "?subject_type=leads.Lead",
        "events of a kind of which there is nothing": "?subject_type=relief.Payment",
        "events with a common purpose": "?purpose=走访前",
        "events with a rare purpose": "?purpose=刑初4321号",
        "events with a purpose nobody gave": "?purpose=zzz",
        "events with a purpose of one character": "?purpose=访",
        "events with a purpose nobody gave, of one user": "?purpose=zzz&user=handler",
        "events with a purpose nobody gave, of one action": "?purpose=zzz&action=reveal",
        "events of a day": "?since=2026-06-01&until=2026-06-01",
        "events of a year, one action, a rare purpose": "?since=2026-01-01&action=reveal&purpose=刑初4321号",
    }
    return [Page(name, "audit-admin", log + query) for name, query in asked.items()]
