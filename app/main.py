"""The web application: start reading here."""

import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import metadata

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import Histogram

from app.achievements import routes as achievements
from app.core.body_limit import BodyLimit
from app.core.logging import configure_logging
from app.core.migrations import migrate
from app.core.problems import PROBLEM_RESPONSES, install_handlers
from app.core.security import ensure_key, key_digest
from app.core.settings import Settings
from app.health import routes as health
from app.judgements import routes as judgements
from app.learning import routes as learning
from app.matches import routes as matches
from app.needs import routes as needs
from app.services import Services, build_services

log = structlog.get_logger()

MAX_BODY_BYTES = 2 * 1024 * 1024
CLOSE_SECONDS = 20
_SECONDS = Histogram("shuangxu_request_seconds", "Time of requests", ["method", "route", "status"])


def create_app(settings: Settings | None = None) -> FastAPI:
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
    app.state.settings = settings
    app.add_middleware(BodyLimit, most=MAX_BODY_BYTES)
    app.middleware("http")(_observe)
    install_handlers(app)
    api = APIRouter(prefix="/api/v1", responses=PROBLEM_RESPONSES)
    for module in (achievements, needs, matches, judgements, learning):
        api.include_router(module.router)
    app.include_router(api)
    app.include_router(health.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    services = await run_in_threadpool(_open, settings)
    key, _ = ensure_key(settings.key_file)
    app.state.services, app.state.database = services, services.database
    app.state.key_digest = key_digest(key)
    keeper = threading.Thread(target=services.gateway.keep_up, name="keep-up", daemon=True)
    keeper.start()
    yield
    services.gateway.close()
    keeper.join(CLOSE_SECONDS)
    services.database.close()


def _open(settings: Settings) -> Services:
    started = time.perf_counter()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    services = build_services(settings)
    migrate(services.database)
    services.gateway.open()
    log.info("index ready", seconds=round(time.perf_counter() - started, 2))
    return services


async def _observe(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    started = time.perf_counter()
    response = await call_next(request)
    route = request.scope.get("route")
    path = getattr(route, "path", "other")
    _SECONDS.labels(request.method, path, response.status_code).observe(time.perf_counter() - started)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response
