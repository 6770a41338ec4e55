"""How good the matches are, by the judgements of people: for everyone to read."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.kinds.industries import divisions
from app.kinds.table import Record
from app.learning.examples import qrels_of, stored_examples, stored_judgements
from app.models import Judgement
from app.search.gateway import Gateway
from matching.evaluation.metrics import (
    Metric,
    cohen_kappa,
    mean,
    measure_queries,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
)
from matching.learning.calibration import reliability_table
from matching.learning.examples import Doubles, Examples
from matching.learning.rankings import rank_examples
from matching.learning.validation import predict, validate
from matching.ranking.features import Feature
from matching.ranking.fusion import sort_keys
from matching.ranking.grades import best_grades
from matching.ranking.weights import FusionWeights

# An industry of fewer judged needs is counted with the others: its figure would say nothing, or
# too much of one enterprise.
MIN_NEEDS = 3
OTHER = "其他"


class SystemQuality(BaseModel):
    """Means over needs."""

    ndcg_at_10: Annotated[float, Field(title="nDCG@10")]
    mrr: Annotated[float, Field(title="MRR")]
    recall_at_20: Annotated[float | None, Field(title="recall@20", description="没有相关成果的需求不计")]


class IndustryQuality(BaseModel):
    """The product's ranking for the needs of one industry."""

    industry: Annotated[str, Field(title="行业大类")]
    needs: Annotated[int, Field(title="需求数")]
    ndcg_at_10: Annotated[float, Field(title="nDCG@10")]


class ReliabilityOut(BaseModel):
    """Predictions of about one probability, and how often they came true."""

    model_config = ConfigDict(from_attributes=True)

    grade: Annotated[int, Field(title="等级")]
    count: Annotated[int, Field(title="条数")]
    predicted: Annotated[float, Field(title="预测概率")]
    observed: Annotated[float, Field(title="实际比例")]


class Quality(BaseModel):
    """Quality of the matches by all judgements that are stored."""

    weights: Annotated[str, Field(title="权重版本")]
    needs: Annotated[int, Field(title="已研判的需求")]
    judgements: Annotated[int, Field(title="研判条数")]
    pairs: Annotated[int, Field(title="研判的匹配对")]
    first_judged: Annotated[date | None, Field(title="最早研判")]
    last_judged: Annotated[date | None, Field(title="最近研判")]
    kappa: Annotated[float | None, Field(title="研判一致性（Cohen κ）", description="共同研判最多的两人；不足时为空")]
    systems: Annotated[
        dict[str, SystemQuality],
        Field(title="各排序方法", description="fused 本产品，dense 仅语义（全文），bm25 仅词语（标题）"),
    ]
    grade_accuracy: Annotated[float | None, Field(title="等级准确率")]
    grade_error: Annotated[float | None, Field(title="等级平均绝对误差")]
    ece: Annotated[float | None, Field(title="校准误差（ECE）")]
    reliability: Annotated[list[ReliabilityOut], Field(title="可靠性表")]
    industries: Annotated[list[IndustryQuality], Field(title="分行业")]


def quality(session: Session, gateway: Gateway, caller: Caller) -> Quality:
    """Measure the active weights, and BM25 and the encoder alone, on judgements of pairs that the caller sees."""
    judgements = stored_judgements(session, caller, frozen=True)
    days = [each.judged_at.astimezone(CITY_TIME).date() for each in judgements]
    qrels = qrels_of(judgements)
    examples, needs = stored_examples(session, gateway, qrels, caller)
    found = Quality(
        weights=gateway.weights.version,
        needs=len(set(examples.queries.tolist())),
        judgements=len(judgements),
        pairs=len(examples),
        first_judged=min(days, default=None),
        last_judged=max(days, default=None),
        kappa=_kappa(judgements),
        systems={},
        grade_accuracy=None,
        grade_error=None,
        ece=None,
        reliability=[],
        industries=[],
    )
    if not len(examples):
        return found
    measured = validate(examples, gateway.weights)
    found.systems = measure_systems(gateway.weights, examples)
    _measure_grades(found, gateway.weights, examples)
    found.ece = measured.ece
    found.industries = _by_industry(measured.ndcg_by_query, needs)
    return found


def measure_systems(weights: FusionWeights, examples: Examples) -> dict[str, SystemQuality]:
    """Measure the product's ranking, the encoder alone and BM25 alone; there is an example at least."""
    totals, probabilities = predict(examples, weights)
    scores: Mapping[str, tuple[Doubles, ...]] = {
        "fused": sort_keys(probabilities, totals),
        # Of a document without a body the other is 0.
        "dense": (examples.features[Feature.TEXT_TEXT_COSINE] + examples.features[Feature.TEXT_TITLE_COSINE],),
        "bm25": (examples.features[Feature.TITLE_TITLE_TERMS],),
    }
    return {name: _system(examples, *each) for name, each in scores.items()}


def _measure_grades(found: Quality, weights: FusionWeights, examples: Examples) -> None:
    _, probabilities = predict(examples, weights)
    errors = np.abs(best_grades(probabilities) - examples.grades)
    found.grade_accuracy = float((errors < 0.5).mean())
    found.grade_error = float(errors.mean())
    found.reliability = [
        ReliabilityOut.model_validate(each) for each in reliability_table(probabilities, examples.grades)
    ]


def _system(examples: Examples, *scores: Doubles) -> SystemQuality:
    rankings, grades = rank_examples(examples, *scores)

    def over_needs(metric: Metric) -> float | None:
        return mean(measure_queries(metric, rankings, grades))

    return SystemQuality(
        ndcg_at_10=over_needs(ndcg_at_k) or 0.0,
        mrr=over_needs(reciprocal_rank) or 0.0,
        recall_at_20=over_needs(recall_at_k),
    )


def _by_industry(ndcg: Mapping[str, float], needs: Mapping[str, Record]) -> list[IndustryQuality]:
    first = {id: next(iter(divisions(needs[id].industries)), OTHER) for id in ndcg}
    counts = Counter(first.values())
    groups: dict[str, list[float]] = defaultdict(list)
    for id, value in ndcg.items():
        groups[first[id] if counts[first[id]] >= MIN_NEEDS else OTHER].append(value)
    return [
        IndustryQuality(industry=name, needs=len(values), ndcg_at_10=math.fsum(values) / len(values))
        for name, values in sorted(groups.items(), key=lambda each: (each[0] == OTHER, each[0]))
    ]


def _kappa(judgements: Sequence[Judgement]) -> float | None:
    """Return the agreement of the two judges who judged most pairs both."""
    by_judge: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for each in judgements:
        by_judge[each.judge][each.need_id, each.achievement_id] = each.grade
    judges = sorted(by_judge)
    pairs = [(a, b) for at, a in enumerate(judges) for b in judges[at + 1 :]]
    if not pairs:
        return None
    a, b = max(pairs, key=lambda pair: (len(by_judge[pair[0]].keys() & by_judge[pair[1]].keys()), pair))
    both = sorted(by_judge[a].keys() & by_judge[b].keys())
    return cohen_kappa([by_judge[a][pair] for pair in both], [by_judge[b][pair] for pair in both]) if both else None
