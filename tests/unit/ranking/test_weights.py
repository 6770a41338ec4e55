"""The weight file: read whole or refused with a reason."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from matching.errors import WeightsError
from matching.ranking.features import OF_TITLES, Feature
from matching.ranking.weights import SHIPPED as SHIPPED_FILE
from matching.ranking.weights import dump_weights, load_weights

SHIPPED: dict[str, Any] = json.loads(files("matching.ranking").joinpath(SHIPPED_FILE).read_text("utf-8"))
BODIES = SHIPPED["bodies"]
LACKING = {feature: weight for feature, weight in BODIES.items() if feature != Feature.BODY_BODY_TERMS}


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "weights.json"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_file_weighs_every_feature_and_none_negatively() -> None:
    weights = load_weights()
    assert weights.version == "fusion-3"
    assert (set(weights.titles), set(weights.bodies)) == (OF_TITLES, set(Feature))
    assert min([*weights.titles.values(), *weights.bodies.values()]) >= 0
    assert 0 < weights.suitable < 1
    for thresholds in (weights.title_thresholds, weights.body_thresholds):
        assert all(slope > 0 for slope, _ in thresholds)
        assert [offset for _, offset in thresholds] == sorted((offset for _, offset in thresholds), reverse=True)


def test_a_file_given_by_path_is_read(tmp_path: Path) -> None:
    changed = {**SHIPPED, "version": "refitted", "suitable": 0.5}
    weights = load_weights(_written(tmp_path, json.dumps(changed)))
    assert (weights.version, weights.suitable) == ("refitted", 0.5)
    assert (weights.titles, weights.bodies) == (load_weights().titles, load_weights().bodies)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 1},
        {"format": 2},
        {"bodies": LACKING},
        {"bodies": {**BODIES, Feature.BODY_BODY_TERMS: "多"}},
        {"bodies": None},
        {"bodies": []},
        {"titles": {}},
        {"title_bias": None},
        {"suitable": []},
        {"thresholds": {"title": SHIPPED["thresholds"]["title"]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": [[1, 2], [1, 2]]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": [[1, 2], [1, 2], [1]]}},
        {"thresholds": {**SHIPPED["thresholds"], "body": 3}},
        {"suitable": float("nan")},
        {"titles": {**SHIPPED["titles"], Feature.TITLE_TITLE_TERMS: float("inf")}},
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


def test_a_document_without_a_body_is_weighed_by_its_title_alone() -> None:
    weights = load_weights()
    for feature in Feature:
        assert weights.effective(feature, has_body=True) == weights.bodies[feature]
        assert weights.effective(feature, has_body=False) == (weights.titles[feature] if feature in OF_TITLES else 0)
    assert (weights.bias(has_body=False), weights.bias(has_body=True)) == (weights.title_bias, weights.body_bias)
