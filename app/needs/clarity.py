"""How clear a need is, and what to ask its author first."""

import re
from typing import Annotated

from pydantic import BaseModel, Field

from app.core.caller import Caller
from app.models import Need
from app.needs.questions import NextQuestion, questions_for
from app.search.search_session import SearchSession
from matching.text.normalise import normalise
from matching.text.numbers import carries_number

_SHORT = 60  # characters: shorter descriptions in the seed data leave out object or conditions
_CONDITIONS = re.compile(r"工况|温度|压力|现场|环境|产线|产能|原料|设备|条件|批次|规格|材质|型号")


class Question(BaseModel):
    """A question to the author of a need."""

    field: Annotated[str, Field(title="字段")]
    question: Annotated[str, Field(title="问题")]


class Clarity(BaseModel):
    """A share of answered points, the points left, and what to ask first."""

    score: Annotated[float, Field(title="清晰度", description="0 至 1，已写明的要点所占比例")]
    questions: Annotated[list[Question], Field(title="建议补充")]
    next_questions: Annotated[
        list[NextQuestion], Field(title="先问什么", description="最能改变匹配结果的在前，至多三个")
    ] = []


def clarity(need: Need) -> Clarity:
    """Check a need point by point; rules alone, nothing is guessed."""
    text = f"{need.description}\n{need.indicators}"
    points = [
        (
            len(need.description) >= _SHORT,
            "description",
            "请写明要解决的具体问题、作用的对象或材料，以及现在是怎么做的。",
        ),
        (
            carries_number(normalise(text)),
            "indicators",
            "要达到什么指标？请给出数值和单位，例如“抗压强度≥80 MPa”。",
        ),
        (bool(_CONDITIONS.search(text)), "description", "在什么工况或条件下使用？例如温度、原料、产能、现有设备。"),
        (bool(need.industries), "industries", "属于哪个行业？选定后可以优先匹配同行业的成果。"),
        (
            need.budget_min_wan is not None or need.budget_max_wan is not None,
            "budget_max_wan",
            "预算大致是多少万元？可以只写上限，面议可不填。",
        ),
        (need.min_maturity is not None, "min_maturity", "要能直接投产的成果，还是可以一起开发？请选最低成熟度。"),
        (need.deadline is not None, "deadline", "希望什么时候完成？"),
    ]
    missing = [Question(field=field, question=question) for met, field, question in points if not met]
    return Clarity(score=round(1 - len(missing) / len(points), 2), questions=missing)


def asked_clarity(search: SearchSession, need: Need, caller: Caller) -> Clarity:
    """Check a need, and rank its open points by how much an answer would change its matches."""
    questions = questions_for(search, need, caller)
    return clarity(need).model_copy(update={"next_questions": questions})
