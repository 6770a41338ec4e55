"""The rows behind a figure of the board; they add up to it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.board.activity.repository import Act, Activity, ActivityRepository
from app.board.repository import BoardRepository, Contribution, Subset
from app.board.schemas import BoardRow, BoardRows
from app.board.words import ACTIVITIES, STAGES
from app.core.caller import Caller
from app.core.errors import FieldError, InvalidInput
from app.models import Docking, Judgement, LiaisonContact
from app.targets.measures import MEASURES, Measure
from app.targets.years import Period

_MANNERS = {"visit": "走访", "call": "电话", "meeting": "会议", "online": "线上"}
_GRADES = {1: "无相关", 2: "弱相关", 3: "较强相关", 4: "强相关"}


def rows_behind(
    session: Session, caller: Caller, period: Period, figure: Measure | Activity, subset: Subset, start: int, limit: int
) -> BoardRows:
    """Return part of the rows behind a figure, and what all of them add up to.

    Raises:
        InvalidInput: work is asked for without a liaison.
    """
    if isinstance(figure, Activity):
        return _of_liaison(session, caller, period, figure, subset.liaison, start, limit)
    repository = BoardRepository(session)
    found = repository.rows(period, figure, subset, start, limit + 1)
    total = repository.total(period, (figure,), subset)[figure]
    told = MEASURES[figure]
    return _part(told.name, told.unit, total, [contract_row(each) for each in found], start, limit)


def contract_row(each: Contribution) -> BoardRow:
    """Return a contract with what it adds to a figure."""
    contract = each.contract
    place = [contract.buyer_district, contract.buyer_park]
    where = f"（{' '.join(filter(None, place))}）" if any(place) else ""
    return BoardRow(
        id=contract.id, on=contract.registered_on, title=contract.title,
        detail=f"{contract.registration_number}，{contract.buyer}{where} ← {contract.seller}",
        path=f"/contracts/{contract.id}", value=each.value,
    )  # fmt: skip


def _of_liaison(
    session: Session, caller: Caller, period: Period, activity: Activity, liaison: str | None, start: int, limit: int
) -> BoardRows:
    if not liaison:
        message = "请写明是哪位情报员"
        raise InvalidInput(f"liaison：{message}。", (FieldError("liaison", "missing", message),))
    repository = ActivityRepository(session)
    found = repository.rows(activity, period, liaison, start, limit + 1)
    total = Decimal(repository.count(activity, period, liaison))
    names: Mapping[str, str] = {}
    if activity is Activity.CONTACTS and caller.sees_all:
        names = repository.organisations_of([each.row for each in found])
    items = [_act_row(each, caller, names) for each in found]
    return _part(ACTIVITIES[activity], "次" if activity is Activity.CONTACTS else "项", total, items, start, limit)


def _act_row(act: Act, caller: Caller, names: Mapping[str, str]) -> BoardRow:
    """Return an act; what it was about is shown to staff alone, as needs and contacts may not be for others."""
    row, staff = act.row, caller.sees_all
    title, detail, path = _told(row, names)
    return BoardRow(
        id=row.id, on=act.on, title=title if staff else detail, detail=detail if staff else "",
        path=path if staff else None, value=Decimal(1),
    )  # fmt: skip


def _told(row: Any, names: Mapping[str, str]) -> tuple[str, str, str | None]:
    """Return (title, detail, path) of what was done."""
    match row:
        case LiaisonContact():
            return names.get(row.assignment_id, "定点联系单位"), _MANNERS.get(row.manner, row.manner), None
        case Judgement():
            return "研判一对", _GRADES[row.grade], f"/needs/{row.need_id}/matches/{row.achievement_id}"
        case Docking():
            pair = f"{row.need.title} ↔ {row.achievement.title}"
            return pair, STAGES.get(row.stage, row.stage), f"/dockings/{row.id}"
        case _:
            raise TypeError(f"{type(row).__name__} is no act of a liaison")


def _part(name: str, unit: str, total: Decimal, rows: Sequence[BoardRow], start: int, limit: int) -> BoardRows:
    following = str(start + limit) if len(rows) > limit else None
    return BoardRows(name=name, unit=unit, total=total, items=list(rows[:limit]), next_cursor=following)
