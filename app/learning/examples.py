"""Graded pairs to learn from and to measure on: judgements that are stored, those of files, the frozen ones."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.settings import SEED_DIR
from app.judgements.repository import JudgementRepository
from app.kinds.table import KINDS, Record, to_document
from app.matches.relevance_files import judged_corpus, judged_pairs
from app.models import Judgement, RecordKind
from app.records.repository import RecordRepository
from app.search.gateway import Gateway
from matching.evaluate import matcher_of, queries_of
from matching.evaluation.qrels import Qrels
from matching.learning.examples import Examples, collect_examples

# What new weights must not get worse on; never learnt from by `train`.
FROZEN = (SEED_DIR / "qrels.tsv", SEED_DIR / "needs.jsonl", SEED_DIR / "achievements.jsonl")
# Two passes over the same pairs, as two judges.
FROZEN_JUDGES = ("judgements-first-pass.tsv", "judgements-second-pass.tsv")


def qrels_of(judgements: Sequence[Judgement]) -> Qrels:
    """Return the mean grade of each pair, by need and achievement."""
    grades: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for each in judgements:
        grades[each.need_id][each.achievement_id].append(each.grade)
    return {
        need: {achievement: sum(given) / len(given) for achievement, given in pairs.items()}
        for need, pairs in grades.items()
    }


def stored_judgements(session: Session, caller: Caller, *, frozen: bool) -> list[Judgement]:
    """Return the judgements of pairs that the caller sees, with or without those of the frozen set."""
    given = [each for each in JudgementRepository(session).all() if frozen or each.judge not in FROZEN_JUDGES]
    if caller.sees_all:
        return given
    needs = _seen(session, RecordKind.NEEDS, {each.need_id for each in given}, caller)
    achievements = _seen(session, RecordKind.ACHIEVEMENTS, {each.achievement_id for each in given}, caller)
    return [each for each in given if each.need_id in needs and each.achievement_id in achievements]


def _seen(session: Session, kind: RecordKind, ids: Collection[str], caller: Caller) -> Collection[str]:
    return RecordRepository(session, KINDS[kind]).by_ids(sorted(ids), caller).keys()


def stored_examples(
    session: Session, gateway: Gateway, qrels: Qrels, caller: Caller
) -> tuple[Examples, dict[str, Record]]:
    """Return the features of stored judgements, and the needs that they are about, by id.

    Args:
        qrels: of pairs that the caller sees.
    """
    needs = RecordRepository(session, KINDS[RecordKind.NEEDS]).by_ids(list(qrels), caller)
    with gateway.answering(session) as search:
        queries = search.stored_queries(RecordKind.NEEDS, [to_document(need) for need in needs.values()])
        return search.examples(RecordKind.ACHIEVEMENTS, queries, qrels), needs


def file_examples(gateway: Gateway, qrels: Path, needs: Path, achievements: Path | None) -> Examples:
    """Return the features of a file's judgements; its documents are the whole corpus.

    Raises:
        InvalidInput: a file cannot be read.
    """
    grades = judged_pairs(qrels)
    asked, documents = judged_corpus(grades, needs, achievements)
    encoder = gateway.encoder
    matcher = matcher_of(encoder, documents, gateway.weights, gateway.scale)
    return collect_examples(matcher, queries_of(encoder, asked, grades), grades)
