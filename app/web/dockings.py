"""Pages of dockings: a board by stage, a list with what is overdue first, and one docking whole."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BeforeValidator

from app.core.caller import Role
from app.dockings.attachment_schemas import EntryOut, FileOut
from app.dockings.files import FILE_LIMIT
from app.dockings.history import history_of
from app.dockings.repository import DockingFilter
from app.dockings.schemas import DockingOut
from app.dockings.stages import OPEN, STAGES
from app.dockings.visibility import Side, hides_need
from app.kinds.fields import Word
from app.kinds.parameters import Cursor
from app.models import DockingStage, EntryKind, RecordKind, Team
from app.services import OUTPUTS
from app.web.pages import Page, PageOf, page_router

router = page_router()
MOST_COUNTED = 1000
_PAGE = 20
_OVERDUE_SHOWN = 20
# Cards of a stage on the board: who has more opens the stage's list.
_EACH = 5
_ENTRIES = 20
_KINDS = {Side.NEED: RecordKind.NEEDS, Side.ACHIEVEMENT: RecordKind.ACHIEVEMENTS}
_SIDES = {Side.NEED: "需求方", Side.ACHIEVEMENT: "成果方"}
# What becomes of one without a hitch, in its order.
WAY = (*OPEN, DockingStage.LANDED)

# What a form leaves open comes as an empty text.
_Empty = BeforeValidator(lambda value: value or None)
_Off = BeforeValidator(lambda value: value or False)


class View(StrEnum):
    """How dockings are laid out."""

    BOARD = "board"
    LIST = "list"


@router.get("/dockings")
def dockings(
    page: PageOf,
    stage: Annotated[DockingStage | None, _Empty] = None,
    mine: Annotated[bool, _Off, Query()] = False,
    overdue: Annotated[bool, _Off, Query()] = False,
    team: Annotated[Team | None, _Empty] = None,
    liaison: Annotated[Word | None, _Empty] = None,
    q: Annotated[Word | None, _Empty] = None,
    view: Annotated[View | None, _Empty] = None,
    cursor: Cursor = None,
) -> Response:
    """Show dockings: staff and the bureau begin at the board, and members see the list of theirs."""
    wanted = DockingFilter(stage, mine, overdue or None, team, liaison, None, q)
    inside = page.caller.sees_all or page.caller.role is Role.BUREAU
    narrow = stage is not None or overdue
    shown = view or (View.BOARD if inside and not narrow and cursor is None else View.LIST)
    if shown is View.BOARD and (not inside or narrow):
        shown = View.LIST  # a board of one stage would be a list
    found = _board(page, wanted) if shown is View.BOARD else _list(page, wanted, cursor, inside=inside)
    return page.render(
        "dockings/index.html",
        view=shown,
        wanted=wanted,
        inside=inside,
        narrowed=wanted != DockingFilter(),
        staff=page.services.dockings.staff(page.session, page.caller),
        cursor=cursor,
        most=MOST_COUNTED,
        **found,
    )


def _board(page: Page, wanted: DockingFilter) -> dict[str, Any]:
    service, session, caller = page.services.dockings, page.session, page.caller
    board = service.board(session, caller, wanted, _EACH)
    return {
        "board": {stage: [DockingOut.of(each, caller) for each in rows] for stage, rows in board.items()},
        "counts": service.counts(session, caller, wanted),
        "figures": service.figures(session, caller) if caller.role is Role.BUREAU else None,
        "overdue_count": service.overdue_count(session, caller, wanted, MOST_COUNTED),
    }


def _list(page: Page, wanted: DockingFilter, cursor: str | None, *, inside: bool) -> dict[str, Any]:
    """Return the list: what is overdue on top of its first part, the longest first, unless that is all of it."""
    service, session, caller = page.services.dockings, page.session, page.caller
    split = inside and wanted.overdue is None
    late = service.overdue(session, caller, wanted, _OVERDUE_SHOWN) if split and cursor is None else []
    rest = DockingFilter(
        wanted.stage, wanted.mine, False if split else wanted.overdue, wanted.team, wanted.liaison, None, wanted.q
    )
    rows, following = service.page(session, caller, rest, cursor=cursor, limit=_PAGE)
    return {
        "late": [DockingOut.of(each, caller) for each in late],
        "late_more": len(late) == _OVERDUE_SHOWN,
        "rows": [DockingOut.of(each, caller) for each in rows],
        "next_cursor": following,
    }


@router.get("/dockings/{id}")
def docking(page: PageOf, id: str, cursor: Cursor = None) -> Response:
    """Show a docking, and what its viewer may do now."""
    service, session, caller = page.services.dockings, page.session, page.caller
    found = service.get(session, id, caller)
    shown = DockingOut.of(found, caller)
    takes_part = caller.role is not Role.BUREAU
    entries, following = service.conversation.page(session, found, caller, cursor=cursor, limit=_ENTRIES)
    files = service.files.list(session, found, caller) if takes_part else []
    events = service.history(session, found)
    names = service.names(session, events, caller)
    parties = {Side.NEED: shown.need, Side.ACHIEVEMENT: shown.achievement}
    records = {side: _record(page, side, party.id) for side, party in parties.items()}
    return page.render(
        "dockings/docking.html",
        docking=shown,
        path=f"/api/v1/dockings/{id}",
        way=[(stage, STAGES[stage]) for stage in WAY],
        reached=WAY.index(shown.closed_from or shown.stage),
        sides=[(side, _SIDES[side], party, records[side]) for side, party in parties.items()],
        kinds=_KINDS,
        hides=hides_need(found) and caller.sees_all,
        takes_part=takes_part,
        entries=[EntryOut.of(each, found, caller) for each in entries] if takes_part else [],
        next_cursor=following,
        cursor=cursor,
        files=[FileOut.of(each, found, caller) for each in files],
        file_mb=FILE_LIMIT // 1024 // 1024,
        entry_kinds=[each.value for each in EntryKind],
        history=history_of(events, names, caller),
        staff=service.staff(session, caller),
    )


def _record(page: Page, side: Side, id: str) -> Any:
    """Return the record of a side as the viewer sees it; None where it is not shown to them, or no more."""
    kind = _KINDS[side]
    found = page.services.records[kind].by_ids(page.session, [id], page.caller)
    return OUTPUTS[kind].of(found[0], page.caller) if found else None
