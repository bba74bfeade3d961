"""Official boundaries, uploaded as GeoJSON with the number of their approval."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.audit.services import Action, record
from yingjiu.office.desk.errors import DeskError
from yingjiu.office.desk.models import MapBoundary

if TYPE_CHECKING:
    from yingjiu.office.accounts.models import User

__all__ = ["LARGEST", "read_boundaries", "show", "take_boundaries"]

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a file; a county's towns have some hundred thousand."""
APPROVAL: Final = re.compile(r"^\S{0,8}S[（(]?\s?\d{4}\s?[)）]?\s?\d{1,6}号$|^审图号[:：]?\s?\S{4,30}$")
"""As printed on maps: ``GS(2019)1822号``, ``苏S(2023)12号``."""


def read_boundaries(content: bytes, name_property: str) -> tuple[dict[str, Any], list[str]]:
    """Read GeoJSON, and keep of it what a map needs.

    Args:
        content: the file.
        name_property: the property that names each region.

    Returns:
        The collection with names and shapes only, and the names.

    Raises:
        DeskError: ``DSK-010`` too large, ``DSK-011`` not GeoJSON, ``DSK-012`` no shapes, ``DSK-013`` a region
            without a name or with one that another has, ``DSK-014`` no longitudes and latitudes.
    """
    if len(content) > LARGEST:
        raise _fault("DSK-010", _("the file is larger than 8 MiB"), _("simplify the boundaries first"))
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or told.get("type") != "FeatureCollection":
        raise _fault("DSK-011", _("this is not a GeoJSON collection of features"), _("export it as GeoJSON"))
    kept: list[dict[str, Any]] = []
    names: list[str] = []
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        shape = feature.get("geometry") if isinstance(feature, dict) else None
        name = properties.get(name_property) if isinstance(properties, dict) else None
        if not isinstance(name, str) or not name.strip() or name in names:
            raise _fault(
                "DSK-013",
                _("feature {number} has no name of its own").format(number=len(kept) + 1),
                _("say which property names the regions"),
            )
        if not isinstance(shape, dict) or shape.get("type") not in {"Polygon", "MultiPolygon"}:
            raise _fault("DSK-012", _("feature {number} is no area").format(number=len(kept) + 1), "")
        if not all(_is_place(point) for point in _points(shape.get("coordinates"))):
            raise _fault(
                "DSK-014",
                _("feature {number} has points that are no longitude and latitude").format(
                    number=len(kept) + 1
                ),
                _("export it in degrees (CGCS2000 or WGS 84)"),
            )
        shape = {"type": shape["type"], "coordinates": shape["coordinates"]}
        kept.append({"type": "Feature", "properties": {name_property: name}, "geometry": shape})
        names.append(name)
    if not kept:
        raise _fault("DSK-012", _("there is no area in the file"), "")
    return {"type": "FeatureCollection", "features": kept}, names


@transaction.atomic
def take_boundaries(
    *, user: User, content: bytes, title: str, approval_number: str, publisher: str, name_property: str
) -> MapBoundary:
    """Take official boundaries; from now on maps are drawn with them.

    Raises:
        DeskError: as :func:`read_boundaries`; ``DSK-015`` no approval number.
    """
    if not APPROVAL.match(approval_number.strip()):
        raise _fault(
            "DSK-015",
            _("this is not a map approval number"),
            _("copy it from the map, like GS(2019)1822号; a map without one may not be shown"),
        )
    collection, names = read_boundaries(content, name_property)
    MapBoundary.objects.filter(active=True).update(active=False)
    taken = MapBoundary(
        title=title,
        approval_number=approval_number.strip(),
        publisher=publisher,
        name_property=name_property,
        regions=names,
        content=json.dumps(collection, ensure_ascii=False, separators=(",", ":")),
        uploaded_by=user,
    )
    taken.full_clean()
    taken.save()
    detail = {"title": title, "approval_number": taken.approval_number, "regions": len(names)}
    record(Action.ADMINISTER, user=user, subject=taken, detail=detail)
    return taken


@transaction.atomic
def show(*, user: User, boundary: MapBoundary, active: bool) -> None:
    """Draw maps with these boundaries, or with tiles again."""
    MapBoundary.objects.filter(active=True).update(active=False)
    if active:
        MapBoundary.objects.filter(pk=boundary.pk).update(active=True)
    record(Action.ADMINISTER, user=user, subject=boundary, detail={"active": active})


def _points(coordinates: Any) -> Iterator[Any]:
    """Every point of a shape, without recursion: a file decides how deep it is."""
    waiting = [coordinates]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list) and each and all(isinstance(part, list) for part in each):
            waiting.extend(each)
        else:
            yield each


def _is_place(point: Any) -> bool:
    return (
        isinstance(point, list)
        and 2 <= len(point) <= 3
        and all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in point)
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
    )


def _fault(code: str, message: str, hint: str) -> DeskError:
    return DeskError(Fault(code, message, hint=hint or None))
