"""What a list shows of a match: grade, a line of reasons and the most telling clauses; all of it is a call away."""

from typing import Annotated, Literal

from fastapi import Query

from app.matches.schemas import ClauseOut, ExplanationOut, MatchesOut, ResultOut
from app.matches.structured import Agreement
from app.matches.telling_clauses import most_telling

Explain = Annotated[
    Literal["brief", "full"],
    Query(
        title="理由详略",
        description="brief（默认）只带列表要用的：最说明问题的至多 3 条、相符或冲突的条件，记录不带长文字段；"
        "full 带全部理由和记录全文。单独一对的全部理由见 …/matches/{id}",
    ),
]
# Fields of records that no list has room for.
LONG_FIELDS = frozenset(
    {"summary", "description", "indicators", "keywords", "ip", "originals", "contact", "review_note", "disclosures"}
)
_TERMS = 5


def as_asked(answer: MatchesOut, explain: str) -> MatchesOut:
    """Return an answer as its caller asked for it: whole, or as a list shows it."""
    if explain == "full":
        return answer
    return answer.model_copy(update={"results": [_listed(result) for result in answer.results]})


def _listed(result: ResultOut) -> ResultOut:
    whole = result.explanation
    brief = ExplanationOut(
        terms=whole.terms[:_TERMS],
        evidence=None if whole.clauses else whole.evidence,
        clauses=[_short(clause) for clause in most_telling(whole.clauses).clauses],
        structured=[fit for fit in whole.structured if fit.agreement is not Agreement.UNKNOWN],
        contributions={},
    )
    return result.model_copy(update={"left_out": LONG_FIELDS, "explanation": brief})


def _short(clause: ClauseOut) -> ClauseOut:
    # What it quotes holds the numbers too.
    return clause.model_copy(update={"nearest": None, "indicators": []})
