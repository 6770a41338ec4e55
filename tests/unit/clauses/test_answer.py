"""Answers quote the sentence that a plain computation finds best."""

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.settings import PROJECT_ROOT
from matching.clauses.answer import MET, TECHNIQUE_COUNTS, answer_clauses, prepare_clauses, similarities
from matching.clauses.background import MIN_TEXTS, ClauseBackground, measure_background
from matching.clauses.document import document_sentences
from matching.clauses.evidence import holds, letter_shares, nearness
from matching.clauses.query import split_clauses
from matching.clauses.types import Clause, ClauseAnswer, Field
from matching.indicators.types import DemandVerdict
from matching.types import Floats

NONE = ClauseBackground(np.zeros(8, np.float32), 0.0, 0.1)
CLAUSES = split_clauses("番茄皮渣脱水", "需要采用机械挤压，降低皮渣含水率，pH调节")
SENTENCES = document_sentences("挤压脱水机", "皮渣经机械挤压脱水。石墨烯graphene涂层。", "含水率65%")
SURE = 0.9


def _unit(rows: int, seed: int) -> Floats:
    vectors = np.random.default_rng(seed).normal(size=(rows, 8)).astype(np.float32)
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_answers_are_those_of_a_plain_computation(seed: int, relevance: float) -> None:
    background = ClauseBackground(_unit(1, seed + 2)[0] * 0.3, 0.05, 0.2)
    clauses, sentences = _unit(len(CLAUSES), seed), _unit(len(SENTENCES), seed + 1)
    asked = prepare_clauses(CLAUSES, clauses, background)
    answers = answer_clauses(asked, SENTENCES, sentences, background, relevance)
    centred = [row / np.linalg.norm(row) for row in sentences - background.centre]
    own = [row / np.linalg.norm(row) for row in clauses - background.centre]
    cosines = np.array([[(a @ b - 0.05) / 0.2 for b in centred] for a in own])
    for row, (clause, found) in enumerate(zip(CLAUSES, answers, strict=True)):
        letters = _letters(clause.encoded)
        near = []
        for column, sentence in enumerate(SENTENCES):
            shared = len(letters & _letters(sentence.encoded)) / len(letters)
            long = min(len(sentence.encoded), 40) / 40
            near.append(cosines[row, column] - 0.5 * cosines[:, column].mean() + 4.3 * shared + 3 * long)
        technique = clause.encoded.removeprefix("采用")
        naming = [column for column, sentence in enumerate(SENTENCES) if technique in sentence.encoded]
        named = technique != clause.encoded and relevance >= TECHNIQUE_COUNTS and naming != []
        at = naming[0] if named else int(np.argmax(near))
        odds = min(max(relevance, 0.01), 0.99)
        raised = 0.230 * near[at] - 2.6
        raised += 0.673 * math.log(odds / (1 - odds))
        sure = 1 / (1 + math.exp(-raised))
        unmeant = clause.field is Field.TITLE and cosines[row, at] < 4.25
        if unmeant or _other(clause, letters, _letters(SENTENCES[at].encoded)):
            sure = min(sure, 0.49)
        if named:
            sure = max(sure, 0.5)
        assert found.nearest == SENTENCES[at]
        assert found.nearness == pytest.approx(near[at], abs=1e-4)
        assert found.similarity == pytest.approx(sure, abs=2e-4)
        assert (found.verdict is DemandVerdict.MET) == (found.similarity >= MET)


def _other(clause: Clause, letters: set[str], quoted: set[str]) -> bool:
    everywhere = set().union(*(_letters(sentence.encoded) for sentence in SENTENCES))
    if len(letters & everywhere) / len(letters) < 0.35:
        return True
    title = set() if clause.field is Field.TITLE else _letters(CLAUSES[0].encoded)
    beyond = letters - title
    subject = len(letters & title & quoted) / len(letters) >= 0.3
    return bool(subject and beyond and len(beyond & quoted) / len(beyond) <= 0.2)


def _letters(text: str) -> set[str]:
    return set(re.findall(r"[\u3400-\u9fff]|[a-z]{2,}", text.lower()))


def test_the_nearest_sentence_is_quoted_where_it_shows_the_clause() -> None:
    vectors = _unit(len(CLAUSES), 1)
    sentences = _unit(len(SENTENCES), 2)
    sentences[1] = vectors[1]
    asked = prepare_clauses(CLAUSES, vectors, NONE)
    answers = answer_clauses(asked, SENTENCES, sentences, NONE, SURE)
    assert [each.clause for each in answers] == list(CLAUSES)
    assert answers[1].verdict is DemandVerdict.MET
    assert answers[1].evidence == SENTENCES[1]
    assert answers[1].similarity >= MET


def test_what_nothing_shows_is_not_mentioned_and_quotes_nothing() -> None:
    sentences = -np.repeat(_unit(1, 3), len(SENTENCES), axis=0)
    asked = prepare_clauses(CLAUSES, np.repeat(_unit(1, 3), len(CLAUSES), axis=0), NONE)
    for each in answer_clauses(asked, SENTENCES, sentences, NONE, TECHNIQUE_COUNTS - 0.01):
        assert each.verdict is DemandVerdict.NOT_MENTIONED
        assert each.evidence is None
        assert 0 <= each.similarity < MET


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_surer_the_document_the_surer_each_answer(one: float, other: float) -> None:
    near = np.full(3, 5, np.float32)
    less, more = sorted((one, other))
    assert (similarities(near, less) <= similarities(near, more)).all()
    assert (similarities(near, 0.0) < similarities(near, 1.0)).all()


