"""The guard of every route: says who calls and whether they may, before the body is read."""

from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from functools import cached_property
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.routing import Match
from starlette.types import Scope

from app.access.rule import API
from app.access.rules import RULES
from app.core.caller import ANYBODY, Caller, Role
from app.core.database import in_transaction
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.core.problems import PROBLEM_RESPONSES

log = structlog.get_logger()

# For the OpenAPI document alone: the guard has identified the caller already.
_bearer = HTTPBearer(auto_error=False, description="API 密钥，或运营方密钥（shuangxu key）")


class GuardedRoute(APIRoute):
    """A route that is called only by whom its rule lets, and writes in one transaction."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, in_transaction(endpoint), **options)

    @cached_property
    def _beginning(self) -> str:
        return self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Compare as FastAPI does, but first the fixed beginning of the path: that rules nearly all routes out.

        Of a route that is included below a prefix, `path` lacks the prefix: no router is included so.
        """
        if not scope.get("root_path") and not scope["path"].startswith(self._beginning):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler behind the guard."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            rule = RULES.get((request.method, self.path))
            searches = rule is not None and rule.searches
            with request.app.state.places.held() if searches else nullcontext():
                unasked = rule is not None and not rule.identified
                caller = ANYBODY if unasked else await run_in_threadpool(request.app.state.identify, request)
                check(request.method, self.path, caller)
                request.state.caller = caller
                # PostgreSQL refuses to compare with it: of nothing here can that be the id.
                if any("\x00" in str(value) for value in request.path_params.values()):
                    raise NotFound("地址中的编号不完整或有误，没有这项内容。请返回列表重新打开。")
                return await handle(request)

        return guarded


def guarded_router(prefix: str, tag: str) -> APIRouter:
    """Return a router of the HTTP contract, whose routes are all guarded."""
    return APIRouter(route_class=GuardedRoute, prefix=API + prefix, tags=[tag], responses=PROBLEM_RESPONSES)


def check(method: str, path: str, caller: Caller) -> None:
    """Let the caller pass or raise.

    Raises:
        Unauthenticated: the route is not for anybody, and nobody is known to call.
        Forbidden: not for the role, not within the key's scopes, or the route has no rule.
    """
    rule = RULES.get((method, path))
    if rule is None:
        log.error("a route without a rule", method=method, path=path)
        raise Forbidden("这个地址尚未开放，请联系管理员。")
    if caller.role not in rule.roles:
        if caller.role is Role.ANYBODY:
            raise Unauthenticated("这项操作需要先登录，或在 Authorization: Bearer 请求头中带上 API 密钥。")
        raise Forbidden("您的角色不能做这项操作。如工作需要，请联系管理员调整权限。")
    if caller.scopes is not None and rule.scope is not None and rule.scope not in caller.scopes:
        raise Forbidden(f"这个 API 密钥没有“{rule.scope.value}”范围，请换用有此范围的密钥，或重新生成。")


def _caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    caller: Caller = request.state.caller
    return caller


CallerOf = Annotated[Caller, Depends(_caller)]
