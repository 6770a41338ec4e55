"""Bodies of dockings in the HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from app.core.caller import Caller, Role
from app.core.city_time import CITY_TIME, today
from app.dockings.stages import CLOSE_REASONS, STAGES, TEAMS, may_close, may_reopen, steps_from
from app.dockings.visibility import Side, names_owner, record_of, side_of
from app.kinds.fields import Id, LongText, OptionalText, RecordBody
from app.models import Account, CloseReason, Docking, DockingOrigin, DockingStage, Team

ORIGINS = {
    DockingOrigin.MATCH: "匹配",
    DockingOrigin.INTEREST: "意向",
    DockingOrigin.ROADSHOW: "路演",
    DockingOrigin.CHALLENGE: "揭榜挂帅",
}
_Id = Annotated[Id, Field(min_length=1)]
_Note = Annotated[OptionalText, Field(max_length=2000)]
_STAGE_WORDS = "，".join(f"{stage.value} {name}" for stage, name in STAGES.items())
_REASON_WORDS = "，".join(f"{reason.value} {name}" for reason, name in CLOSE_REASONS.items())
_TEAM_WORDS = "，".join(f"{team.value} {name}" for team, name in TEAMS.items())


class DockingIn(RecordBody):
    """A pair to bring together."""

    need_id: Annotated[_Id, Field(title="需求 id")]
    achievement_id: Annotated[_Id, Field(title="成果 id")]


class DockingPatch(RecordBody):
    """Fields to change; those left out stay."""

    next_action: Annotated[
        OptionalText, Field(title="下一步做什么", max_length=500, description="清空表示已办结，负责人和期限随之清空")
    ] = ""
    next_owner_id: Annotated[_Id | None, Field(title="下一步由谁做", description="情报员或管理员的账号 id")] = None
    next_due_on: Annotated[date | None, Field(title="下一步期限", description="不早于今天")] = None
    liaison_id: Annotated[_Id | None, Field(title="负责的情报员", description="账号 id；为空表示还没有人负责")] = None


class StepIn(RecordBody):
    """A step to another stage."""

    to: Annotated[DockingStage, Field(title="到哪个阶段", description=_STAGE_WORDS)]
    note: Annotated[_Note, Field(title="说明", description="退回时必填；只有情报员看到")] = ""


class CloseIn(RecordBody):
    """Why it comes to nothing."""

    reason: Annotated[CloseReason, Field(title="原因", description=f"双方会收到；{_REASON_WORDS}")]
    note: Annotated[_Note, Field(title="说明", description="只有情报员看到")] = ""


class ReopenIn(RecordBody):
    """That it is taken up again."""

    note: Annotated[_Note, Field(title="说明", description="只有情报员看到")] = ""


class BlockIn(RecordBody):
    """What is in the way, and who is asked to clear it."""

    team: Annotated[Team, Field(title="专班", description=_TEAM_WORDS)]
    note: Annotated[LongText, Field(title="卡在哪里", max_length=2000)]


class PartyOut(BaseModel):
    """A record of the pair."""

    id: Annotated[str, Field(title="记录 id")]
    title: Annotated[str, Field(title="名称")]
    organisation: Annotated[str | None, Field(title="单位", description="双方同意前，匿名的一方为空")]


class PersonOut(BaseModel):
    """Somebody of the staff."""

    id: Annotated[str, Field(title="账号 id")]
    name: Annotated[str, Field(title="姓名")]
    unit: Annotated[str | None, Field(title="所在单位")]
    phone: Annotated[str | None, Field(title="电话")]

    @classmethod
    def of(cls, account: Account) -> Self:
        """Return an account as it is shown."""
        return cls(id=account.id, name=account.name, unit=account.unit, phone=account.phone)


class BlockOut(BaseModel):
    """What is in the way."""

    team: Annotated[Team, Field(title="专班")]
    note: Annotated[str | None, Field(title="卡在哪里", description="只有情报员看到")]
    since: Annotated[datetime | None, Field(title="自何时")]


class StepOut(BaseModel):
    """A step that the caller may take now."""

    to: Annotated[DockingStage, Field(title="到哪个阶段")]
    name: Annotated[str, Field(title="阶段名称")]
    back: Annotated[bool, Field(title="是退回")]
    needs_note: Annotated[bool, Field(title="须写说明")]
    meaning: Annotated[str, Field(title="何时走这一步")]


class DockingOut(BaseModel):
    """A docking as it is shown."""

    id: Annotated[str, Field(title="对接 id")]
    stage: Annotated[DockingStage, Field(title="阶段", description=_STAGE_WORDS)]
    stage_since: Annotated[datetime, Field(title="到此阶段的时间")]
    origin: Annotated[
        DockingOrigin, Field(title="由来", description="match 匹配，interest 意向，roadshow 路演，challenge 揭榜")
    ]
    need: Annotated[PartyOut, Field(title="需求方")]
    achievement: Annotated[PartyOut, Field(title="成果方")]
    your_side: Annotated[Side | None, Field(title="您是哪一方")]
    agreed: Annotated[bool, Field(title="双方已同意互相知道")]
    liaison: Annotated[PersonOut | None, Field(title="情报员", description="对匿名需求的对方，双方同意前为空")]
    next_action: Annotated[str | None, Field(title="下一步做什么", description="只有情报员看到")]
    next_owner: Annotated[PersonOut | None, Field(title="下一步由谁做", description="只有情报员看到")]
    next_due_on: Annotated[date | None, Field(title="下一步期限", description="双方不看")]
    overdue: Annotated[bool, Field(title="下一步已逾期", description="双方不看")]
    blocked: Annotated[BlockOut | None, Field(title="受阻", description="双方不看")]
    closed_from: Annotated[DockingStage | None, Field(title="关闭前的阶段")]
    close_reason: Annotated[CloseReason | None, Field(title="关闭原因", description=_REASON_WORDS)]
    close_note: Annotated[str | None, Field(title="关闭说明", description="只有情报员看到")]
    steps: Annotated[list[StepOut], Field(title="您现在可以走的步骤")]
    may_close: Annotated[bool, Field(title="您现在可以关闭")]
    may_reopen: Annotated[bool, Field(title="您现在可以重新打开")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_at: Annotated[datetime, Field(title="开始时间")]
    updated_at: Annotated[datetime, Field(title="更新时间")]

    @classmethod
    def of(cls, docking: Docking, caller: Caller) -> Self:
        """Return what the caller may see of a docking."""
        stage, staff = DockingStage(docking.stage), caller.sees_all
        closed_from = DockingStage(docking.closed_from) if docking.closed_from else None
        # A liaison's unit or district would tell where an enterprise is that hides.
        liaison = docking.liaison if names_owner(docking, Side.NEED, caller) else None
        inside = staff or caller.role is Role.BUREAU
        return cls(
            id=docking.id,
            stage=stage,
            stage_since=docking.stage_since.astimezone(CITY_TIME),
            origin=DockingOrigin(docking.origin),
            need=_party(docking, Side.NEED, caller),
            achievement=_party(docking, Side.ACHIEVEMENT, caller),
            your_side=side_of(docking, caller.organisation_id),
            agreed=docking.agreed_at is not None,
            liaison=liaison and PersonOut.of(liaison),
            next_action=docking.next_action if staff else None,
            next_owner=PersonOut.of(docking.next_owner) if staff and docking.next_owner else None,
            next_due_on=docking.next_due_on if inside else None,
            overdue=inside and is_overdue(docking),
            blocked=_block(docking, staff=staff) if inside else None,
            closed_from=closed_from,
            close_reason=CloseReason(docking.close_reason) if docking.close_reason else None,
            close_note=docking.close_note if staff else None,
            steps=[
                StepOut(
                    to=each.end, name=STAGES[each.end], back=each.needs_note, needs_note=each.needs_note,
                    meaning=each.meaning,
                )
                for each in steps_from(stage, caller.role)
            ],
            may_close=may_close(stage, caller.role),
            may_reopen=may_reopen(stage, closed_from, caller.role),
            version=docking.version,
            created_at=docking.created_at.astimezone(CITY_TIME),
            updated_at=docking.updated_at.astimezone(CITY_TIME),
        )  # fmt: skip


class DockingPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[DockingOut], Field(title="本页对接", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class FiguresOut(BaseModel):
    """How many dockings there are."""

    stages: Annotated[dict[DockingStage, int], Field(title="各阶段条数")]
    total: Annotated[int, Field(title="合计")]


def is_overdue(docking: Docking) -> bool:
    """Say whether the next action is overdue; the same as `overdue_sql`."""
    return docking.next_due_on is not None and docking.next_due_on < today() and docking.stage != DockingStage.CLOSED


def _party(docking: Docking, side: Side, caller: Caller) -> PartyOut:
    record = record_of(docking, side)
    organisation = record.organisation.name if names_owner(docking, side, caller) else None
    return PartyOut(id=record.id, title=record.title, organisation=organisation)


def _block(docking: Docking, *, staff: bool) -> BlockOut | None:
    if docking.blocked_team is None or docking.stage == DockingStage.CLOSED:
        return None
    return BlockOut(
        team=Team(docking.blocked_team),
        note=docking.blocked_note if staff else None,
        since=docking.blocked_since and docking.blocked_since.astimezone(CITY_TIME),
    )
