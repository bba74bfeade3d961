"""Leads of the tests, as a run of the models would tell them. All people are invented (county 320999)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.leads.facts import digest_of, facts_of
from yingjiu.office.leads.models import Lead
from yingjiu.office.leads.services import Taken, take_told
from yingjiu.office.leads.told import Told, _told_digest, case_serial, gist_of, kept
from yingjiu.report import Basis, Condition, Estimate, Evidence, Person, Reason
from yingjiu.report import Lead as Reported

DAY = date(2025, 5, 31)
MODEL = "guanyun-target-screening"
TITLES = {MODEL: "司法救助对象筛选", "weidu-bodily-harm": "侵害人身权类·司法救助线索"}
SAYS = {
    "dibao": "本人或者家庭享受低保",
    "serious_injury": "重伤",
    "little_received": "所获赔偿不到应得的一半",
    "relieved": "本案已获司法救助",
}


def row(list_: str = "dibao", *, batch: str = "b1", file: str = "低保.xlsx", number: int = 7) -> Evidence:
    return Evidence(
        table="hardship",
        source="civil-affairs-dibao",
        source_title="最低生活保障对象",
        agency="虚构县民政局",
        file=file,
        row=number,
        data_date=DAY,
        sheet="名单",
        batch=batch,
        values=(("list", list_), ("name", "张三明")),
        route="household",
    )


def told(
    key: str = "k1",
    truths: Mapping[str, bool | None] | None = None,
    *,
    number: int = 101,
    name: str = "张三明",
    level: str = "orange",
    kind: str = "judicial_relief",
    models: Sequence[str] = (MODEL,),
    rows: Sequence[Evidence] | None = None,
    case_no: str = "（2024）苏0999刑初12号",
    phone: str = "15400000001",
    estimate: Estimate | None = None,
) -> Told:
    """A lead as :func:`yingjiu.office.leads.told.tell` would give it."""
    known = {"dibao": True, "serious_injury": True, "little_received": None, "relieved": False} | dict(
        truths or {}
    )
    evidence = tuple(rows if rows is not None else (row(),))
    conditions = tuple(
        Condition(
            id=id_,
            says=SAYS[id_],
            truth=truth,
            settle="查询低保、核对赔偿收据" if truth is None else None,
            evidence=evidence if id_ == "dibao" and truth is not False else (),
            table="party",
            seen=(("harm", "bodily"),),
        )
        for id_, truth in known.items()
    )
    reasons = tuple(
        Reason(model=model, outcome="match", level=level, conditions=conditions, questions=("是否另有赔偿",))  # type: ignore[arg-type] # a literal
        for model in models
    )
    reported = Reported(
        key=key,
        kind=kind,  # type: ignore[arg-type] # a literal
        level=level,  # type: ignore[arg-type] # a literal
        outcome="match",
        person=Person(name=name, age=45),
        hardship=("dibao",),
        reasons=reasons,
    )
    declared = {
        model: SimpleNamespace(
            id=model, version=1, title=TITLES[model], after=None, basis=(Basis("细则", "7"),), kind=kind
        )
        for model in models
    }
    finding = kept(reported, declared, estimate)
    columns: dict[str, Any] = {
        "kind": kind,
        "outcome": "match",
        "level": level,
        "models": list(models),
        "title": TITLES[models[0]],
        "case_no": case_no,
        "case_key": case_no.replace("（", "(").replace("）", ")"),
        "case_serial": case_serial(case_no),
        "charge": "故意伤害罪",
        "stage": "prosecution_review",
        "role": "victim",
        "region": "320999",
        "town": "虚构镇",
        "gist": gist_of(reported.reasons[0]),
        "estimate_low": estimate.low if estimate else None,
        "estimate_high": estimate.high if estimate else None,
    }
    person_id = 32099919800101000 + number
    return Told(
        key=key,
        person={
            "person_id": person_id,
            "name": name,
            "phone": phone,
            "address": "江苏省盐城市虚构县虚构镇1号",
        },
        columns=columns,
        finding=finding,
        facts_digest=digest_of(facts_of(finding)),
        told_digest=_told_digest(columns, finding),
    )


def take(
    organisation: Organisation,
    *leads: Told,
    run: str = "run-1",
    on: date = DAY,
    whole: bool = True,
    user: User | None = None,
) -> Taken:
    """Take leads over as a run of all shipped models would."""
    return take_told(
        organisation, run=run, run_date=on, told=leads, models=list(TITLES) if whole else None, user=user
    )


def one(organisation: Organisation, **more: Any) -> Lead:
    """A lead of the organisation that was just found."""
    take(organisation, told(**more))
    return Lead.objects.select_related("person").get(organisation=organisation)
