"""A rule, and the groups of roles that rules speak of."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.caller import Role

API = "/api/v1"


class Scope(StrEnum):
    """What an API key may be limited to."""

    READ = "read"
    RECORDS = "records"
    JUDGEMENTS = "judgements"
    CONTACTS = "contacts"
    WORK = "work"
    PEOPLE = "people"
    AUDIT = "audit"
    METRICS = "metrics"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route at all.

    Attributes:
        scope: that an API key of limited scopes must have; None for none.
        own: for the members among the roles, only what belongs to their organisation or account.
        identified: whether it is asked who calls; that takes a thread, which may have to be waited for.
        searches: it needs a place at the engine, without which it is refused at the door, for next to nothing.
    """

    roles: frozenset[Role]
    scope: Scope | None
    own: bool = False
    identified: bool = True
    searches: bool = False


EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.ANYBODY}
ADMIN = frozenset({Role.ADMIN})
STAFF = frozenset({Role.ADMIN, Role.LIAISON})
MEMBERS = frozenset({Role.ENTERPRISE, Role.UNIVERSITY})
ROSTER = STAFF | {Role.BUREAU}
