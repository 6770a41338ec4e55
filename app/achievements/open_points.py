"""What an achievement leaves open that enterprises ask first; rules alone, nothing is guessed."""

from app.models import Achievement
from matching.text.normalise import normalise
from matching.text.numbers import carries_number

_SHORT = 60  # characters: shorter summaries in the seed data leave out the object or the result


def open_points(achievement: Achievement) -> list[str]:
    """Return what to ask the author for, in the order in which readers miss it."""
    points = [
        (len(achievement.summary) >= _SHORT, "请写明做什么、怎么做、用在什么对象上、达到了什么结果。"),
        (
            carries_number(normalise(f"{achievement.summary}\n{achievement.indicators}")),
            "请给出技术指标的数值和单位，例如“抗压强度48 MPa”。",
        ),
        (achievement.maturity is not None, "请选择技术成熟度：实验室、小试、中试还是已产业化。"),
        (bool(achievement.industries), "请选择可以应用的行业，选定后可以优先匹配同行业的需求。"),
        (bool(achievement.ip), "请写明知识产权，例如专利号；没有也请注明。"),
        (bool(achievement.cooperation_modes), "请写明合作方式，例如转让、许可、合作开发。"),
        (bool(achievement.contact), "请补充联系人和联系方式（不公开，只给情报员）。"),
    ]
    return [text for stated, text in points if not stated]