def test_a_sentence_that_is_like_every_clause_shows_none_of_them() -> None:
    asked = prepare_clauses(CLAUSES, _unit(len(CLAUSES), 1), NONE)
    standard = np.zeros((len(CLAUSES), len(SENTENCES)), np.float32)
    held = holds(asked.letters, SENTENCES)
    before = nearness(asked, SENTENCES, held, standard)
    standard[:, 0] += 2.0
    assert (nearness(asked, SENTENCES, held, standard) - before)[:, 0] == pytest.approx(1.0)


def _nearest_possible(title: str, body: str, offered: str, relevance: float = SURE) -> dict[str, ClauseAnswer]:
    """Return the answers where every vector is the same, so that only words can speak against a clause."""
    clauses, sentences = split_clauses(title, body), document_sentences("", offered)
    background = ClauseBackground(np.zeros(8, np.float32), 0.0, 0.05)
    asked = prepare_clauses(clauses, np.repeat(_unit(1, 1), len(clauses), axis=0), background)
    vectors = np.repeat(_unit(1, 1), len(sentences), axis=0)
    answers = answer_clauses(asked, sentences, vectors, background, relevance)
    return {each.clause.text: each for each in answers}


def test_a_clause_of_which_the_document_names_hardly_anything_is_not_met() -> None:
    body = "解决筒仓卸料口结拱堵塞"
    offered = "粮食水分在线测量仪采用微波谐振腔，读数每秒刷新"
    assert _nearest_possible("粮食烘干", body, offered)[body].verdict is DemandVerdict.NOT_MENTIONED
    said = f"{offered}。破拱装置使筒仓卸料口不再堵塞"
    assert _nearest_possible("粮食烘干", body, said)[body].verdict is DemandVerdict.MET


def test_the_words_of_the_title_alone_meet_no_clause_of_the_body() -> None:
    title, body = "螺杆空压机改造", "解决螺杆空压机低负荷喘振难题"
    only = _nearest_possible(title, body, "螺杆空压机余热回收控制器及其安装")
    assert only[body].verdict is DemandVerdict.NOT_MENTIONED
    assert only[body].similarity < MET
    assert only[title].verdict is DemandVerdict.MET
    beyond = _nearest_possible(title, body, "螺杆空压机在低负荷下不再喘振")
    assert beyond[body].verdict is DemandVerdict.MET


def test_a_title_is_met_by_what_means_it_and_not_by_its_words() -> None:
    (clause,) = split_clauses("空压机站房降噪", "")
    sentences = document_sentences("", "空压机站房降噪方面的余热回收与站房配电")
    background = ClauseBackground(np.zeros(8, np.float32), 0.0, 0.1)
    vectors = np.eye(8, dtype=np.float32)[:1]
    for cosine, verdict in ((0.43, DemandVerdict.MET), (0.42, DemandVerdict.NOT_MENTIONED)):
        asked = prepare_clauses([clause], vectors, background)
        offered = np.zeros((1, 8), np.float32)
        offered[0, :2] = cosine, math.sqrt(1 - cosine**2)
        assert answer_clauses(asked, sentences, offered, background, 0.99)[0].verdict is verdict


def test_a_technique_asked_for_by_name_is_met_where_it_is_named() -> None:
    clauses = split_clauses("大棚管理", "需要采用声发射技术")
    sentences = document_sentences("大棚巡检", "大棚框架的裂纹由声发射探头听出。手机可以查看。")
    opposite = -np.repeat(_unit(1, 1), len(sentences), axis=0)
    asked = prepare_clauses(clauses, np.repeat(_unit(1, 1), len(clauses), axis=0), NONE)
    met = answer_clauses(asked, sentences, opposite, NONE, TECHNIQUE_COUNTS)[-1]
    assert (met.verdict, met.evidence) == (DemandVerdict.MET, sentences[1])
    unlike = answer_clauses(asked, sentences, opposite, NONE, TECHNIQUE_COUNTS - 0.01)[-1]
    assert unlike.verdict is DemandVerdict.NOT_MENTIONED


def test_letters_are_chinese_characters_and_whole_latin_words() -> None:
    letters, shares = letter_shares(["ph与graphene膜膜", "膜 1 a", ""])
    assert letters == ("graphene", "ph", "与", "膜")
    assert shares.tolist() == [[0.25] * 4, [0, 0, 0, 1], [0] * 4]


def test_a_document_without_sentences_mentions_nothing() -> None:
    asked = prepare_clauses(CLAUSES, _unit(len(CLAUSES), 1), NONE)
    answers = answer_clauses(asked, (), np.zeros((0, 8), np.float32), NONE, SURE)
    assert [(each.verdict, each.similarity) for each in answers] == [(DemandVerdict.NOT_MENTIONED, 0.0)] * len(CLAUSES)


def test_vectors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="vectors"):
        prepare_clauses(CLAUSES, _unit(1, 1), NONE)
    asked = prepare_clauses(CLAUSES, _unit(len(CLAUSES), 1), NONE)
    with pytest.raises(ValueError, match="vectors"):
        answer_clauses(asked, SENTENCES, _unit(1, 1), NONE, SURE)


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
    asked = prepare_clauses(clauses, encoder.encode([each.encoded for each in clauses]), background)
    near, far = (
        answer_clauses(asked, side, encoder.encode([each.encoded for each in side]), background, SURE)[0]
        for side in (related, unrelated)
    )
    assert near.verdict is DemandVerdict.MET
    assert far.verdict is DemandVerdict.NOT_MENTIONED
    assert far.similarity < 0.3 < near.similarity
