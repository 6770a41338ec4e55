"""The web application: start reading here."""

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata

import structlog
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from app.access.rule import API
from app.accounts import routes as accounts
from app.accounts import session_routes as sessions
from app.accounts.identification import Identifier
from app.achievements import routes as achievements
from app.audit import routes as audit
from app.board import routes as board
from app.captures import routes as captures
from app.cases import routes as cases
from app.challenges import routes as challenges
from app.challenges import work_routes as challenge_work
from app.channels import routes as channels
from app.codes import routes as codes
from app.contracts import routes as contracts
from app.core.body_limit import BodyLimit
from app.core.logging import configure_logging
from app.core.migrations import migrate
from app.core.observation import Observation
from app.core.problems import install_handlers
from app.core.security import ensure_key, key_digest
from app.core.settings import Settings
from app.dockings import attachment_routes as docking_attachments
from app.dockings import routes as dockings
from app.duplicates import routes as duplicates
from app.exports import routes as exports
from app.health import routes as health
from app.imports import routes as imports
from app.interests import routes as interests
from app.judgements import routes as judgements
from app.learning import routes as learning
from app.liaisons import routes as liaisons
from app.matches import routes as matches
from app.needs import routes as needs
from app.notices import routes as notices
from app.organisations import routes as organisations
from app.records import renewals
from app.roadshows import agenda_routes as roadshow_agendas
from app.roadshows import routes as roadshows
from app.rounds import routes as rounds
from app.saved_searches import routes as saved_searches
from app.search.encoders import EncoderLoader, load_encoder
from app.services import Services, build_services
from app.web import routes as web
from app.web.pages import install_page_errors

log = structlog.get_logger()

MAX_BODY_BYTES = 2 * 1024 * 1024
CLOSE_SECONDS = 20
_LARGER = {
    f"{API}/imports": imports.BODY_LIMIT,
    f"{API}/contracts/imports": imports.BODY_LIMIT,
    f"{API}/dockings/{{id}}/files": docking_attachments.BODY_LIMIT,
}


def create_app(settings: Settings | None = None, load: EncoderLoader = load_encoder) -> FastAPI:
    """Return the application; nothing is opened before it starts."""
    settings = settings or Settings()
    configure_logging(settings.log_level)
    app = FastAPI(
        title="双需对接",
        description="高校科技成果与企业技术需求的检索与匹配",
        version=metadata.version("shuangxu"),
        lifespan=_lifespan,
        docs_url=None,  # FastAPI's pages load scripts from a CDN, which an intranet cannot reach
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.settings, app.state.load_encoder = settings, load
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES, larger=_LARGER)
    app.add_middleware(Observation)
    install_handlers(app)
    modules = (
        sessions,
        accounts,
        organisations,
        liaisons,
        audit,
        interests,
        imports,
        duplicates,
        exports,
        captures,
        codes,
        rounds,
        achievements,
        needs,
        renewals,
        matches,
        saved_searches,
        judgements,
        learning,
        dockings,
        docking_attachments,
        notices,
        challenge_work,
        challenges,
        roadshows,
        roadshow_agendas,
        contracts,
        board,
        channels,
        cases,
        health,
    )
    # Not by include_router, which would look at each route through its router, twice: 2 ms of every request.
    for router in (*(module.router for module in modules), *web.pages()):
        app.router.routes.extend(router.routes)
    install_page_errors(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    services = await run_in_threadpool(_open, settings, app.state.load_encoder)
    key, _ = ensure_key(settings.key_file)
    app.state.services, app.state.parts, app.state.database = services, services.parts, services.database
    app.state.places = services.gateway.places
    app.state.identify = Identifier(settings, services.database, key_digest(key))
    services.upkeep.start()
    worker = threading.Thread(target=services.worker.run, name="worker", daemon=True)
    if settings.worker:
        worker.start()
        services.notice_work.start()
    yield
    services.worker.stop()
    services.notice_work.stop()
    if settings.worker:
        worker.join(CLOSE_SECONDS)
    services.upkeep.stop()
    services.gateway.close()
    services.database.close()


def _open(settings: Settings, load: EncoderLoader) -> Services:
    started = time.perf_counter()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    services = build_services(settings, load)
    migrate(services.database)
    services.gateway.open()
    log.info("index ready", seconds=round(time.perf_counter() - started, 2))
    return services
