"""The page about the steps of a challenge, printed from the table that holds them."""

from collections.abc import Iterator

from app.challenges.stages import PUBLIC, STEPS, Part
from app.challenges.words import FIELDS, PARTS, STATES
from app.models import ChallengeState

_START = ChallengeState.CANDIDATE
_INTRODUCTION = """# 揭榜挂帅：榜单项目的一生

本页由 `app/challenges/stages.py` 中的一张表生成；服务、接口、页面按钮都只认这张表。

- **出题企业**：需求属于一家企业时，择优指标、揭榜方案评分与择优、验收都只由这家企业办理
  （企业出题、牵头评价），情报员不能代办。
- 榜单来自几家企业的共性需求时没有单一的出题企业，由情报员办理，页面上注明。
- **承担单位**：被选定的揭榜单位。科技局只查阅。
- 每一步都在一个事务里先锁住项目再核对所处状态，两人同时办理时只有一人成功。
"""


def stage_page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([_INTRODUCTION, *_diagram(), "", *_table(), "", *_states()]) + "\n"


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in ChallengeState:
        yield f"    {state.value}: {STATES[state]}"
    yield f"    [*] --> {_START.value}"
    for step in STEPS.values():
        for source in step.sources:
            yield f"    {source.value} --> {step.target.value}: {step.label}"
    left = {source for step in STEPS.values() for source in step.sources}
    for state in ChallengeState:
        if state not in left:
            yield f"    {state.value} --> [*]"
    yield "```"


def _table() -> Iterator[str]:
    yield "| 步骤 | `step` | 从 | 到 | 由谁 | 必填 | 条件 |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, step in STEPS.items():
        by = "、".join(PARTS[part] for part in Part if part in step.by)
        sources = "、".join(STATES[state] for state in step.sources)
        fields = "、".join(FIELDS[field] for field in step.needs) or "—"
        yield (
            f"| {step.label} | `{name.value}` | {sources} | {STATES[step.target]} | {by} | {fields} "
            f"| {step.condition or '—'} |"
        )


def _states() -> Iterator[str]:
    yield "登录的人都能看到的状态：" + "、".join(STATES[state] for state in PUBLIC) + "。其余状态只有情报员、"
    yield "科技局、需求所属企业和评审专家看得到；含“仅情报员可见”需求的榜单，任何状态下都不给他人看。"
