"""Open a docking, from wherever a pair was brought together."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.core.caller import Caller, Role
from app.dockings.repository import DockingRepository, open_key
from app.dockings.stages import Taker, step_between
from app.models import Docking, DockingAction, DockingEvent, DockingOrigin, DockingStage, Interest
from app.models.base import now


def open_docking(
    session: Session,
    caller: Caller,
    need_id: str,
    achievement_id: str,
    origin: DockingOrigin,
    *,
    liaison_id: str | None = None,
    interest_id: str | None = None,
    roadshow_id: str | None = None,
    challenge_id: str | None = None,
) -> Docking:
    """Return the open docking of a pair, made now if there is none, in the caller's transaction.

    A new one is in its history and in the audit log already; so call this late in the transaction. Where both
    sides agreed in an interest before, it begins at 双方有意.

    Args:
        liaison_id: who follows it; by default the caller, if that is a liaison.
    """
    repository = DockingRepository(session)
    found = repository.open_of(need_id, achievement_id)
    if found is not None:
        return found
    own = caller.account_id if caller.role is Role.LIAISON else None
    agreed = repository.agreed_interest(need_id, achievement_id)
    made = Docking(
        need_id=need_id, achievement_id=achievement_id, open_key=open_key(need_id, achievement_id), origin=origin,
        interest_id=interest_id or (agreed and agreed.id), roadshow_id=roadshow_id, challenge_id=challenge_id,
        liaison_id=liaison_id or own, created_by=caller.account_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # PostgreSQL: another writer was first, and is visible now
        first = repository.open_of(need_id, achievement_id)
        if first is None:
            raise
        return first
    session.add(DockingEvent(docking_id=made.id, account_id=caller.account_id, action=DockingAction.OPEN, after=origin))
    told = {"need": need_id, "achievement": achievement_id, "docking_origin": str(origin), "stage": made.stage}
    append(session, caller, [Event("docking.open", "dockings", made.id, None, told)])
    if agreed is not None:
        note_agreement(session, caller, made)
    return made


def docking_of_agreement(session: Session, caller: Caller, interest: Interest) -> Docking:
    """Open the docking of an interest that both sides agreed to, or bring the open one to 双方有意.

    In the transaction of the agreement, once the interest's state is set; late, as it writes to the audit log.
    """
    session.flush()
    docking = open_docking(
        session, caller, interest.need_id, interest.achievement_id, DockingOrigin.INTEREST,
        liaison_id=interest.liaison_id, interest_id=interest.id,
    )  # fmt: skip
    if docking.agreed_at is None or docking.interest_id != interest.id:  # an interest of its own is agreed to anew
        docking.interest_id = interest.id
        note_agreement(session, caller, docking)
    return docking


def note_agreement(session: Session, caller: Caller, docking: Docking) -> None:
    """Keep that both sides agreed: they know each other from now on, and are at least at 双方有意."""
    before, moment = docking.stage, now()
    docking.agreed_at = docking.agreed_at or moment
    if step_between(DockingStage(before), DockingStage.INTERESTED, Taker.AGREEMENT) is not None:
        docking.stage, docking.stage_since = DockingStage.INTERESTED, moment
    docking.version += 1
    docking.updated_at = moment
    # Whoever agreed last is named in the interest, to those who may know it.
    session.add(DockingEvent(docking_id=docking.id, action=DockingAction.AGREE, before=before, after=docking.stage))
    session.flush()
    told = {"stage": docking.stage, "interest": docking.interest_id}
    append(session, caller, [Event("docking.agree", "dockings", docking.id, {"stage": before}, told)])
