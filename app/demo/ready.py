"""What makes the illustrative data look like a day at work: accounts, records in review, interests, duties.

The accounts share one password, made anew on every machine; they end with the first real account.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.identification import caller_of
from app.accounts.passwords import hash_password
from app.accounts.repository import AccountRepository
from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Caller
from app.core.city_time import today
from app.core.database import Database
from app.core.errors import SetupError
from app.core.parts import Parts
from app.core.settings import SEED_DIR, Settings
from app.demo import board, cases, challenges, channels, contracts, dockings, notices, roadshows
from app.demo.organisations import organisation_id
from app.imports.local import import_here
from app.interests.service import InterestService
from app.liaisons.service import LiaisonService
from app.models import Account, OrganisationKind, RecordKind
from app.needs.schemas import NeedIn
from app.organisations.repository import OrganisationRepository
from app.records.service import RecordServices
from app.records.transactions import create_record
from app.rounds.schemas import InvitationsIn, RoundIn
from app.rounds.service import RoundService

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


def ready_demo(parts: Parts) -> Demo | None:
    """Make the demo's accounts and work once, and tell them; None where there are real accounts."""
    with parts[Database].read() as session:
        repository = AccountRepository(session)
        if repository.has_real():
            return None
        known = repository.demo()
    password = _password(parts[Settings])
    if not known:
        known = _make_accounts(parts, password)
        _make_work(parts, {each.email: caller_of(each, "") for each in known})
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


def _make_accounts(parts: Parts, password: str) -> list[Account]:
    hash = hash_password(password)
    made = []
    with parts[Database].write() as session:
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


def _make_work(parts: Parts, callers: dict[str, Caller]) -> None:
    told, liaison = _told(), callers["liaison@demo.example"]
    for kind, records in told["submitted"].items():
        for each in records:
            fields = {key: value for key, value in each.items() if key != "by"}
            body = _BODIES[RecordKind(kind)].model_validate(fields)
            _post(parts, RecordKind(kind), body, callers[each["by"]])
    with parts[Database].write() as session:
        for each in told["valid_for_days"]:
            records = parts[RecordServices][RecordKind(each["kind"])]
            record = records.named(session, each["external_id"], OPERATOR)
            valid_until = today() + timedelta(days=each["days"])
            records.renew(session, record.id, valid_until, f'"{record.version}"', OPERATOR)
        for each in told["interests"]:
            _express(parts, session, each, callers[each["by"]], liaison)
    _assign(parts, liaison)
    _call_for_needs(parts, liaison)
    # As a file, for uploads are compared with what is stored.
    import_here(parts, SEED_DIR / "demo-alike.jsonl", RecordKind.ACHIEVEMENTS, OPERATOR)
    # In the order in which one leads to the next.
    for noun in (dockings, challenges, roadshows, contracts, board, channels, cases, notices):
        noun.make_demo(parts, callers)


def _post(parts: Parts, kind: RecordKind, body: NeedIn | AchievementIn, caller: Caller) -> None:
    create_record(parts[Database], parts[RecordServices][kind], body.model_dump(), caller)


def _express(parts: Parts, session: Session, told: Mapping[str, Any], by: Caller, liaison: Caller) -> None:
    need, achievement = (
        parts[RecordServices][kind].named(session, told[field], OPERATOR)
        for kind, field in ((RecordKind.NEEDS, "need"), (RecordKind.ACHIEVEMENTS, "achievement"))
    )
    made = parts[InterestService].express(session, need.id, achievement.id, told["message"], by)
    if told["forward"]:
        parts[InterestService].forward(session, made.id, liaison)


def _call_for_needs(parts: Parts, liaison: Caller) -> None:
    """Open a round that some have answered, some declined and most have left unread."""
    told = _told()["round"]
    opened = today() - timedelta(days=told["opened_days_ago"])
    closes = today() + timedelta(days=told["open_for_days"])
    fields = {name: told[name] for name in ("title", "message", "industries")}
    with parts[Database].write() as session:
        body = RoundIn(opens_on=opened, closes_on=closes, **fields)
        made = parts[RoundService].create(session, body.model_dump(), liaison)
        for district in told["districts"]:
            parts[RoundService].invite(session, made.id, InvitationsIn(district=district), liaison)
    for each in told["answers"]:
        _post(parts, RecordKind.NEEDS, NeedIn.model_validate({**each, "round_id": made.id}), OPERATOR)
    with parts[Database].write() as session:
        for each in told["declined"]:
            whose = organisation_id(session, each["organisation"])
            parts[RoundService].decline(session, made.id, whose, each["reason"], liaison)


def _assign(parts: Parts, liaison: Caller) -> None:
    for each in _told()["assignments"]:
        days = each["contacted_days_ago"]
        with parts[Database].write() as session:
            organisation = organisation_id(session, each["organisation"])
            made = parts[LiaisonService].assign(session, liaison.account_id or "", organisation, None, OPERATOR)
            if days is not None:
                day = today() - timedelta(days=days)
                parts[LiaisonService].contact(session, made.id, day, each["manner"], each["note"], liaison)
