"""What matches are told in: numbers with their signs, conditions as people write them, features in plain words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.codes.industries import division_names
from app.matches.schemas import ClauseOut, ExplanationOut, IndicatorOut, StructuredOut
from app.models import Condition
from app.web.vocabulary import CONDITIONS, TRL, wan
from matching.ranking.features import Feature
from matching.ranking.reranking import RERANKER

FEATURE_NAMES: Mapping[str, str] = {
    Feature.TITLE_TITLE_COSINE: "两边名称的意思",
    Feature.TEXT_TITLE_COSINE: "需求全文与成果名称的意思",
    Feature.TITLE_TEXT_COSINE: "需求名称与成果全文的意思",
    Feature.TEXT_TEXT_COSINE: "两边全文的意思",
    Feature.TITLE_TITLE_TERMS: "两边名称中的共同术语",
    Feature.BODY_TITLE_TERMS: "需求描述的术语出现在成果名称中",
    Feature.TITLE_BODY_TERMS: "需求名称的术语出现在成果简介中",
    Feature.TITLE_BODY_EXCESS: "与需求名称字面重合多、意思不够近",
    Feature.BODY_BODY_TERMS: "需求描述与成果简介的共同术语",
    Feature.TITLE_TITLE_BIGRAMS: "两边名称中的相同词组",
    Feature.TITLE_TITLE_CHARACTERS: "两边名称的用字",
    Feature.BODY_TITLE_SHARE: "成果名称的用语有多少见于需求",
    RERANKER: "逐对重读的模型",
}
# Contributions below are of no weight in any order.
_LEAST = 0.05
_SIGNS = {"at_least": "≥ ", "at_most": "≤ ", "exact": "", "range": ""}


def counts(clauses: Sequence[ClauseOut]) -> dict[str, int]:
    """Return how many clauses have each verdict, 0 where none has."""
    found = Counter(each.verdict for each in clauses)
    return {verdict: found[verdict] for verdict in ("met", "not_met", "not_mentioned")}


def best_clause(reasons: ExplanationOut) -> ClauseOut | None:
    """Return the clause that is shown most surely, None where none is met."""
    return max(
        (each for each in reasons.clauses if each.verdict == "met"), key=lambda each: each.similarity, default=None
    )


def figure(one: IndicatorOut) -> str:
    """Return a number as it is asked for or offered: 抗压强度 ≥ 30 MPa."""
    if one.direction == "range" and one.low is not None and one.high is not None:
        value = f"{one.low:g}–{one.high:g}"
    else:
        bound = one.high if one.low is None else one.low
        value = "" if bound is None else f"{_SIGNS[one.direction]}{bound:g}"
    amount = f"{value}{'' if one.unit in {'%', '℃', '°'} else ' '}{one.unit}".strip()
    return f"{one.quantity} {amount}{'（变化量）' if one.relative else ''}".strip()


def condition(field: Condition, value: Any) -> str:
    """Return what a record states of a condition, as people write it; — where it states nothing."""
    if field is Condition.BUDGET:
        return "—" if value == (None, None) else wan(*value)
    if value in (None, [], ""):
        return "—"
    if field is Condition.INDUSTRY:
        return "、".join(industry(code) for code in value)
    if field is Condition.MATURITY:
        return TRL[value]
    return "、".join(value) if isinstance(value, list) else str(value)


def industry(code: str) -> str:
    """Return a code of GB/T 4754 with the name of its division, or section."""
    name = division_names().get(code[:2])
    return code if name is None else f"{code} {name}"


def contributions(reasons: ExplanationOut) -> list[tuple[str, float]]:
    """Return what moved the score and by how much, the strongest first."""
    found = [
        (FEATURE_NAMES.get(name, name), value) for name, value in reasons.contributions.items() if abs(value) >= _LEAST
    ]
    return sorted(found, key=lambda each: -abs(each[1]))


def stated(fits: Sequence[StructuredOut]) -> bool:
    """Say whether either side states anything of a condition."""
    return any(condition(each.field, side) != "—" for each in fits for side in (each.asked, each.offered))


def agreed(reasons: ExplanationOut) -> list[str]:
    """Return what the conditions are called on which both sides agree."""
    return [CONDITIONS[each.field] for each in reasons.structured if each.agreement == "agree"]


def conflicts(reasons: ExplanationOut) -> list[StructuredOut]:
    """Return the conditions on which both sides contradict each other."""
    return [each for each in reasons.structured if each.agreement == "conflict"]
