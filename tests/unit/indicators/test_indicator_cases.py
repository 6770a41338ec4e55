"""Precision, recall and verdicts over the hand-written cases beside this file."""

from pathlib import Path

import pytest

from tests.unit.indicators.scoring import load, score, score_verdicts

FOLDER = Path(__file__).parent
# One writer wrote both halves of the cases without seeing a rule; the held-back half lay outside the
# project until the rules were done, and was measured once: precision 0.967, recall 0.951, verdicts
# 0.967. It is no place to tune rules: new rules need new cases.
HALVES = ["", "_held_back"]


@pytest.mark.parametrize("half", HALVES)
def test_what_is_found_is_right_and_little_is_missed(half: str) -> None:
    precision, recall, misses = score(load(FOLDER / f"cases{half}.jsonl"))
    assert precision >= 0.95, misses
    assert recall >= 0.85, misses


@pytest.mark.parametrize("half", HALVES)
def test_verdicts_are_right(half: str) -> None:
    accuracy, wrong = score_verdicts(load(FOLDER / f"verdicts{half}.jsonl"))
    assert accuracy >= 0.95, wrong


def test_the_scorer_sees_what_is_missing_and_what_is_wrong() -> None:
    asked = {"quantity": "效率", "direction": "at_least", "low": 90, "high": None, "unit": "%"}
    text = "效率≥90%，噪声≤70dB。"
    assert score([{"text": text, "indicators": [asked]}])[:2] == (0.5, 1.0)
    assert score([{"text": "效率很高。", "indicators": [asked]}])[:2] == (1.0, 0.0)
    per_mille = asked | {"low": 900, "unit": "‰"}
    assert score([{"text": "效率≥90%。", "indicators": [per_mille]}])[:2] == (1.0, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "噪声"},
        {"quantity": ""},
        {"direction": "exact", "high": 90},
        {"low": 91},
        {"unit": "dB"},
        {"relative": True},
    ],
)
def test_the_scorer_forgives_nothing(wrong: dict[str, object]) -> None:
    asked = {"quantity": "效率", "direction": "at_least", "low": 90, "high": None, "unit": "%"} | wrong
    precision, recall, misses = score([{"text": "效率≥90%。", "indicators": [asked]}])
    assert (precision, recall) == (0.0, 0.0)
    assert len(misses) == 2
