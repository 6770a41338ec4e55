"""The weight file: read whole or refused with a reason."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from matching.errors import WeightsError
from matching.ranking.features import ADVERSE, WEIGHED, Basis, Feature
from matching.ranking.weights import SHIPPED as SHIPPED_FILE
from matching.ranking.weights import dump_weights, load_weights

SHIPPED: dict[str, Any] = json.loads(files("matching.ranking").joinpath(SHIPPED_FILE).read_text("utf-8"))
BASES = SHIPPED["bases"]
WORDS = BASES["words"]


def _with(**changes: Any) -> dict[str, Any]:
    """Return the bases with something else in that of words."""
    return {"bases": {**BASES, "words": {**WORDS, **changes}}}


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "weights.json"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_file_weighs_the_features_of_each_basis_with_the_signs_that_they_must_have() -> None:
    weights = load_weights()
    assert weights.version == "fusion-4"
    for basis in Basis:
        each = weights.bases[basis]
        assert 0 < each.suitable < 1
        assert tuple(each.weights) == WEIGHED[basis]
        assert all(weight <= 0 if feature in ADVERSE else weight >= 0 for feature, weight in each.weights.items())
        assert all(slope > 0 for slope, _ in each.thresholds)
        offsets = [offset for _, offset in each.thresholds]
        assert offsets == sorted(offsets, reverse=True)


def test_a_file_given_by_path_is_read(tmp_path: Path) -> None:
    changed = {**SHIPPED, "version": "refitted", "near": 0.5}
    weights = load_weights(_written(tmp_path, json.dumps(changed)))
    assert (weights.version, weights.near) == ("refitted", 0.5)
    assert weights.bases == load_weights().bases


@pytest.mark.parametrize(
    "change",
    [
        {"format": 1},
        {"format": 2},
        {"format": 3},
        {"bases": None},
        {"bases": []},
        {"bases": {"bodies": BASES["bodies"], "titles": BASES["titles"]}},
        {"bases": {**BASES, "words": {"weights": WORDS["weights"]}}},
        _with(weights={name: weight for name, weight in WORDS["weights"].items() if name != "body_body_terms"}),
        _with(weights={**WORDS["weights"], "body_body_terms": "多"}),
        _with(weights={**WORDS["weights"], "body_body_terms": float("inf")}),
        _with(weights={}),
        _with(thresholds=[[1, 2], [1, 2]]),
        _with(thresholds=[[1, 2], [1, 2], [1]]),
        _with(thresholds=3),
        _with(suitable=[]),
        _with(suitable=float("nan")),
        {"bases": {basis: each for basis, each in BASES.items() if basis != "brief"}},
        {"near": None},
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
    shipped = load_weights()
    titles = replace(shipped.bases[Basis.TITLES], thresholds=((1, 2), (1, 1), (1.5, 0)), suitable=0.4)
    learnt = replace(shipped, version="learnt-7", near=2.5, bases={**shipped.bases, Basis.TITLES: titles})
    text = dump_weights(learnt, {"pairs": 12, "method": "岭回归"})
    assert load_weights(_written(tmp_path, text)) == learnt
    assert json.loads(text)["provenance"] == {"pairs": 12, "method": "岭回归"}


def test_the_shipped_file_says_what_it_was_learnt_from() -> None:
    provenance = SHIPPED["provenance"]
    needs = {"judged": 80, "training": 200, "twins": 200, "seed": 40, "titles": 110}
    needs |= {"judged, titles alone": 80, "seed, titles alone": 40}
    assert {name: source["needs"] for name, source in provenance["sources"].items()} == needs
    for source in provenance["sources"].values():
        assert source["pairs"] > 600
        for measure in ("ndcg_at_10", "wrong_pairs", "grade_score", "ece"):
            mean, deviation = source[measure]
            assert 0 <= deviation < 0.01 < mean < 1
    assert provenance["date"]


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.json"):
        load_weights(tmp_path / "none.json")


@pytest.mark.parametrize("basis", Basis)
def test_what_a_basis_does_not_weigh_weighs_nothing(basis: Basis) -> None:
    weights = load_weights()
    for feature in Feature:
        assert weights.effective(feature, basis) == weights.bases[basis].weights.get(feature, 0.0)
    assert weights.effective(Feature.TITLE_BODY_EXCESS, Basis.WORDS) == 0
