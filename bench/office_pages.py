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


CASEWORKERS = ("handler", "head", "city-head")
HEADS = ("head", "city-head")
WHO = {
    "city-head": "head of the city",
    "civil": "liaison",
    "grid": "grid worker",
    "system-admin": "system administrator",
    "security-admin": "security administrator",
    "audit-admin": "audit administrator",
}
"""Who a user is, where the account does not say it."""


def pages() -> list[Page]:
    """All of them, in the order of the table."""
    return [*_desks(), *_inboxes(), *_leads(), *_people(), *_relief(), *_referrals(), *_others(), *_audit()]


def _desks() -> list[Page]:
    desks = ("handler", "head", "city-head", "analyst", "finance", "civil", "grid", "audit-admin")
    return [
        *(_at("desk", user, "/") for user in desks),
        *(_at("figures", user, "/figures/") for user in HEADS),
        _at("figures, ten years", "city-head", "/figures/?since=2017-01-01&until=2026-12-31"),
        _at("budgets", "finance", "/budgets/"),
        *(_at("counts of the navigation", user, "/frame/badges") for user in CASEWORKERS),
    ]


def _inboxes() -> list[Page]:
    inbox = "/leads/"

    def of(name: str, user: str, query: str = "") -> Page:
        return _at(f"inbox, {name}", user, f"{inbox}?{query}" if query else inbox)

    found = []
    for user in CASEWORKERS:
        tabs = ("new", "mine", "all", "decided") if user == "handler" else ("new", "all", "decided")
        found += [of(f"{tab}", user, f"tab={tab}") for tab in tabs]
        found += [
            of("page 200", user, "tab=all&page=200"),
            of("red", user, "tab=all&level=red"),
            of("red, supervision", user, "tab=new&level=red&kind=supervision"),
            of("one kind", user, "tab=new&kind=social_assistance"),
            of("one town", user, f"tab=all&town={TOWNS[3]}"),
            of("a town that is not there", user, "tab=all&town=无此镇"),
            of("one state", user, "tab=all&state=reopened"),
            of("being checked, yellow", user, "tab=all&state=checking&level=yellow"),
            of("a common model", user, f"tab=all&model={MODELS[0]}"),
            of("a common model, decided", user, f"tab=decided&model={MODELS[0]}"),
            of("a common model, one state", user, f"tab=all&model={MODELS[0]}&state=reopened"),
            of("a rare model", user, f"tab=all&model={RARE}"),
            of("overdue", user, "tab=all&due=over"),
            of("overdue, red, one town", user, f"tab=all&due=over&level=red&town={TOWNS[5]}"),
            of("latest deadline first", user, "tab=all&sort=-deadline"),
            of("newest first", user, "tab=new&sort=-arrived"),
            of("highest estimate first", user, "tab=all&sort=-estimate"),
            of("highest estimate first, red", user, "tab=new&sort=-estimate&level=red"),
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
            _at(f"search leads, {name}", user, f"{inbox}?tab=all&q={text}")
            for user in CASEWORKERS
            for name, text in searches
        ),
        of("overdue", "analyst", "tab=all&due=over"),
        _at("anything new? (every 20 seconds)", "head", f"{inbox}fresh?mark=0"),
    ]


def _at(name: str, user: str, path: str) -> Page:
    return Page(f"{name}: {WHO.get(user, user)}", user, path)


def _of(name: str, user: str, url: str, rows: QuerySet[Any] | None = None, *before: Any) -> Page:
    """The page of the first of some rows."""
    row = rows.first() if rows is not None else None
    if rows is not None and row is None:
        raise SystemExit(f"there is nothing to show: {name}")
    return _at(name, user, reverse(url, args=[*before, *([row.pk] if row is not None else [])]))


def _leads() -> list[Page]:
    mine = Lead.objects.filter(handler__username="handler")
    checks = LeadCheck.objects.order_by("-pk")
    here = Organisation.objects.get(name="虚构县人民检察院")
    return [
        _of(
            "a lead, found by models",
            "handler",
            "leads:lead",
            mine.exclude(run="bench").order_by("pk"),
        ),
        _of(
            "a lead, being checked",
            "handler",
            "leads:lead",
            mine.filter(state="checking").order_by("pk"),
        ),
        _of(
            "a lead",
            "head",
            "leads:lead",
            Lead.objects.filter(organisation=here).exclude(run="bench").order_by("-pk"),
        ),
        _of("visits to make", "grid", "leads:visits"),
        _of(
            "a visit",
            "grid",
            "leads:visit",
            checks.filter(worker__username="grid", done_at=None),
        ),
        _of("questions to answer", "civil", "leads:questions"),
        _of(
            "a question",
            "civil",
            "leads:question",
            checks.filter(agency__name="虚构县民政局", done_at=None),
        ),
    ]


def _people() -> list[Page]:
    head = User.objects.get(username="head")
    searches = [
        _at(f"people found by {name}", "head", reverse("people:results", args=[made.pk]))
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
        _at("search people", "head", reverse("people:search")),
        *searches,
        _at("the dossier of a person", "head", reverse("people:person", args=[person.pk])),
        _at("uncertain matches", "analyst", reverse("people:bench")),
    ]
    bench = open_bench()
    if bench is not None and bench.pairs:
        found.append(_at("an uncertain match", "analyst", reverse("people:pair", args=[bench.pairs[0].code])))
    if told.households:
        code = told.households[0].code
        found.append(_at("a household", "head", reverse("people:household", args=[person.pk, code])))
    return found


