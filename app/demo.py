"""What makes the illustrative data look like a day at work: accounts, records in review, interests, duties.

The accounts share one password, made anew on every machine; they end with the first real account.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from app.accounts.identification import caller_of
from app.accounts.passwords import hash_password
from app.accounts.repository import AccountRepository
from app.achievements.schemas import AchievementIn
from app.board import demo as board
from app.cases import demo as cases
from app.challenges import demo as challenges
from app.channels import demo as channels
from app.contracts import demo as contracts
from app.core.caller import OPERATOR, Caller
from app.core.city_time import today
from app.core.errors import SetupError
from app.core.settings import SEED_DIR, Settings
from app.dockings import demo as dockings
from app.imports.local import import_here
from app.models import Account, OrganisationKind, RecordKind
from app.needs.schemas import NeedIn
from app.notices import demo as notices
from app.organisations.repository import OrganisationRepository
from app.roadshows import demo as roadshows
from app.rounds.schemas import InvitationsIn, RoundIn
from app.services import Services

_BODIES: dict[RecordKind, type[NeedIn | AchievementIn]] = {
    RecordKind.NEEDS: NeedIn,
    RecordKind.ACHIEVEMENTS: AchievementIn,
}
_KINDS = {"enterprise": OrganisationKind.ENTERPRISE, "university": OrganisationKind.UNIVERSITY}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to try the product with."""

    email: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The accounts of the demo and the password that they share."""

    accounts: list[DemoAccount]
    password: str


def ready_demo(services: Services) -> Demo | None:
    """Make the demo's accounts and work once, and tell them; None where there are real accounts."""
    with services.database.read() as session:
        repository = AccountRepository(session)
        if repository.has_real():
            return None
        known = repository.demo()
    password = _password(services.settings)
    if not known:
        known = _make_accounts(services, password)
        _make_work(services, {each.email: caller_of(each, "") for each in known})
    order = [each["email"] for each in _told()["accounts"]]
    shown = sorted(known, key=lambda each: order.index(each.email) if each.email in order else len(order))
    return Demo([DemoAccount(each.email, each.role, each.name) for each in shown], password)


def _password(settings: Settings) -> str:
    """Return the password of this machine's demo; made once, readable by its owner alone."""
    file = settings.data_dir / "demo-password"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = file.read_text("utf-8").strip()
        if not found:
            raise SetupError(f"{file} 是空的，请删除后重新执行。") from None
        return found
    made = "-".join(secrets.token_hex(2) for _ in range(4))
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(made + "\n")
    return made


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((SEED_DIR / "demo.json").read_text("utf-8"))
    return told


def _make_accounts(services: Services, password: str) -> list[Account]:
    hash = hash_password(password)
    made = []
    with services.database.write() as session:
        for each in _told()["accounts"]:
            name = each.get("organisation")
            organisation = OrganisationRepository(session).ensure(name, _KINDS[each["role"]]) if name else None
            account = Account(
                **{key: value for key, value in each.items() if key != "organisation"},
                organisation_id=organisation and organisation.id, password_hash=hash, demo=True,
            )  # fmt: skip
            session.add(account)
            made.append(account)
    return made


def _make_work(services: Services, callers: dict[str, Caller]) -> None:
    told = _told()
    for kind, records in told["submitted"].items():
        for each in records:
            fields = {key: value for key, value in each.items() if key != "by"}
            body = _BODIES[RecordKind(kind)].model_validate(fields)
            services.records[RecordKind(kind)].create(body.model_dump(), callers[each["by"]])
    for each in told["valid_for_days"]:
        records = services.records[RecordKind(each["kind"])]
        record = records.named(each["external_id"])
        records.renew(record.id, today() + timedelta(days=each["days"]), f'"{record.version}"', OPERATOR)
    liaison = callers["liaison@demo.example"]
    for each in told["interests"]:
        need, achievement = (
            services.records[kind].named(each[field])
            for kind, field in ((RecordKind.NEEDS, "need"), (RecordKind.ACHIEVEMENTS, "achievement"))
        )
        made = services.interests.express(need.id, achievement.id, each["message"], callers[each["by"]])
        if each["forward"]:
            services.interests.forward(made.id, liaison)
    _assign(services, liaison)
    _call_for_needs(services, liaison)
    # As a file, for uploads are compared with what is stored.
    import_here(services, SEED_DIR / "demo-alike.jsonl", RecordKind.ACHIEVEMENTS, None)
    # In the order in which one leads to the next.
    for noun in (dockings, challenges, roadshows, contracts, board, channels, cases, notices):
        noun.make_demo(services, callers)


def _call_for_needs(services: Services, liaison: Caller) -> None:
    """Open a round that some have answered, some declined and most have left unread."""
    told = _told()["round"]
    opened = today() - timedelta(days=told["opened_days_ago"])
    closes = today() + timedelta(days=told["open_for_days"])
    fields = {name: told[name] for name in ("title", "message", "industries")}
    made = services.rounds.create(RoundIn(opens_on=opened, closes_on=closes, **fields).model_dump(), liaison)
    for district in told["districts"]:
        services.rounds.invite(made.id, InvitationsIn(district=district), liaison)
    for each in told["answers"]:
        body = NeedIn.model_validate({**each, "round_id": made.id})
        services.records[RecordKind.NEEDS].create(body.model_dump(), OPERATOR)
    for each in told["declined"]:
        services.rounds.decline(made.id, _organisation(services, each["organisation"]), each["reason"], liaison)


def _organisation(services: Services, name: str) -> str:
    with services.database.read() as session:
        found = OrganisationRepository(session).by_name(name)
    if found is None:
        raise SetupError(f"示例单位 {name} 不在库中，请先执行 shuangxu seed。")
    return found.id


def _assign(services: Services, liaison: Caller) -> None:
    for each in _told()["assignments"]:
        organisation = _organisation(services, each["organisation"])
        made = services.liaisons.assign(liaison.account_id or "", organisation, None, OPERATOR)
        days = each["contacted_days_ago"]
        if days is not None:
            services.liaisons.contact(made.id, today() - timedelta(days=days), each["manner"], each["note"], liaison)
