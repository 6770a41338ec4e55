"""What people are told of a docking: politely, and nothing that they may not know."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.identification import caller_of
from app.core.caller import Caller
from app.dockings.repository import DockingRepository
from app.dockings.visibility import Side, record_of
from app.models import Account, CloseReason, Docking, NoticeTopic
from app.notices.telling import Told, tell

# Said to both sides alike, so no sentence says whose reason it was.
_POLITELY: Mapping[CloseReason, str] = {
    CloseReason.TOO_EARLY: "目前这项成果离应用还有一段距离，先不往下谈。等它更成熟时可以再对接",
    CloseReason.BENEFIT_UNCLEAR: "眼下还算不清投入和收益，先不往下谈",
    CloseReason.PRICE: "这次在价格上没有谈到一起",
    CloseReason.INTELLECTUAL_PROPERTY: "这次在知识产权的安排上没有谈到一起",
    CloseReason.TECHNICAL_MISMATCH: "细看之后，技术路线与需求不完全对路",
    CloseReason.NO_ANSWER: "一段时间没有收到进一步的答复，先告一段落",
    CloseReason.SOLVED_ELSEWHERE: "这项需求已经另有解决办法",
    CloseReason.NEED_GONE: "这项需求目前不再进行",
    CloseReason.OTHER: "这次没有继续下去",
}
_NEXT = {
    Side.NEED: "情报员会继续为您留意合适的成果，也欢迎您把需求写得更具体。",
    Side.ACHIEVEMENT: "情报员会继续为这项成果留意合适的需求。",
}
_THE_OTHER = {Side.NEED: Side.ACHIEVEMENT, Side.ACHIEVEMENT: Side.NEED}


def tell_closed(session: Session, docking: Docking, reason: CloseReason) -> None:
    """Tell both sides that a docking was closed and why; titles alone, so that no owner is named."""
    told = []
    for side, person in _people(session, docking):
        own, other = record_of(docking, side), record_of(docking, _THE_OTHER[side])
        told.append(
            Told(
                person.id, NoticeTopic.DOCKING, f"对接告一段落：{own.title}", f"/dockings/{docking.id}",
                f"docking:{docking.id}:close:{docking.version}",
                f"与“{other.title}”的对接：{_POLITELY[reason]}。感谢您的配合。{_NEXT[side]}",
            )
        )  # fmt: skip
    tell(session, told)


def tell_shared(session: Session, docking: Docking, entry_id: str, caller: Caller, what: str) -> None:
    """Tell the sides that they may read something new, and the liaison what a side wrote."""
    told = [
        _told(person, docking, f"对接有新{what}：{record_of(docking, side).title}", f"shared:{entry_id}")
        for side, person in _people(session, docking)
        if person.organisation_id != caller.organisation_id
    ]
    tell(session, told)
    tell_liaison(session, docking, entry_id, caller, what)


def tell_liaison(session: Session, docking: Docking, entry_id: str, caller: Caller, what: str) -> None:
    """Tell who follows a docking that somebody else added something."""
    if docking.liaison is not None and docking.liaison_id != caller.account_id:
        title = f"对接有新{what}：{docking.need.title}"
        tell(session, [_told(docking.liaison, docking, title, f"added:{entry_id}")])


def tell_given(session: Session, docking: Docking, person: Account, caller: Caller, what: str) -> None:
    """Tell one of the staff that a docking, or its next action, is theirs now."""
    if person.id != caller.account_id:
        title = f"{what}：{docking.need.title}"
        tell(session, [_told(person, docking, title, f"given:{docking.version}", docking.next_action)])


def _people(session: Session, docking: Docking) -> list[tuple[Side, Account]]:
    """Return who is told on each side: of a side that may not see the docking, nobody."""
    repository = DockingRepository(session)
    found = []
    for side in Side:
        people = repository.people_of(record_of(docking, side).organisation_id)
        if people and repository.get(docking.id, caller_of(people[0], "")) is not None:
            found += [(side, each) for each in people]
    return found


def _told(person: Account, docking: Docking, title: str, key: str, text: str = "") -> Told:
    path, full = f"/dockings/{docking.id}", f"docking:{docking.id}:{key}"
    return Told(person.id, NoticeTopic.DOCKING, title, path, full, text)