def _relief() -> list[Page]:
    in_panel = _longest().filter(state__in=["reviewing", "in_approval", "proposed"])
    payments = Payment.objects.filter(payer__name="虚构县人民检察院")
    return [
        *(_of("relief cases", user, "relief:cases") for user in CASEWORKERS),
        _at("relief cases in payment", "head", "/relief/?state=paying"),
        *(_at("relief cases by number", user, "/relief/?q=〕123") for user in HEADS),
        _at("relief cases, nothing found", "city-head", "/relief/?q=无此案"),
        _of("a relief case carried to the end", "handler", "relief:case", _longest()),
        _of("a relief case carried to the end", "head", "relief:case", _longest()),
        _of("a relief case under review", "handler", "relief:case", in_panel),
        _of("approvals", "head", "relief:approvals"),
        _of(
            "an approval",
            "head",
            "relief:approval",
            Approval.objects.filter(state="waiting", role="head", organisation__name="虚构县人民检察院"),
        ),
        _of("deputies", "head", "relief:deputies"),
        _of("payments", "finance", "relief:payments"),
        _of("a payment", "finance", "relief:payment", payments.order_by("pk")),
    ]


def _longest() -> QuerySet[Any]:
    """The handler's cases, those of which most is told first."""
    cases = ReliefCase.objects.filter(handler__username="handler")
    return cases.annotate(acts=Count("events")).order_by("-acts", "pk")


def _referrals() -> list[Page]:
    sent = Referral.objects.filter(agency__name="虚构县民政局", sent_on__isnull=False).order_by("pk")
    offers = Offer.objects.filter(agency__name="虚构县民政局").order_by("pk")
    return [
        *(_of("referrals", user, "referrals:outbox") for user in CASEWORKERS),
        *(_at("referrals, overdue", user, "/referrals/?overdue=1") for user in HEADS),
        _at("referrals, one measure", "head", "/referrals/?measure=temporary_relief"),
        _of("referrals received", "civil", "referrals:inbox"),
        _at("referrals received, open", "civil", "/referrals/inbox/?state=open"),
        _at("referrals received, closed", "civil", "/referrals/inbox/?state=closed"),
        _of("a referral", "head", "referrals:referral", sent),
        _of("a referral", "civil", "referrals:referral", sent),
        _of("people named by agencies", "handler", "referrals:offers"),
        _of("people named by agencies", "city-head", "referrals:offers"),
        _of("people named by agencies", "civil", "referrals:offers"),
        _of("a person named by an agency", "handler", "referrals:offer", offers),
    ]


def _others() -> list[Page]:
    clocks = Clock.objects.filter(handler__username="handler", finished_on=None).order_by("pk")
    template = next(iter(forms()))
    documents = Document.objects.filter(made_by__username="handler").exclude(template_digest="0" * 64)
    seals = Seal.objects.order_by("-pk")
    found = [
        *(_of("time limits", user, "clocks:mine") for user in CASEWORKERS),
        _of("the reckoning of a time limit", "handler", "clocks:explain", clocks),
        _of("documents of a case", "handler", "documents:of", _longest(), "relief.reliefcase"),
        _of("templates of documents", "head", "documents:templates"),
        _at("a template", "head", reverse("documents:template", args=[template])),
        _of("sources", "analyst", "intake:sources"),
        _at("a source", "analyst", reverse("intake:source", args=["civil-affairs-dibao"])),
        _of("a file of an agency", "analyst", "intake:file", AgencyFile.objects.order_by("pk")),
        _of("runs of the models", "analyst", "intake:run"),
        _of("a run of the models", "analyst", "intake:model_run", ModelRun.objects.order_by("pk")),
        _of("enter a party", "handler", "intake:party"),
        _of("a party entered", "handler", "intake:entry", PartyEntry.objects.order_by("-pk")),
        _of("jobs", "handler", "jobs:list"),
        _of("jobs", "system-admin", "jobs:list"),
        _at("jobs that failed", "system-admin", "/jobs/?state=failed"),
        _of("a job", "system-admin", "jobs:job", Job.objects.order_by("-pk")),
        _of("applications to open seals", "head", "sealing:requests"),
        _of(
            "an application to open a seal",
            "head",
            "sealing:request",
            UnsealRequest.objects.order_by("-pk"),
        ),
        _of("seals", "head", "sealing:seals"),
        _at("seals, one number", "head", f"/sealing/seals/?q={seals[0].number}"),
        _of("organisations", "system-admin", "accounts:organisations"),
        _of(
            "an organisation",
            "system-admin",
            "accounts:organisation",
            Organisation.objects.order_by("-pk"),
        ),
        _of("accounts", "system-admin", "accounts:users"),
        _at("accounts by name", "system-admin", "/accounts/users/?q=analyst-3"),
        _of(
            "an account",
            "system-admin",
            "accounts:user",
            User.objects.filter(username="handler-3-1"),
        ),
        _of("roles", "security-admin", "accounts:rights"),
        _of(
            "the roles of one",
            "security-admin",
            "accounts:rights_of",
            User.objects.filter(username="handler-3-1"),
        ),
    ]
    if documents.exists():
        found.append(_of("a document", "handler", "documents:preview", documents.order_by("pk")))
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
    return [_at(name, "audit-admin", log + query) for name, query in asked.items()]
