"""Calls of services, each in a database session of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from app.accounts.sign_in import SignedIn
from app.core.caller import ANYBODY, OPERATOR, Caller
from app.core.database import Database
from app.core.errors import AppError
from app.idempotency import IdempotencyKey
from app.kinds.table import Record
from app.models import RecordKind
from app.records.transactions import create_record
from app.services import Services

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """Calls what answers with a session that ends with the call."""

    services: Services

    def for_text(self, *arguments: Any) -> Any:
        """Search with a free text."""
        return self._answered("for_text", *arguments)

    def for_record(self, *arguments: Any) -> Any:
        """Match a stored record."""
        return self._answered("for_record", *arguments)

    def rank(self, *arguments: Any) -> Any:
        """Rank for a free text, without reasons."""
        return self._answered("rank", *arguments)

    def _answered(self, name: str, *arguments: Any) -> Any:
        with self.services.database.read() as session:
            return getattr(self.services.matches, name)(session, *arguments)


def written(database: Database, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Call what writes, in a transaction of its own."""
    with database.write() as session:
        return call(session, *arguments, **named)


def sign_in(
    services: Services, email: str, password: str, address: str = "127.0.0.1", user_agent: str = "test"
) -> SignedIn:
    """Sign somebody in, as the route does."""
    caller = replace(ANYBODY, address=address)
    services.sign_in.count(email, caller)
    with services.database.read() as session:
        attempt = services.sign_in.verify(session, email, password)
    found = written(services.database, services.sign_in.open, attempt, None, user_agent, caller)
    if isinstance(found, AppError):
        raise found
    return found


def new_record(
    services: Services,
    kind: RecordKind,
    fields: Mapping[str, Any],
    caller: Caller,
    idempotency: IdempotencyKey | None = None,
) -> Record:
    """Store a new record."""
    return create_record(services.database, services.records[kind], fields, caller, idempotency)[0]


def record_called(services: Services, kind: RecordKind, name: str) -> Record:
    """Return the record of an id or external id."""
    with services.database.read() as session:
        return services.records[kind].named(session, name, OPERATOR)
