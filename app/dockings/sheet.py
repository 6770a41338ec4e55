"""A docking as a row of a workbook."""

from app.dockings.schemas import ORIGINS, DockingOut
from app.dockings.stages import CLOSE_REASONS, STAGES, TEAMS

HEADER = (
    "阶段", "到此阶段", "需求", "需求方", "成果", "成果方", "情报员", "下一步", "由谁做", "期限", "是否逾期", "受阻于",
    "卡在哪里", "关闭原因", "关闭说明", "由来", "开始日期", "更新日期", "id",
)  # fmt: skip


def row_of(shown: DockingOut) -> list[object]:
    """Return the cells of a docking as its caller sees it."""
    blocked, owner = shown.blocked, shown.next_owner
    return [
        STAGES[shown.stage], shown.stage_since.date(), shown.need.title, shown.need.organisation,
        shown.achievement.title, shown.achievement.organisation, shown.liaison and shown.liaison.name,
        shown.next_action, owner and owner.name, shown.next_due_on, "逾期" if shown.overdue else None,
        blocked and TEAMS[blocked.team], blocked and blocked.note,
        CLOSE_REASONS[shown.close_reason] if shown.close_reason else None, shown.close_note, ORIGINS[shown.origin],
        shown.created_at.date(), shown.updated_at.date(), shown.id,
    ]  # fmt: skip
