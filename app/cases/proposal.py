"""The first text of a case, put together from what the records say; nothing is invented."""

from app.codes.industries import division_names
from app.kinds.industries import divisions
from app.models import Docking, DockingStage, NeedVisibility
from matching.text.sentences import split_sentences

_TITLE = 200
_SENTENCES = 3


def proposed_texts(docking: Docking) -> dict[str, object]:
    """Return the fields of a new case of a docking, loaded with both sides."""
    need, achievement = docking.need, docking.achievement
    return {
        "title": need.title[:_TITLE],
        "problem": need.description,
        "solution": _solution(docking),
        "effect": _effect(need.indicators, achievement.indicators),
        "enterprise_label": enterprise_label(need.industries),
        "names_enterprise": need.visibility == NeedVisibility.PUBLIC,
    }


def enterprise_label(industries: list[str]) -> str:
    """Return what an enterprise is called that is not named: by its need's industry, never its place."""
    names = division_names()
    name = next((names[code] for code in divisions(industries) if code in names), "")
    return f"本市某{name.removesuffix('业')}企业"


def _solution(docking: Docking) -> str:
    achievement = docking.achievement
    told = "".join(split_sentences(achievement.summary)[:_SENTENCES])
    modes = "、".join(achievement.cooperation_modes)
    end = "产品已经用上。" if docking.stage == DockingStage.LANDED else "双方签了合同。"
    how = f"合作方式是{modes}，{end}" if modes else end
    return f"{achievement.organisation.name}拿出了“{achievement.title}”。\n{told}\n{how}"


def _effect(asked: str, offered: str) -> str:
    lines = [f"{name}：{text}" for name, text in (("企业要的指标", asked), ("做到的指标", offered)) if text]
    return "\n".join(lines)
