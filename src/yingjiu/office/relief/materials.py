"""Which materials a case needs, and which of them agencies' data already prove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yingjiu.office.relief import catalogue
from yingjiu.office.relief.catalogue import MaterialItem
from yingjiu.office.relief.facts import rows_of
from yingjiu.office.relief.models import Material, ReliefCase
from yingjiu.office.relief.states import MaterialState

__all__ = ["prepare", "proofs"]


def proofs(item: MaterialItem, finding: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a lead that prove a material, without the persons' data in them.

    Args:
        item: the material.
        finding: as the lead keeps it.
    """
    found = []
    for row in rows_of(finding):
        said = {name for name, text in row.get("values", ()) if text not in {"", None}}
        for proof in item.proven_by:
            if row.get("table") == proof.table and (not proof.column or proof.column in said):
                found.append(
                    {
                        name: row.get(name)
                        for name in ("source", "title", "agency", "file", "row", "date", "batch")
                    }
                )
                break
    return found


def prepare(case: ReliefCase) -> None:
    """Bring a case's list of materials to its way, harm and data; what was received stays.

    Args:
        case: the case, with its way.
    """
    finding = case.lead.finding if case.lead is not None else {}
    wanted = [
        item
        for item in catalogue.material_items()
        if item.wanted(way=case.way, harm=case.harm, minor=case.minor)
    ]
    held = {each.item: each for each in case.materials.all()}
    for item in wanted:
        evidence = proofs(item, finding)
        row = held.get(item.id)
        if row is None:
            state = MaterialState.PROVEN if evidence else MaterialState.NEEDED
            Material.objects.create(  # type: ignore[misc] # JSON, where the stubs see a text
                case=case,
                item=item.id,
                title=item.title,
                required=not item.optional,
                state=state,
                evidence=evidence,
            )
        elif row.state in {MaterialState.NEEDED, MaterialState.PROVEN} and evidence != row.evidence:
            row.evidence = evidence
            row.state = MaterialState.PROVEN if evidence else MaterialState.NEEDED
            row.save(update_fields=["evidence", "state"])
    names = {item.id for item in wanted}
    for item_id, row in held.items():
        if item_id not in names and row.state in {MaterialState.NEEDED, MaterialState.PROVEN}:
            row.delete()
    case.__dict__.get("_prefetched_objects_cache", {}).pop("materials", None)
