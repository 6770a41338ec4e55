"""The weight file: read whole or refused with a reason."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from matching.errors import WeightsError
from matching.ranking.features import COSINES_TO_BODY, Feature
from matching.ranking.weights import SHIPPED as SHIPPED_FILE
from matching.ranking.weights import dump_weights, load_weights

SHIPPED: dict[str, Any] = json.loads(files("matching.ranking").joinpath(SHIPPED_FILE).read_text("utf-8"))
LACKING = {feature: weight for feature, weight in SHIPPED["weights"].items() if feature != Feature.BODY_BODY_TERMS}


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "weights.json"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_file_weighs_every_feature_and_none_negatively() -> None:
    weights = load_weights()
    assert weights.version == "fusion-2"
    assert set(weights.weights) == set(Feature)
    assert min(weights.weights.values()) >= 0
    assert 0 < weights.title_share < 1
    assert 0 < weights.suitable < 1
    for thresholds in (weights.title_thresholds, weights.body_thresholds):
        assert all(slope > 0 for slope, _ in thresholds)
        assert [offset for _, offset in thresholds] == sorted((offset for _, offset in thresholds), reverse=True)


def test_a_file_given_by_path_is_read(tmp_path: Path) -> None:
    changed = {**SHIPPED, "version": "refitted", "suitable": 0.5}
    weights = load_weights(_written(tmp_path, json.dumps(changed)))
    assert (weights.version, weights.suitable) == ("refitted", 0.5)
    assert weights.weights == load_weights().weights


@pytest.mark.parametrize(
    "change",
    [
        {"format": 1},
        {"weights": LACKING},
        {"weights": {**SHIPPED["weights"], Feature.BODY_BODY_TERMS: "多"}},
        {"weights": None},
        {"weights": []},
        {"title_share": "half"},
        {"title_bias": None},
        {"suitable": []},
        {"thresholds": {"title": SHIPPED["thresholds"]["title"]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": [[1, 2], [1, 2]]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": [[1, 2], [1, 2], [1]]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": 3}},
        {"suitable": float("nan")},
        {"weights": {**SHIPPED["weights"], Feature.TITLE_TITLE_TERMS: float("inf")}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_file_with_a_wrong_part_is_refused(tmp_path: Path, change: dict) -> None:
    with pytest.raises(WeightsError, match=r"weights\.json"):
        load_weights(_written(tmp_path, json.dumps({**SHIPPED, **change})))


@pytest.mark.parametrize("key", [key for key in SHIPPED if key != "provenance"])
def test_a_file_that_lacks_a_part_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(WeightsError):
        load_weights(_written(tmp_path, json.dumps({name: part for name, part in SHIPPED.items() if name != key})))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '"x"'])
def test_what_is_no_weight_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(WeightsError):
        load_weights(_written(tmp_path, text))


def test_what_is_written_is_read_back_with_where_it_came_from(tmp_path: Path) -> None:
    learnt = replace(load_weights(), version="learnt-7", suitable=0.4, title_thresholds=((1, 2), (1, 1), (1.5, 0)))
    text = dump_weights(learnt, {"pairs": 12, "method": "岭回归"})
    assert load_weights(_written(tmp_path, text)) == learnt
    assert json.loads(text)["provenance"] == {"pairs": 12, "method": "岭回归"}


def test_the_shipped_file_says_what_it_was_learnt_from() -> None:
    provenance = SHIPPED["provenance"]
    for part, queries in (("titles", 110), ("bodies", 40)):
        assert provenance[part]["queries"] == queries
        assert provenance[part]["pairs"] > 600
        for measure in ("ndcg_at_10", "grade_score", "ece"):
            mean, deviation = provenance[part][measure]
            assert 0 <= deviation < 0.01 < mean < 1
    assert provenance["date"]


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.json"):
        load_weights(tmp_path / "none.json")


def test_titles_alone_decide_without_a_body_and_share_with_it() -> None:
    weights = load_weights()
    to_body = {*COSINES_TO_BODY, Feature.TITLE_BODY_TERMS, Feature.BODY_BODY_TERMS}
    for feature, weight in weights.weights.items():
        share = 1 - weights.title_share if feature in to_body else weights.title_share
        assert weights.effective(feature, has_body=True) == pytest.approx(weight * share)
        assert weights.effective(feature, has_body=False) == (0 if feature in to_body else weight)
    assert weights.bias(has_body=False) == weights.title_bias
    assert weights.bias(has_body=True) == pytest.approx(
        weights.title_share * weights.title_bias + (1 - weights.title_share) * weights.body_bias
    )
