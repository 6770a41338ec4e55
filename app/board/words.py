"""What the board calls things."""

from collections.abc import Mapping

from app.board.activity.repository import Activity
from app.models import DockingStage, Team

STAGES: Mapping[str, str] = {
    DockingStage.RECOMMENDED: "推荐",
    DockingStage.CONTACTED: "已联系",
    DockingStage.INTERESTED: "双方有意",
    DockingStage.NEGOTIATING: "洽谈",
    DockingStage.PILOT: "中试/验证",
    DockingStage.SIGNED: "签约",
    DockingStage.LANDED: "落地",
    DockingStage.CLOSED: "已关闭",
}
TEAMS: Mapping[str, str] = {
    Team.MATCHING: "双需专班",
    Team.SCENARIO: "场景专班",
    Team.TALENT: "人才专班",
    Team.PLATFORM: "平台专班",
    Team.FINANCE: "金融专班",
}
ACTIVITIES: Mapping[Activity, str] = {
    Activity.CONTACTS: "联系次数",
    Activity.JUDGEMENTS: "研判数",
    Activity.OPENED: "新开对接",
    Activity.SIGNED: "签约（含落地）",
}
NOT_NAMED = "未注明"
