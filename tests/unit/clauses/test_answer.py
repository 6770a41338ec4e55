"""Answers quote the sentence that a plain computation finds best."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.settings import PROJECT_ROOT
from matching.clauses import answer
from matching.clauses.answer import MET, answer_clauses, clause_terms, prepare_clauses, similarities
from matching.clauses.background import MIN_TEXTS, ClauseBackground, measure_background
from matching.clauses.document import document_sentences
from matching.clauses.query import split_clauses
from matching.clauses.types import ClauseVerdict
from matching.types import Floats

NONE = ClauseBackground(np.zeros(8, np.float32), 0.0, 0.1)
CLAUSES = split_clauses("番茄皮渣脱水", "需要采用机械挤压，降低皮渣含水率，pH调节")
SENTENCES = document_sentences("挤压脱水机", "皮渣经机械挤压脱水。石墨烯graphene涂层。", "含水率65%")
RARITY = {term: 1.0 + at for at, term in enumerate(clause_terms(CLAUSES))}


def _unit(rows: int, seed: int) -> Floats:
    vectors = np.random.default_rng(seed).normal(size=(rows, 8)).astype(np.float32)
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_similarities_are_those_of_a_plain_computation(seed: int) -> None:
    clauses, sentences = _unit(len(CLAUSES), seed), _unit(len(SENTENCES), seed + 1)
    background = ClauseBackground(_unit(1, seed + 2)[0] * 0.3, 0.05, 0.2)
    asked = prepare_clauses(CLAUSES, clauses, RARITY, background)
    found = similarities(asked, SENTENCES, sentences, background)
    for row, clause in enumerate(CLAUSES):
        terms = clause_terms([clause])
        for column, sentence in enumerate(SENTENCES):
            a, b = clauses[row] - background.centre, sentences[column] - background.centre
            cosine = float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
            shared = sum(RARITY[term] for term in terms if term in sentence.encoded and term != "ph")
            overlap = shared / sum(RARITY[term] for term in terms)
            raised = 0.58 * (cosine - 0.05) / 0.2 + 1.04 * overlap - 5.45
            assert found[row, column] == pytest.approx(1 / (1 + math.exp(-raised)), abs=1e-4)


def test_the_best_sentence_is_quoted_where_it_shows_the_clause() -> None:
    vectors = _unit(len(CLAUSES), 1)
    sentences = _unit(len(SENTENCES), 2)
    sentences[1] = vectors[1]
    asked = prepare_clauses(CLAUSES, vectors, RARITY, NONE)
    answers = answer_clauses(asked, SENTENCES, sentences, NONE)
    assert [each.clause for each in answers] == list(CLAUSES)
    assert answers[1].verdict is ClauseVerdict.MET
    assert answers[1].evidence == SENTENCES[1]
    assert answers[1].similarity >= MET


def test_what_nothing_shows_is_not_mentioned_and_quotes_nothing() -> None:
    sentences = -np.repeat(_unit(1, 3), len(SENTENCES), axis=0)
    asked = prepare_clauses(CLAUSES, np.repeat(_unit(1, 3), len(CLAUSES), axis=0), {}, NONE)
    for each in answer_clauses(asked, SENTENCES, sentences, NONE):
        assert each.verdict is ClauseVerdict.NOT_MENTIONED
        assert each.evidence is None
        assert 0 <= each.similarity < MET


def test_a_document_without_sentences_mentions_nothing() -> None:
    asked = prepare_clauses(CLAUSES, _unit(len(CLAUSES), 1), RARITY, NONE)
    answers = answer_clauses(asked, (), np.zeros((0, 8), np.float32), NONE)
    assert [(each.verdict, each.similarity) for each in answers] == [(ClauseVerdict.NOT_MENTIONED, 0.0)] * len(CLAUSES)


def test_a_latin_word_inside_a_longer_one_is_not_found() -> None:
    assert answer._places("石墨烯graphene", "ph") == []
    assert answer._places("ph值与ph计", "ph") == [0, 4]
    assert answer._places("皮渣皮渣", "皮渣") == [0, 2]


def test_vectors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors"):
        prepare_clauses(CLAUSES, _unit(1, 1), RARITY, NONE)
    asked = prepare_clauses(CLAUSES, _unit(len(CLAUSES), 1), RARITY, NONE)
    with pytest.raises(ValueError, match="vectors"):
        answer_clauses(asked, SENTENCES, _unit(1, 1), NONE)


def test_the_background_is_that_of_pairs_of_different_records(hashing_encoder) -> None:
    records = [[f"{what}{part}检测" for part in "进出上下左右前后"] for what in "风水火土金木"]
    background = measure_background(hashing_encoder, records)
    vectors = hashing_encoder.encode([text for record in records for text in record])
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    every = range(len(centred))
    cosines = [float(centred[a] @ centred[b]) for a in every for b in every if a // 8 != b // 8]
    assert background.mean == pytest.approx(np.mean(cosines), abs=1e-5)
    assert background.deviation == pytest.approx(np.std(cosines), abs=1e-5)


@pytest.mark.parametrize("records", [[], [["题"] * (MIN_TEXTS - 1), ["文"][:0]], [["题"] * MIN_TEXTS]])
def test_too_few_reference_texts_are_refused(hashing_encoder, records: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="sentences of several records"):
        measure_background(hashing_encoder, records)


def test_the_built_in_model_tells_related_from_unrelated(encoder) -> None:
    lines = (PROJECT_ROOT / "seed_data" / "achievements.jsonl").read_text("utf-8").splitlines()[:60]
    records = [document_sentences(row["title"], row["summary"])[:3] for row in map(json.loads, lines)]
    background = measure_background(encoder, [[each.encoded for each in record] for record in records])
    clauses = split_clauses("番茄皮渣连续脱水设备", "")
    related = document_sentences("一种番茄皮渣连续脱水装置及方法", "")
    unrelated = document_sentences("高速公路隧道照明调光控制", "")
    asked = prepare_clauses(
        clauses,
        encoder.encode([each.encoded for each in clauses]),
        dict.fromkeys(clause_terms(clauses), 5.0),
        background,
    )
    near, far = (
        answer_clauses(asked, side, encoder.encode([each.encoded for each in side]), background)[0]
        for side in (related, unrelated)
    )
    assert near.verdict is ClauseVerdict.MET
    assert far.verdict is ClauseVerdict.NOT_MENTIONED
    assert far.similarity < 0.2 < near.similarity
