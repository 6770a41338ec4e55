"""Routes of what pages load, of signing in, and the pages of every noun put together."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from app.core.errors import NotFound
from app.kinds.fields import PlainText
from app.web import (
    account,
    audit,
    board,
    captures,
    cases,
    challenges,
    channels,
    codes,
    common_needs_page,
    comparison,
    contracts,
    dockings,
    duplicates,
    home,
    imports,
    interests,
    matches,
    notices,
    organisations,
    people,
    portals,
    quality,
    record_forms,
    records,
    review,
    roadshows,
    roster,
    rounds,
    saved_searches,
    search,
)
from app.web.assets import load_assets
from app.web.pages import PageOf, page_router

router = page_router()
_FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{version}/{name:path}")
def static(version: str, name: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """Return what pages load; kept for good by browsers, as its address changes with it."""
    assets = load_assets()
    found = assets.files.get(name) if version == assets.version else None
    if found is None:
        raise NotFound("页面已经更新，请刷新。")
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" not in accept_encoding:
        return Response(found.plain, media_type=found.media_type, headers=headers)
    return Response(found.packed, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})


@router.get("/sign-in")
def sign_in(page: PageOf, then: PlainText = "/") -> Response:
    """Show the form for signing in."""
    return page.render("sign_in.html", next=_own(then), demo=page.services.accounts.in_demo(page.session))


def _own(then: str) -> str:
    """Return an address of our own; browsers leave out tabs and line ends, and take a backslash for a slash."""
    strange = any(character < " " or character == "\\" for character in then)
    return then if then.startswith("/") and not then.startswith("//") and not strange else "/"


@router.get("/password")
def password(page: PageOf) -> Response:
    """Show the form that takes a one-time token and a new password."""
    return page.render("password.html")


def pages() -> list[APIRouter]:
    """Return the routers of all pages."""
    return [
        router,
        account.router,
        audit.router,
        captures.router,
        common_needs_page.router,
        duplicates.router,
        home.router,
        codes.router,
        comparison.router,
        imports.router,
        interests.router,
        matches.router,
        portals.router,
        organisations.router,
        people.router,
        quality.router,
        record_forms.router,
        records.router,
        review.router,
        roster.router,
        rounds.router,
        saved_searches.router,
        search.router,
        dockings.router,
        notices.router,
        challenges.router,
        roadshows.router,
        contracts.router,
        board.router,
        channels.router,
        cases.router,
    ]
