"""The page about the stages, printed from their table."""

from collections.abc import Iterator

from app.dockings.stages import CLOSE_REASONS, OPEN, STAGES, STEPS, TAKERS, TEAMS, Step, Way
from app.models import DockingStage

_WAYS = {Way.ON: "前进", Way.BACK: "退回一步", Way.CLOSE: "关闭", Way.REOPEN: "重新打开"}


def stage_document() -> str:
    """Return `docs/dockings.md` as a whole."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 对接的阶段"
    yield ""
    yield "由 `app/dockings/stages.py` 的表生成，请勿手改；服务、接口和页面按钮读的是同一张表。"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for stage, name in STAGES.items():
        yield f'    state "{name}" as {stage.value}'
    yield f"    [*] --> {DockingStage.RECOMMENDED.value}"
    for step in STEPS.values():
        if step.way in {Way.ON, Way.BACK}:
            yield f"    {step.start.value} --> {step.end.value}{': 退回' if step.way is Way.BACK else ''}"
    for stage in OPEN:
        yield f"    {stage.value} --> {DockingStage.CLOSED.value}"
    yield f"    {DockingStage.LANDED.value} --> [*]"
    yield f"    {DockingStage.CLOSED.value} --> [*]"
    yield "```"
    yield ""
    yield "图里没有画“重新打开”：已关闭的对接回到关闭前的阶段。"
    yield ""
    yield "| 从 | 到 | 怎样 | 谁可以 | 何时 | 说明 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for step in STEPS.values():
        yield _row(step)
    yield ""
    yield f"关闭的原因：{'、'.join(CLOSE_REASONS.values())}。"
    yield ""
    yield f"遇到阻碍时可转交的专班：{'、'.join(TEAMS.values())}。"


def _row(step: Step) -> str:
    takers = "；".join(name for taker, name in TAKERS.items() if taker in step.takers)
    note = {Way.BACK: "必填理由", Way.CLOSE: "必选原因"}.get(step.way, "可填")
    return f"| {STAGES[step.start]} | {STAGES[step.end]} | {_WAYS[step.way]} | {takers} | {step.meaning} | {note} |"
