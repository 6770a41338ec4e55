"""The stages of a docking: which follows which, and who may take the step.

This table is the only one: the service, the contract, the buttons of the pages and `docs/dockings.md` read it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.caller import Role
from app.models import CloseReason, DockingStage, Team

_S = DockingStage
STAGES: Mapping[DockingStage, str] = {
    _S.RECOMMENDED: "推荐",
    _S.CONTACTED: "已联系",
    _S.INTERESTED: "双方有意",
    _S.NEGOTIATING: "洽谈",
    _S.PILOT: "中试/验证",
    _S.SIGNED: "签约",
    _S.LANDED: "落地",
    _S.CLOSED: "已关闭",
}
# Still to be worked on: neither brought to its end nor given up.
OPEN = (_S.RECOMMENDED, _S.CONTACTED, _S.INTERESTED, _S.NEGOTIATING, _S.PILOT, _S.SIGNED)
CLOSE_REASONS: Mapping[CloseReason, str] = {
    CloseReason.TOO_EARLY: "成果还不够成熟",
    CloseReason.BENEFIT_UNCLEAR: "效益不明",
    CloseReason.PRICE: "价格谈不拢",
    CloseReason.INTELLECTUAL_PROPERTY: "知识产权谈不拢",
    CloseReason.TECHNICAL_MISMATCH: "技术不对路",
    CloseReason.NO_ANSWER: "一方没有回音",
    CloseReason.SOLVED_ELSEWHERE: "已另有办法",
    CloseReason.NEED_GONE: "需求不再有",
    CloseReason.OTHER: "其他",
}
TEAMS: Mapping[Team, str] = {
    Team.MATCHING: "双需专班",
    Team.SCENARIO: "场景专班",
    Team.TALENT: "人才专班",
    Team.PLATFORM: "平台专班",
    Team.FINANCE: "金融专班",
}


class Way(StrEnum):
    """Onward, one back, given up, or taken up again."""

    ON = "on"
    BACK = "back"
    CLOSE = "close"
    REOPEN = "reopen"


class Taker(StrEnum):
    """Who takes a step: staff by hand, or both sides by agreeing in an interest."""

    STAFF = "staff"
    AGREEMENT = "agreement"


TAKERS: Mapping[Taker, str] = {Taker.STAFF: "情报员、管理员", Taker.AGREEMENT: "双方在意向中都同意时自动"}
# What a person of a role takes steps as; who is not here moves nothing.
_TAKES: Mapping[Role, Taker] = {Role.ADMIN: Taker.STAFF, Role.LIAISON: Taker.STAFF}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be taken.

    Attributes:
        meaning: when it is taken, in a sentence.
        needs_note: the reason has to be written down.
    """

    start: DockingStage
    end: DockingStage
    way: Way
    takers: frozenset[Taker]
    meaning: str

    @property
    def needs_note(self) -> bool:
        """Whether a note is asked: going back is explained."""
        return self.way is Way.BACK


_STAFF = frozenset({Taker.STAFF})
_EITHER = frozenset(Taker)
_AGREEMENT = frozenset({Taker.AGREEMENT})


def _table() -> Iterator[Step]:
    yield Step(_S.RECOMMENDED, _S.CONTACTED, Way.ON, _STAFF, "已与至少一方通话、见面或书面联系上")
    yield Step(_S.RECOMMENDED, _S.INTERESTED, Way.ON, _AGREEMENT, "双方在意向中都同意交换联系方式")
    yield Step(_S.CONTACTED, _S.INTERESTED, Way.ON, _EITHER, "双方都愿意往下谈")
    yield Step(_S.INTERESTED, _S.NEGOTIATING, Way.ON, _STAFF, "开始谈技术方案和条件")
    yield Step(_S.NEGOTIATING, _S.PILOT, Way.ON, _STAFF, "先做中试、小试或现场验证")
    yield Step(_S.NEGOTIATING, _S.SIGNED, Way.ON, _STAFF, "无需验证，直接签订合同")
    yield Step(_S.PILOT, _S.SIGNED, Way.ON, _STAFF, "验证通过，签订合同")
    yield Step(_S.SIGNED, _S.LANDED, Way.ON, _STAFF, "成果已在企业用起来")
    yield Step(_S.CONTACTED, _S.RECOMMENDED, Way.BACK, _STAFF, "找错了人，或其实没有联系上")
    yield Step(_S.INTERESTED, _S.CONTACTED, Way.BACK, _STAFF, "一方又要再想想")
    yield Step(_S.NEGOTIATING, _S.INTERESTED, Way.BACK, _STAFF, "条件没谈拢，但双方还愿意")
    yield Step(_S.PILOT, _S.NEGOTIATING, Way.BACK, _STAFF, "验证没有通过或暂停，回到谈判")
    # Of a contract that falls through, not of one whose pilot failed: that one was never signed.
    yield Step(_S.SIGNED, _S.NEGOTIATING, Way.BACK, _STAFF, "合同没有生效或已解除，重新谈")
    yield Step(_S.LANDED, _S.SIGNED, Way.BACK, _STAFF, "登记早了，或停用后要重新落地")
    for stage in OPEN:
        yield Step(stage, _S.CLOSED, Way.CLOSE, _STAFF, "不再往下谈，写明原因")
        yield Step(_S.CLOSED, stage, Way.REOPEN, _STAFF, "回到关闭前的阶段；这一对没有另一条进行中的对接时")


STEPS: Mapping[tuple[DockingStage, DockingStage], Step] = {(each.start, each.end): each for each in _table()}


def step_between(start: DockingStage, end: DockingStage, taker: Taker) -> Step | None:
    """Return the step between two stages if the taker may take it, whatever its way."""
    step = STEPS.get((start, end))
    return step if step is not None and taker in step.takers else None


def taker_of(role: Role) -> Taker | None:
    """Return what somebody of a role takes steps as; None for who takes none."""
    return _TAKES.get(role)


def steps_from(start: DockingStage, role: Role) -> list[Step]:
    """Return the steps onward and back that somebody of a role may take by hand, in the table's order."""
    taker = taker_of(role)
    moves = (Way.ON, Way.BACK)
    return [each for each in STEPS.values() if each.start is start and each.way in moves and taker in each.takers]


def may_close(start: DockingStage, role: Role) -> bool:
    """Say whether somebody of a role may close a docking at a stage."""
    taker = taker_of(role)
    return taker is not None and step_between(start, _S.CLOSED, taker) is not None


def may_reopen(start: DockingStage, closed_from: DockingStage | None, role: Role) -> bool:
    """Say whether somebody of a role may reopen a docking that was closed from a stage."""
    taker = taker_of(role)
    return (
        start is _S.CLOSED
        and closed_from is not None
        and taker is not None
        and step_between(start, closed_from, taker) is not None
    )
