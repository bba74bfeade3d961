"""From a run of the models to what a report shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from yingjiu.codes import age_on, birth_date_of, number_of, sex_of
from yingjiu.language import _
from yingjiu.pool import Batch
from yingjiu.report.data import (
    Basis,
    Condition,
    Evidence,
    FunnelStep,
    Lead,
    Model,
    Person,
    Reason,
    Recommendation,
    ReportData,
    Reveal,
    Score,
)
from yingjiu.report.estimates import Estimator
from yingjiu.report.quality import quality
from yingjiu.screening import Model as ScreeningModel
from yingjiu.screening.facts import About, Provenance
from yingjiu.screening.facts import Evidence as Reached
from yingjiu.screening.findings import Finding
from yingjiu.screening.leads import Lead as ScreeningLead
from yingjiu.screening.leads import leads as leads_of
from yingjiu.screening.model import Comparison
from yingjiu.screening.run import Run

__all__ = ["from_run", "town_of"]

NATIONAL: Final = "000000"

_COUNTY: Final = re.compile(r"^.{0,30}?(?:县|旗|(?<!自治)区|市(?!.{0,12}[县旗区]))")
_TOWN: Final = re.compile(r"^.{0,4}?([\u4e00-\u9fff]{1,6}?(?:街道|镇|乡|苏木))")


def from_run(
    run: Run,
    batches: Sequence[Batch],
    *,
    county: str,
    made_at: datetime,
    leads: Sequence[ScreeningLead] | None = None,
    scores: Sequence[Score] = (),
    synthetic: bool = False,
    reveal: Reveal | None = None,
    estimator: Estimator | None = None,
) -> ReportData:
    """Gather what a report shows out of a run.

    Args:
        run: the run.
        batches: current batches of the pool, whose notes tell what became of every row
            (``pool.view().batches``).
        county: name of the county.
        made_at: when the report is made.
        leads: the run's leads, if they have been made already.
        scores: agreement with planted truth, if there is one.
        synthetic: whether the people are invented.
        reveal: permission to show personal data.
        estimator: what first estimates of amounts are made with; the shipped standards unless given.

    Returns:
        The report, unmasked: :func:`~yingjiu.report.masking.shown` masks it before anything is written.
    """
    found = leads_of(run) if leads is None else leads
    sources = {batch.source: batch.notes for batch in batches}
    estimating = _Estimating(estimator or Estimator.of(), _office_region(found), run.run_date)
    made = tuple(_lead(run, lead, sources, estimating) for lead in found)
    return ReportData(
        county=county,
        run_date=run.run_date,
        made_at=made_at,
        models=tuple(_model(run, model) for model in run.models),
        leads=made,
        funnel=_funnel(run, batches, made),
        sources=quality(batches),
        scores=tuple(scores),
        run=run.id,
        pool=run.pool[:16],
        engine=run.engine,
        notes=run.warnings,
        synthetic=synthetic,
        reveal=reveal,
    )


def town_of(address: str | None) -> str:
    """The town or street of an address, or an empty text.

    Args:
        address: as a source wrote it, with or without province, city and county.
    """
    if not address:
        return ""
    rest = _COUNTY.sub("", address.strip(), count=1)
    town = _TOWN.match(rest) or _TOWN.match(address.strip())
    return town.group(1) if town else ""


def _model(run: Run, model: ScreeningModel) -> Model:
    funnel = run.funnel(model.id)
    excluded_by = sorted(funnel.excluded_by.items(), key=lambda item: (-item[1], item[0]))
    return Model(
        id=model.id,
        version=model.version,
        title=model.title,
        kind=model.kind,
        after=model.after,
        basis=tuple(Basis(item.rule, item.article) for item in model.basis),
        subjects=funnel.subjects,
        excluded=funnel.excluded,
        excluded_by=tuple((model.by_id[name].says, count) for name, count in excluded_by),
    )


def _funnel(run: Run, batches: Sequence[Batch], leads: Sequence[Lead]) -> tuple[FunnelStep, ...]:
    """From rows read to leads; a step that does not follow from the one before says what it counts."""
    sources = quality(batches)
    read, accepted = sum(item.read for item in sources), sum(item.accepted for item in sources)
    held = sum(item.quarantined for item in sources)
    parties = sum(batch.rows.get("party", 0) for batch in batches)
    judged = sum(funnel.subjects for funnel in run.funnels)
    excluded = sum(funnel.excluded for funnel in run.funnels)
    possible, match = (sum(getattr(funnel, name) for funnel in run.funnels) for name in ("possible", "match"))
    rows, times, findings = _("file rows"), _("judgements"), _("findings")
    return (
        FunnelStep(_("Read"), read, rows, _("from {count} sources").format(count=len(sources))),
        FunnelStep(
            _("Accepted"), accepted, rows, _("{count} held back for correction").format(count=f"{held:,}")
        ),
        FunnelStep(_("Parties"), parties, rows, _("one person may be a party of several cases and sources")),
        FunnelStep(_("Judged"), judged, times, _("by {count} models").format(count=len(run.models))),
        FunnelStep(_("Excluded"), excluded, times, _("for a reason that is stated; kept, not lost")),
        FunnelStep(_("Possible"), possible, findings, _("something is still unknown")),
        FunnelStep(_("Match"), match, findings, _("all conditions are met")),
        FunnelStep(_("Leads"), len(leads), _("leads"), _("findings on the same person and case are merged")),
    )


@dataclass(frozen=True, slots=True)
class _Estimating:
    """With what, for which office and day amounts are estimated."""

    estimator: Estimator
    region: str
    day: date


def _office_region(leads: Sequence[ScreeningLead]) -> str:
    """The region of the office that would decide: that of most cases, else of most persons."""
    for column in ("case_region", "region"):
        codes = Counter(code for lead in leads if isinstance(code := lead.about.get(column), str))
        whole = [code for code, _count in codes.most_common() if len(code) == 6 and code.isdigit()]
        if whole:
            return whole[0]
    return NATIONAL


def _lead(
    run: Run, lead: ScreeningLead, sources: Mapping[str, Mapping[str, Any]], estimating: _Estimating
) -> Lead:
    about = lead.about
    reasons = tuple(_reason(run, finding, sources) for finding in lead.reasons)
    hardship = _hardship(reasons, about)
    estimate = None
    if lead.kind == "judicial_relief":
        estimate = estimating.estimator.estimate(
            about, hardship, region=estimating.region, day=estimating.day
        )
    address = about.get("address")
    role = about.roles[0] if about.roles else None
    return Lead(
        key=lead.key,
        kind=lead.kind,
        level=lead.level,
        outcome="match" if lead.outcome == "match" else "possible",
        person=_person(about, run.run_date),
        case_no=about.get("case_no"),
        charge=about.get("charge"),
        stage=about.get("stage"),
        role=role,
        town=town_of(address),
        hardship=hardship,
        reasons=reasons,
        estimate=estimate,
    )


def _person(about: About, day: date) -> Person:
    key = about.person_id
    born = about.get("birth_date") or (birth_date_of(key) if key > 0 else None)
    return Person(
        name=about.get("name"),
        number=number_of(key) if key > 0 else about.get("id_raw"),
        sex=about.get("sex") or (sex_of(key) if key > 0 else None),
        birth_date=born,
        age=age_on(born, day) if born else None,
        address=about.get("address"),
        phone=about.get("phone"),
        region=about.get("region"),
    )


def _hardship(reasons: Iterable[Reason], about: About) -> tuple[str, ...]:
    """Lists that some row of evidence puts the person or the household on, and the subject's own."""
    rows = (row for reason in reasons for item in reason.conditions if item.truth for row in item.evidence)
    found = [
        text
        for row in rows
        if row.table == "hardship" and row.sure
        for name, text in row.values
        if name == "list"
    ]
    own = about.get("list")
    return tuple(dict.fromkeys([own, *found] if own else found))


