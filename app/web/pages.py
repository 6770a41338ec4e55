"""What every page has: who looks, the menu, the templates, and an answer when something is wrong."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from app.access.guard import GuardedRoute
from app.access.rule import API
from app.accounts.repository import AccountRepository
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.database import ReadSession
from app.core.errors import AppError
from app.core.problems import field_errors
from app.matches.schemas import sureness
from app.notices.schemas import MOST_COUNTED
from app.services import Services
from app.web import vocabulary
from app.web.assets import load_assets
from app.web.highlight import marked
from app.web.navigation import menu

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page, as it greets them.

    Attributes:
        unseen: notices that they have not seen, counted up to one more than the bell shows.
    """

    name: str
    role: Role
    organisation: str | None
    organisation_id: str | None
    signed_in: bool
    staff: bool
    manages: bool
    unseen: int


class Page:
    """A request for a page: who asks, what to ask, and how it is rendered."""

    def __init__(self, request: Request, services: Services, session: Session) -> None:
        self.request = request
        self.services = services
        self.session = session
        self.caller: Caller = request.state.caller

    @property
    def is_fragment(self) -> bool:
        """Whether only a part of the page is wanted, to be put into one that is shown already."""
        headers = self.request.headers
        return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page.

        Args:
            template: its name below `templates`.
            values: what the template shows, beside `viewer`, `menu` and `here`.
        """
        viewer = _viewer(self.caller, self.session)
        return html(self.request, template, viewer, status, **values)


def html(request: Request, template: str, viewer: Viewer, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a rendered template with the headers of a page."""
    text = templates().get_template(template).render(
        viewer=viewer,
        menu=menu(viewer.role, manages=viewer.manages),
        here=request.url.path,
        query=dict(request.query_params),
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status, {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Vary": "HX-Request"})


class PageRoute(GuardedRoute):
    """A guarded route that shows what is wrong as a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler, which never answers a browser with a problem document."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                return await run_in_threadpool(error_page, request, error.status_code, error.title, error.detail)
            except RequestValidationError as error:
                detail = "；".join(f"{each.field}：{each.message}" for each in field_errors(error.errors())) + "。"
                return await run_in_threadpool(error_page, request, 422, "地址里的条件有误", detail)

        return shown


def page_router() -> APIRouter:
    """Return a router of pages, all guarded."""
    return APIRouter(route_class=PageRoute, default_response_class=HTMLResponse, include_in_schema=False, tags=["页面"])


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """Return what is wrong as a page: the sign-in form where that is the remedy."""
    caller: Caller = getattr(request.state, "caller", None) or Caller(Role.ANYBODY)
    if request.headers.get("HX-Request") == "true":
        return Response(detail, status, media_type="text/plain; charset=utf-8")
    with request.app.state.database.read() as session:
        viewer = _viewer(caller, session)
        demo = request.app.state.services.accounts.in_demo(session)
    template = "sign_in.html" if status == 401 else "error.html"
    answer = html(request, template, viewer, status, title=title, detail=detail, code=status, demo=demo)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"  # for programs; browsers ask nothing for this scheme
    return answer


def install_page_errors(app: FastAPI) -> None:
    """Show browsers a page where they ask for an address that is not there."""
    told = cast(Callable[[Request, HTTPException], Response], app.exception_handlers[HTTPException])

    @app.exception_handler(HTTPException)
    async def _missing(request: Request, error: HTTPException) -> Response:
        browser = "text/html" in request.headers.get("Accept", "") and not request.url.path.startswith(f"{API}/")
        if browser and request.method == "GET":
            title, detail = "没有这个页面", "地址可能写错了，或页面已经搬走。请从菜单重新进入。"
            # No route was met that could say who asks: who is signed in keeps their menu.
            with suppress(AppError):
                request.state.caller = await run_in_threadpool(request.app.state.identify, request)
            return await run_in_threadpool(error_page, request, error.status_code, title, detail)
        return await run_in_threadpool(told, request, error)


def _viewer(caller: Caller, session: Session) -> Viewer:
    greeted = AccountRepository(session).greeted(caller.account_id, MOST_COUNTED + 1) if caller.account_id else None
    account, unseen = (None, 0) if greeted is None else greeted
    organisation = None if account is None else account.organisation
    return Viewer(
        name=caller.name if account is None else account.name,
        role=caller.role,
        organisation=None if organisation is None else organisation.name,
        organisation_id=caller.organisation_id,
        signed_in=caller.signed_in,
        staff=caller.sees_all,
        manages=caller.manages_organisation,
        unseen=unseen,
    )


@cache
def templates() -> Environment:
    """Return the templates: everything is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {"asset": load_assets().url, "words": vocabulary.WORDS, "wan": vocabulary.wan, "today": today,
                     "with_query": with_query}  # fmt: skip
    made.filters |= {
        "word": vocabulary.word, "day": vocabulary.day, "moment": vocabulary.moment, "marked": marked,
        "days_left": vocabulary.days_left, "percent": vocabulary.percent, "sureness": sureness,
        "quoted": lambda text: quote(text, safe=""),
    }  # fmt: skip
    return made


def with_query(path: str, query: dict[str, Any], **changes: Any) -> str:
    """Return an address with its query changed; None takes a part of it away."""
    values = {name: value for name, value in (query | changes).items() if value not in (None, "")}
    return f"{path}?{urlencode(values)}" if values else path


def _page(request: Request, session: ReadSession) -> Page:
    return Page(request, request.app.state.services, session)


PageOf = Annotated[Page, Depends(_page, scope="function")]
