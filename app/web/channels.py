"""Pages of channels: the list, what differs, packages, answers and leads, the columns, and a record's own part."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from app.channels import states
from app.channels.differences import MOST_SHOWN, differences
from app.channels.fields import CONSTANT, GIVEN, LEAVABLE, SOURCES
from app.channels.response_schemas import ResponseRow
from app.channels.schemas import ChannelOut, PackageOut
from app.channels.templates import templates
from app.kinds.parameters import Cursor
from app.models import CodeList, ItemState, LeadState, PackageFormat, RecordKind
from app.web.filters import FILLED
from app.web.pages import PageOf, page_router
from app.web.rounds import sections

router = page_router()
_PAGE = 20
_RECENT = 10
FORMATS = {
    PackageFormat.XLSX.value: "Excel 工作簿（.xlsx）",
    PackageFormat.CSV_UTF8.value: "CSV，UTF-8（.zip）",
    PackageFormat.CSV_GBK.value: "CSV，GBK（.zip）",
    PackageFormat.JSONL.value: "JSON Lines（.zip）",
}
_WORDS: dict[str, Any] = {
    "package_states": {each.value: word for each, word in states.PACKAGE_STATES.items()},
    "item_states": {each.value: word for each, word in states.ITEM_STATES.items()},
    "lead_states": {each.value: word for each, word in states.LEAD_STATES.items()},
    "formats": FORMATS,
}


@router.get("/channels")
def channels(page: PageOf, cursor: Cursor = None) -> Response:
    """Show the platforms, and how each stands."""
    service = page.services.channels
    rows, following = service.page(page.session, page.caller, cursor, _PAGE)
    return page.render(
        "channels/index.html",
        channels=[ChannelOut.of(each) for each in rows],
        standings=service.standings(page.session, rows),
        next_cursor=following,
        cursor=cursor,
        **_WORDS,
    )


@router.get("/channels/new")
def new_channel(page: PageOf) -> Response:
    """Show what a channel may start from."""
    return page.render("channels/new.html", templates=templates())


@router.get("/channels/{id}")
def channel(
    page: PageOf,
    id: str,
    state: Annotated[ItemState | None, FILLED] = None,
    cursor: Annotated[Cursor, FILLED] = None,
    start: Annotated[Cursor, Query(description="of the packages")] = None,
) -> Response:
    """Show a channel: what differs, its packages, what the platform has, what it answered, who asked."""
    service = page.services.channels
    found = service.get(page.session, id, page.caller)
    packages, older = service.packages.page(page.session, id, page.caller, start, _RECENT)
    items, following = service.items(page.session, id, state, cursor, _PAGE, page.caller)
    waiting = service.packages.waiting(page.session, found)
    return page.render(
        "channels/channel.html",
        channel=ChannelOut.of(found),
        standing=service.standings(page.session, [found])[id],
        waiting=waiting and PackageOut.of(waiting),
        packages=[PackageOut.of(each) for each in packages],
        older=older,
        start=start,
        items=items,
        state=state,
        next_cursor=following,
        cursor=cursor,
        responses=[ResponseRow.of(each) for each in service.responses.page(page.session, id, page.caller, _RECENT)],
        **_WORDS,
    )


@router.get("/channels/{id}/differences")
def channel_differences(page: PageOf, id: str) -> Response:
    """Show what a package would carry; follows the page, as texts are read for it."""
    service = page.services.channels
    kept = service.get(page.session, id, page.caller)
    told = differences(page.session, service.packages, id, page.caller)
    waiting = service.packages.waiting(page.session, kept) is not None
    return page.render(
        "channels/differences.html", channel=ChannelOut.of(kept), found=told, waiting=waiting, most=MOST_SHOWN, **_WORDS
    )


@router.get("/channels/{id}/leads")
def leads(
    page: PageOf,
    id: str,
    state: Annotated[LeadState | None, FILLED] = None,
    cursor: Annotated[Cursor, FILLED] = None,
) -> Response:
    """Show who asked about records at the platform."""
    service = page.services.channels
    found = ChannelOut.of(service.get(page.session, id, page.caller))
    rows, following = service.leads.page(page.session, id, page.caller, state, cursor, _PAGE)
    return page.render(
        "channels/leads.html",
        channel=found,
        leads=rows,
        state=state,
        next_cursor=following,
        cursor=cursor,
        steps=states.LEAD_STEPS,
        may=states.may,
        **_WORDS,
    )


@router.get("/channels/{id}/edit")
def edit_channel(page: PageOf, id: str) -> Response:
    """Show a channel's settings and columns, with a preview that follows each change."""
    found = ChannelOut.of(page.services.channels.get(page.session, id, page.caller))
    codes = page.services.codes
    values: dict[str, Any] = {
        "channel": found,
        "sources": SOURCES[found.kind],
        "given": GIVEN,
        "constant": CONSTANT,
        "leavable": LEAVABLE[found.kind],
        "sections": sections(),
        "chains": codes.names(page.session, CodeList.CHAINS),
    }
    return page.render("channels/edit.html", **values, **_WORDS)


def _kind(request: Request) -> RecordKind:
    return RecordKind(request.url.path.split("/")[1])


@router.get("/achievements/{id}/publications")
@router.get("/needs/{id}/publications")
def publications(page: PageOf, kind: Annotated[RecordKind, Depends(_kind)], id: str) -> Response:
    """Show where a record is published beside here; follows the record's page, for its owner and staff."""
    record = page.services.records[kind].get_own(page.session, id, page.caller)
    told = page.services.channels.publications(page.session, record)
    return page.render("channels/publications.html", told=told, **_WORDS)
