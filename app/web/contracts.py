"""Pages of contracts: the ledger, a contract with what was adjusted, its form, and workbooks on their way in."""

from typing import Annotated, Any

from fastapi import Query, Response

from app.contracts.parameters import FilterOf, LedgerCursor
from app.contracts.schemas import reads_all
from app.contracts.signing import DOCKING_PAGE
from app.contracts.words import ADJUSTMENTS, BATCH_STATES, KINDS, OUTCOMES, SIDES
from app.contracts.workbooks.columns import NAMES
from app.contracts.workbooks.schemas import BatchOut, BatchRowOut
from app.contracts.workbooks.service import REFUSED
from app.core.caller import Role
from app.core.city_time import today
from app.kinds.parameters import Cursor
from app.models import AdjustmentKind, BatchState, CodeList, RowOutcome
from app.targets.years import year_of
from app.web.contracts_history import history
from app.web.filters import FILLED
from app.web.pages import Page, PageOf, page_router
from app.web.portals import may

router = page_router()
_PAGE = 20
_BATCHES = 10
_REFUSED_SHOWN = 100
# How many years back the ledger is narrowed by.
_YEARS = 6


@router.get("/contracts")
def contracts(page: PageOf, wanted: FilterOf, cursor: Annotated[LedgerCursor, FILLED] = None) -> Response:
    """Show the ledger, narrowed by what the address says."""
    rows, following = page.services.contracts.page(page.session, page.caller, wanted, cursor, _PAGE)
    settings = page.services.targets.settings(page.session)
    present = year_of(today(), settings.first_month).number
    return page.render(
        "contracts/index.html",
        rows=rows,
        next_cursor=following,
        cursor=cursor,
        narrowed=wanted.narrows,
        years=range(present, present - _YEARS, -1),
        places=page.services.targets.places(page.session),
        kinds=KINDS,
        sides=SIDES,
        reads_all=reads_all(page.caller),
    )


@router.get("/contracts/new")
def new_contract(page: PageOf) -> Response:
    """Show the form of a new contract."""
    return _form(page, None)


@router.get("/contracts/import")
def imports(page: PageOf, cursor: Annotated[Cursor, FILLED] = None) -> Response:
    """Show the place to drop a workbook, and what was dropped before."""
    rows, following = page.services.workbooks.page(page.session, page.caller, cursor, _BATCHES)
    return page.render(
        "contracts/import.html",
        batches=[BatchOut.of(each) for each in rows],
        next_cursor=following,
        cursor=cursor,
        states=BATCH_STATES,
        columns=list(NAMES.values()),
        places=page.services.targets.places(page.session),
        sets_places=page.caller.role is Role.ADMIN,
    )


@router.get("/contracts/import/{id}")
def batch(
    page: PageOf,
    id: str,
    outcome: Annotated[RowOutcome | None, FILLED] = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,6}$"), FILLED] = None,
) -> Response:
    """Show what becomes of each row of a workbook, before it is taken and after."""
    found = page.services.workbooks.get(page.session, id, page.caller)
    wanted = REFUSED if outcome is None else (outcome.value,)
    rows, following = page.services.workbooks.rows(page.session, found, wanted, cursor, _REFUSED_SHOWN)
    return page.render(
        "contracts/batch.html",
        batch=BatchOut.of(found),
        rows=[BatchRowOut.of(found, each) for each in rows],
        outcome=outcome,
        outcomes=OUTCOMES,
        states=BATCH_STATES,
        open=found.state == BatchState.PREVIEWED,
        next_cursor=following,
        cursor=cursor,
    )


@router.get("/contracts/{id}")
def contract(page: PageOf, id: str) -> Response:
    """Show a contract: what it is worth now and why, where it counts, what led to it."""
    found = page.services.contracts.detail(page.session, id, page.caller)
    docking_page = DOCKING_PAGE if may_open(page, DOCKING_PAGE) else None
    return page.render(
        "contracts/contract.html",
        contract=found,
        kinds=KINDS,
        adjustable={str(kind): name for kind, name in ADJUSTMENTS.items() if kind != AdjustmentKind.CANCELLATION},
        reads_all=reads_all(page.caller),
        docking_page=docking_page and docking_page.removesuffix("{id}"),
        history=history(page, found),
        own=page.caller.organisation_id,
    )


@router.get("/contracts/{id}/edit")
def edit_contract(page: PageOf, id: str) -> Response:
    """Show the form of what may be changed of a contract."""
    return _form(page, page.services.contracts.detail(page.session, id, page.caller))


def may_open(page: Page, path: str) -> bool:
    """Say whether there is such a page, and the viewer may open it."""
    try:
        return may(page.caller, path)
    except KeyError:
        return False


def _form(page: Page, found: Any) -> Response:
    return page.render(
        "contracts/form.html",
        contract=found,
        kinds=KINDS,
        places=page.services.targets.places(page.session),
        liaisons=dict(page.services.contracts.liaisons(page.session, page.caller)),
        chains=list(page.services.codes.names(page.session, CodeList.CHAINS).values()),
    )