def _reason(run: Run, finding: Finding, sources: Mapping[str, Mapping[str, Any]]) -> Reason:
    facts, model, verdict = run.facts_of(finding), finding.model, finding.verdict
    subject = facts.subject(finding.row)
    needed = {*verdict.settle, *verdict.ask}
    conditions = []
    for atom, truth in zip(model.atoms, finding.truths, strict=True):
        column = facts.plan.column[model.id, atom.id]
        seen = {name: subject.get(name) for name in facts.plan.reads.get(column, ())}
        asked = isinstance(atom, Comparison) and truth is not False
        behind = facts.behind(finding.row, column) if asked else ()
        conditions.append(
            Condition(
                id=atom.id,
                says=atom.says,
                truth=truth,
                settle=(atom.settle or atom.says) if truth is None and atom.id in needed else None,
                evidence=tuple(_evidence(row.provenance, sources, row) for row in behind),
                table=model.subject,
                seen=_texts(seen),
            )
        )
    return Reason(
        model=model.id,
        outcome="match" if finding.outcome == "match" else "possible",
        level=finding.level or "yellow",
        conditions=tuple(conditions),
        settle=tuple(
            dict.fromkeys(model.settle_text(name) or model.by_id[name].says for name in verdict.settle)
        ),
        questions=tuple(dict.fromkeys(model.by_id[name].says for name in verdict.ask)),
        recommendations=tuple(
            Recommendation(item.measure, item.agency, item.says) for item in verdict.recommend
        ),
        read_at=tuple(_evidence(row, sources) for row in facts.read_at(finding.row)),
    )


def _evidence(
    row: Provenance,
    sources: Mapping[str, Mapping[str, Any]],
    reached: Reached | None = None,
) -> Evidence:
    told = sources.get(row.source, {})
    return Evidence(
        table=row.table,
        source=row.source,
        source_title=str(told.get("title") or row.source),
        agency=str(told.get("agency") or ""),
        file=row.file,
        row=row.row,
        data_date=row.data_date,
        sheet=row.sheet,
        batch=row.batch,
        values=_texts(reached.values) if reached else (),
        route=str(reached.route) if reached else "",
        relation=reached.relation if reached else None,
        sure=reached.sure if reached else True,
    )


def _texts(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Values as texts that a machine can read back; what is not known says nothing."""
    return tuple((name, _text(found)) for name, found in values.items() if found is not None)


def _text(found: Any) -> str:
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, Decimal):
        return f"{found:.2f}"
    return str(found)
