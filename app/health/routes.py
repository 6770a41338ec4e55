"""Whether the service lives and is ready, and its figures."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.access.guard import CallerOf, GuardedRoute
from app.core.database import ReadSession
from app.core.errors import AppError
from app.core.parts import PartsOf
from app.core.problems import PROBLEM_RESPONSES
from app.search.gateway import Gateway
from app.search.upkeep import Upkeep, UpkeepState

router = APIRouter(route_class=GuardedRoute, tags=["运行状态"], responses=PROBLEM_RESPONSES)


@router.get("/livez", summary="进程存活")
async def livez() -> dict[str, str]:
    """Answer as long as the process can: in its event loop, however many threads are busy."""
    return {"status": "ok"}


@router.get("/readyz", summary="可以提供服务")
def readyz(parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> dict[str, Any]:
    """Say whether database, model and index are ready; 503 while one is not.

    A model that is still loading does not count against it: matches of stored records need none,
    and other answers wait the few seconds. Nor does background work that fails and is tried again: what
    was ready stays so; but it must go on.
    """
    upkeep = parts[Upkeep].state()
    state: dict[str, Any] = {"database": "ok", "model": parts[Gateway].encoder_state(), "upkeep": upkeep}
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        state["database"] = "unreachable"
    try:
        index = parts[Gateway].index_state()
        # A number that hidden changes move would tell of them.
        sequence = index.sequence if caller.sees_all else index.public_sequence
        state |= {"index": "ok", "index_sequence": sequence, "model_id": index.model_id}
        if index.damage is not None:
            state["index"] = "rebuilt"
    except AppError:
        state["index"] = "loading"
    whole = state["index"] in {"ok", "rebuilt"} and upkeep is not UpkeepState.STOPPED
    ready = state["database"] == "ok" and state["model"] != "missing" and whole
    response.status_code = 200 if ready else 503
    return {"status": "ready" if ready else "not_ready", **state}


@router.get("/metrics", summary="Prometheus 指标", response_class=PlainTextResponse)
def metrics() -> Response:
    """Return the figures of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
