"""The page of one's own account: who I am, password, second factor, sessions, API keys."""

from datetime import timedelta

from fastapi import Response

from app.access.rule import Scope
from app.access.rules import RULES
from app.accounts.schemas import AccountOut, KeyOut, SessionOut
from app.core.caller import Role
from app.core.city_time import today
from app.models.base import now
from app.web.browser_names import browser_name
from app.web.pages import PageOf, page_router
from app.web.qr import qr_code

router = page_router()
_LIFETIMES = {30: "30 天", 90: "90 天", 365: "1 年"}
_BLOCK = 4


@router.get("/account")
def account(page: PageOf) -> Response:
    """Show who is signed in, and what proves it."""
    own = page.services.accounts.own(page.session, page.caller)
    sessions = [SessionOut.model_validate(each) for each in page.services.sign_in.sessions(page.session, page.caller)]
    pending = page.services.accounts.pending_totp(page.session, page.caller)
    keys = [KeyOut.of(each) for each in page.services.keys.own(page.session, page.caller)]
    answer = page.render(
        "account/index.html",
        account=None if own is None else AccountOut.model_validate(own),
        pending=pending and {"secret": in_blocks(pending[0]), "uri": pending[1], "picture": qr_code(pending[1])},
        sessions=[(each, browser_name(each.user_agent)) for each in sessions],
        current=page.caller.session_id,
        keys=keys,
        now=now(),
        scopes=useful_scopes(page.caller.role),
        lifetimes={(today() + timedelta(days=days)).isoformat(): name for days, name in _LIFETIMES.items()},
    )
    answer.headers["Cache-Control"] = "no-store"  # a secret may be on it
    return answer


def in_blocks(secret: str) -> str:
    """Return a secret in groups of four, as people type it."""
    return " ".join(secret[at : at + _BLOCK] for at in range(0, len(secret), _BLOCK))


def useful_scopes(role: Role) -> list[Scope]:
    """Return the scopes that open something to a role."""
    open_to = {rule.scope for rule in RULES.values() if role in rule.roles}
    return [scope for scope in Scope if scope in open_to]
