"""Pairs of records that read alike, side by side, for a person to decide; and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Response
from markupsafe import Markup

from app.core.caller import Role
from app.duplicates.routes import DuplicateOut
from app.kinds.fields import Id
from app.kinds.parameters import Cursor
from app.kinds.table import Record, kind_of
from app.kinds.visibility import shows_all_of
from app.models import RecordKind
from app.records.queue import MOST_COUNTED
from app.records.schemas import RecordOut
from app.services import OUTPUTS
from app.web.highlight import differing
from app.web.pages import Page, PageOf, page_router

router = page_router()
_DECIDED_SHOWN = 20
_COMPARED = {
    RecordKind.ACHIEVEMENTS: ("title", "summary", "indicators", "keywords"),
    RecordKind.NEEDS: ("title", "description", "indicators"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records that are compared: what the viewer may see of it, and its texts by their names."""

    shown: RecordOut
    yours: bool
    texts: list[tuple[str, Markup]]


@router.get("/duplicates")
def duplicates(page: PageOf, kind: RecordKind | None = None, decided: bool = False, cursor: Cursor = None) -> Response:
    """Show the next pair to decide, or what was decided."""
    service = page.services.duplicates
    left = {
        each: service.count(page.session, each, page.caller, decided=False, most=MOST_COUNTED) for each in RecordKind
    }
    chosen = kind or _first(left, page.caller.role)
    rows, following = service.page(
        page.session, chosen, page.caller, decided=decided, cursor=cursor, limit=_DECIDED_SHOWN if decided else 1
    )
    return page.render(
        "duplicates/index.html",
        kind=chosen,
        decided=decided,
        left=left,
        most=MOST_COUNTED,
        pairs=[DuplicateOut.of(*each, page.caller) for each in rows],
        sides=None if decided or not rows else _sides(page, *rows[0][1:]),
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/duplicates/compare")
def compare(page: PageOf, kind: RecordKind, first: Id, second: Id) -> Response:
    """Show two records of a kind side by side, whatever was found of them."""
    records = page.services.records[kind]
    found = [records.get(page.session, id, page.caller) for id in (first, second)]
    template = "duplicates/sides.html" if page.is_fragment else "duplicates/compare.html"
    return page.render(template, kind=kind, sides=_sides(page, found[0], found[1]), withdraws=False)


def _first(left: Mapping[RecordKind, int], role: Role) -> RecordKind:
    """Return the kind to begin with: the one that waits, else the role's own."""
    waiting = [kind for kind, count in left.items() if count]
    own = RecordKind.NEEDS if role is Role.ENTERPRISE else RecordKind.ACHIEVEMENTS
    return own if own in waiting or not waiting else waiting[0]


def _sides(page: Page, first: Record, second: Record) -> tuple[Side, Side]:
    """Return two records as the viewer sees them, with what differs in their texts marked."""
    kind = kind_of(first).name
    views = [OUTPUTS[kind].of(record, page.caller) for record in (first, second)]
    texts: tuple[list[tuple[str, Markup]], list[tuple[str, Markup]]] = ([], [])
    for name in _COMPARED[kind]:
        values = [_text(getattr(view, name)) for view in views]
        for side, text in zip(texts, differing(values[0], values[1]), strict=True):
            side.append((type(views[0]).model_fields[name].title or name, text))
    left, right = (
        Side(view, shows_all_of(record, page.caller), each)
        for view, record, each in zip(views, (first, second), texts, strict=True)
    )
    return left, right


def _text(value: object) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)
