"""Who is calling: the role, the organisation and the account behind a request or a command."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account is for. ANYBODY has not signed in."""

    ANYBODY = "anybody"
    ADMIN = "admin"
    LIAISON = "liaison"
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    EXPERT = "expert"
    BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the permission rules see it.

    Attributes:
        name: what the audit log calls them: an e-mail address, `operator` or empty.
        organisation_id: of their account; None for those who belong to none.
        manages_organisation: they invite and disable members of their own organisation.
        scopes: what an API key is limited to; None for no limit.
        session_id: of the browser's session; None for keys and commands.
        address: where the request came from; empty for commands.
    """

    role: Role
    account_id: str | None = None
    name: str = ""
    organisation_id: str | None = None
    manages_organisation: bool = False
    scopes: frozenset[str] | None = None
    session_id: str | None = None
    address: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether it is known who calls."""
        return self.role is not Role.ANYBODY

    @property
    def sees_all(self) -> bool:
        """Whether every record is shown, with who posted it."""
        return self.role in {Role.ADMIN, Role.LIAISON}

    def owns(self, organisation_id: str) -> bool:
        """Say whether a record of this organisation is the caller's own."""
        return self.organisation_id is not None and self.organisation_id == organisation_id


ANYBODY = Caller(Role.ANYBODY)
# Whoever holds the operator's key, and commands: the machine's own administrator.
OPERATOR = Caller(Role.ADMIN, name="operator")
# Who does what nobody asks for: jobs that wait, standing matches, reminders.
WORKER = Caller(Role.ADMIN, name="worker")
