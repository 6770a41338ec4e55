"""The next questions to the author of a need: the missing pieces that would change the matches most.

For each piece that a need does not state, likely answers are taken from the present candidates and
tried: the more of the first ten matches they would change, the more the answer is worth.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, cast

from pydantic import BaseModel, Field

from app.core.caller import Caller
from app.kinds.table import KINDS, fen, to_document
from app.kinds.visibility import RecordFilter, narrowed_filter
from app.models import Achievement, Need, RecordKind
from app.records.repository import RecordRepository
from app.search.search_session import SearchSession
from matching.clauses.query import split_clauses
from matching.clauses.types import Clause, ClauseKind
from matching.grouping.corpus import telling_terms
from matching.index.filters import And, Eq, Filter, Not, Range
from matching.indicators.reader import read_indicators
from matching.indicators.types import Indicator
from matching.next_question.answers import DEPTH, propose_answers
from matching.next_question.effect import Answer, MissingPiece, next_questions
from matching.types import Document, Query

MOST_QUESTIONS = 3
# Rankings tried for one need: 20 ms each at 100,000 achievements.
MOST_RANKINGS = 16
_LIKELY = 4
_PROCESS = re.compile(
    r"(?:法|工艺|技术|算法|处理|加工|成形|成型|焊接|烧结|催化|萃取|发酵|浮选|过滤|干燥|冶炼|合成|检测|监测|识别|控制)$"
)
_CAPACITY = re.compile(r"/(?:h|d|a|min|s|班|年|天|日|小时)$")
_SCALE_WORDS = re.compile(r"产能|产量|处理量|规模|年产|日产|日处理|处理能力|装机")


class Piece(StrEnum):
    """What a need may leave unsaid."""

    OBJECT = "object"
    PROCESS = "process"
    INDICATOR = "indicator"
    SCALE = "scale"
    BUDGET = "budget"
    DISTRICT = "district"


class NextQuestion(BaseModel):
    """A question, and how much its answer is expected to change."""

    piece: Annotated[Piece, Field(title="缺少的要点")]
    field: Annotated[str, Field(title="字段", description="回答写在哪个字段")]
    question: Annotated[str, Field(title="问题")]
    suggestions: Annotated[list[str], Field(title="可能的回答", description="取自库中相近的成果")]
    expected_change: Annotated[float, Field(title="前十项预计改变的比例", description="0 至 1")]


@dataclass(frozen=True, slots=True)
class _Variant:
    """The need with something added: words to its text, or a condition."""

    words: str = ""
    condition: Filter | None = None


def questions_for(search: SearchSession, need: Need, caller: Caller) -> list[NextQuestion]:
    """Return at most `MOST_QUESTIONS`, the one whose answer changes most first.

    Only achievements that the caller may see are looked at.
    """
    kind = KINDS[RecordKind.ACHIEVEMENTS]
    document = to_document(need)
    query = search.stored_query(RecordKind.NEEDS, document)
    visible = narrowed_filter(kind, caller, RecordFilter())

    def rank(variant: _Variant) -> list[str]:
        asked = Query(query.title, f"{query.body}\n{variant.words}", query.vectors) if variant.words else query
        filter = visible if variant.condition is None else And((visible, variant.condition))
        return [match.id for match in search.match(asked, kind.name, DEPTH, filter).result.matches]

    ids = rank(_Variant())
    records = RecordRepository(search.session, kind).by_ids(ids, caller)
    found = cast(Sequence[Achievement], [records[id] for id in ids if id in records])
    answers = {name: tried for name, tried in _answers(search, need, document, found).items() if tried}
    pieces = [MissingPiece(name.value, tried) for name, tried in answers.items()]
    effects = next_questions(_Variant(), pieces, rank, most_rankings=MOST_RANKINGS)
    return [
        NextQuestion(
            piece=Piece(effect.name),
            field=_FIELDS[Piece(effect.name)],
            question=_QUESTIONS[Piece(effect.name)],
            suggestions=[answer.text for answer in effect.answers],
            expected_change=round(effect.expected_change, 3),
        )
        for effect in effects
        if effect.expected_change > 0
    ][:MOST_QUESTIONS]


def _answers(
    search: SearchSession, need: Need, document: Document, found: Sequence[Achievement]
) -> dict[Piece, list[Answer[_Variant]]]:
    """Return likely answers for each piece that the need does not state."""
    clauses = split_clauses(document.title, document.body, document.indicators)
    numbers = read_indicators(f"{document.title}\n{document.body}\n{document.indicators}")
    lexical = search.lexical(RecordKind.ACHIEVEMENTS)
    terms = [telling_terms(to_document(record), lexical) for record in found]
    asked = telling_terms(document, lexical)
    processes = {term for each in terms for term in each if _PROCESS.search(term)}
    others = {term for each in terms for term in each} - processes
    likely: dict[Piece, Callable[[], list[Answer[_Variant]]]] = {
        Piece.OBJECT: lambda: _words(terms, asked, others),
        Piece.PROCESS: lambda: _words(terms, asked, processes),
        Piece.INDICATOR: lambda: _quantities(found, scale=False),
        Piece.SCALE: lambda: _quantities(found, scale=True),
        Piece.BUDGET: lambda: _budgets(found),
        Piece.DISTRICT: lambda: _districts(found),
    }
    return {piece: likely[piece]() for piece in _missing(need, clauses, numbers)}


def _missing(need: Need, clauses: Sequence[Clause], numbers: Sequence[Indicator]) -> list[Piece]:
    kinds = {clause.kind for clause in clauses}
    text = f"{need.title}{need.description}{need.indicators}"
    stated = {
        Piece.OBJECT: ClauseKind.OBJECT in kinds,
        Piece.PROCESS: ClauseKind.PROCESS in kinds,
        Piece.INDICATOR: any(not _is_scale(one) for one in numbers),
        Piece.SCALE: any(map(_is_scale, numbers)) or _SCALE_WORDS.search(text) is not None,
        Piece.BUDGET: need.budget_max_wan is not None,
        Piece.DISTRICT: need.district is not None,
    }
    return [piece for piece, known in stated.items() if not known]


def _words(
    terms: Sequence[Mapping[str, float]], asked: Mapping[str, float], allowed: set[str]
) -> list[Answer[_Variant]]:
    proposed = propose_answers(terms, asked, words=allowed, limit=_LIKELY)
    return [Answer(each.text, _Variant(words=each.text), each.probability) for each in proposed]


def _quantities(found: Sequence[Achievement], *, scale: bool) -> list[Answer[_Variant]]:
    """Return the quantities that most candidates state, with the unit that they state them in."""
    named: Counter[tuple[str, str]] = Counter()
    for record in found:
        numbers = read_indicators(f"{record.summary}\n{record.indicators}")
        named.update({(one.quantity, one.unit) for one in numbers if one.quantity and _is_scale(one) is scale})
    return [
        Answer(f"{quantity}（{unit}）" if unit else quantity, _Variant(words=quantity), count / max(len(found), 1))
        for (quantity, unit), count in sorted(named.items(), key=lambda each: (-each[1], each[0]))[:_LIKELY]
    ]


def _is_scale(one: Indicator) -> bool:
    return _CAPACITY.search(one.unit) is not None or _SCALE_WORDS.search(one.quantity) is not None


def _budgets(found: Sequence[Achievement]) -> list[Answer[_Variant]]:
    """Return the quartiles of the candidates' least prices."""
    prices = sorted(record.price_min_wan for record in found if record.price_min_wan is not None)
    chosen = dict.fromkeys(prices[len(prices) * part // 4] for part in (1, 2, 3)) if prices else {}
    return [
        Answer(
            f"{price.normalize():f}万元以内", _Variant(condition=Not(Range("amount", gte=(fen(price) or 0) + 1))), 1.0
        )
        for price in chosen
    ]


def _districts(found: Sequence[Achievement]) -> list[Answer[_Variant]]:
    held = Counter(record.district for record in found if record.district is not None)
    return [
        Answer(
            name,
            _Variant(condition=Not(And((Eq("stated", "district"), Not(Eq("district", name)))))),
            count / len(found),
        )
        for name, count in sorted(held.items(), key=lambda each: (-each[1], each[0]))[:_LIKELY]
    ]


_FIELDS: Mapping[Piece, str] = {
    Piece.OBJECT: "description",
    Piece.PROCESS: "description",
    Piece.INDICATOR: "indicators",
    Piece.SCALE: "indicators",
    Piece.BUDGET: "budget_max_wan",
    Piece.DISTRICT: "district",
}
_QUESTIONS: Mapping[Piece, str] = {
    Piece.OBJECT: "处理的对象或材料具体是什么？请写明名称、牌号或来源。",
    Piece.PROCESS: "希望用什么工艺或方法，或者现在用的是哪一种？",
    Piece.INDICATOR: "要达到什么指标？请给出数值和单位。",
    Piece.SCALE: "规模多大？请写明产量或处理量，例如每小时多少吨。",
    Piece.BUDGET: "预算大致是多少万元？可以只写上限。",
    Piece.DISTRICT: "在哪个县区或园区实施？是否只找本地的成果？",
}
