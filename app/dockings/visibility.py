"""Who may see which dockings, and what of them.

Staff see all. Members see the dockings of their own records whose other record they may see, or whose sides both
agreed; until then a need that hides its enterprise hides it here too, with the liaison, whose unit would tell where
it is. The bureau sees the dockings of records that it may see, and never learns whom an anonymous need hides: what
two sides agreed to show each other was not agreed with a third. Figures of the bureau count all dockings, by stage
alone.
"""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_, true

from app.core.caller import Caller, Role
from app.kinds.table import KINDS, Record
from app.kinds.visibility import shows_owner
from app.kinds.visibility import visible_sql as record_visible_sql
from app.models import Achievement, Docking, Need, RecordKind

_NEEDS, _ACHIEVEMENTS = KINDS[RecordKind.NEEDS], KINDS[RecordKind.ACHIEVEMENTS]


class Side(StrEnum):
    """The side of the need, or of the achievement."""

    NEED = "need"
    ACHIEVEMENT = "achievement"


def visible_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a docking, in a query that joins its need and achievement."""
    if caller.sees_all:
        return true()
    need, achievement = record_visible_sql(_NEEDS, caller), record_visible_sql(_ACHIEVEMENTS, caller)
    if caller.role is Role.BUREAU:
        return and_(need, achievement)
    own = caller.organisation_id
    if own is None:
        return false()
    agreed = Docking.agreed_at.is_not(None)
    return or_(
        and_(Need.organisation_id == own, or_(agreed, achievement)),
        and_(Achievement.organisation_id == own, or_(agreed, need)),
    )


def names_need_sql(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may know whose the need is; the same as `names_owner`."""
    if caller.sees_all:
        return true()
    named = Need.visibility != _NEEDS.anonymous_visibility
    if caller.organisation_id is None:
        return named
    return or_(named, Docking.agreed_at.is_not(None), Need.organisation_id == caller.organisation_id)


def names_owner(docking: Docking, side: Side, caller: Caller) -> bool:
    """Say whether the caller may know whose record of the pair is."""
    kind = _NEEDS if side is Side.NEED else _ACHIEVEMENTS
    agreed = docking.agreed_at is not None and caller.role is not Role.BUREAU
    return agreed or shows_owner(record_of(docking, side), kind, caller)


def hides_need(docking: Docking) -> bool:
    """Say whether the other side may not know yet whose the need is."""
    return docking.agreed_at is None and docking.need.visibility not in _NAMED


# Under these alone a need is shown with its enterprise.
_NAMED = _NEEDS.public_visibilities - {_NEEDS.anonymous_visibility}


def record_of(docking: Docking, side: Side) -> Record:
    """Return the record of a side."""
    return docking.need if side is Side.NEED else docking.achievement


def side_of(docking: Docking, organisation_id: str | None) -> Side | None:
    """Return the side of an organisation."""
    if organisation_id is None:
        return None
    if docking.need.organisation_id == organisation_id:
        return Side.NEED
    return Side.ACHIEVEMENT if docking.achievement.organisation_id == organisation_id else None
