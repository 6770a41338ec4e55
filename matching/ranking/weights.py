"""Versioned ranking weights: a file, not code, so that they can be refitted and compared."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from matching.errors import WeightsError
from matching.ranking.features import WEIGHED, Basis, Feature

# 1 knew no overlap of characters and no share of titles, 2 no vectors of whole texts, 3 no brief queries.
FORMAT = 4
SHIPPED = "weights/fusion-4.json"

Thresholds = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class BasisWeights:
    """How features become a score and a score becomes grades, on one basis.

    Attributes:
        weights: per feature of `WEIGHED`; any other weighs nothing.
        thresholds: for grades 2, 3 and 4, the slope and offset of
            P(grade ≥ g) = 1 / (1 + exp(-(slope · score + offset))).
        suitable: a document of which P(grade ≥ 2) is lower is not worth showing; nor is a list of such.
    """

    weights: Mapping[Feature, float]
    thresholds: Thresholds
    suitable: float


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """A weight set.

    Attributes:
        version: names the file; part of nothing that is stored with records.
        bases: by what a document is scored by. Their scores differ in scale, their grades mean the same.
        near: a list of documents scored by bodies, of which none has so much `nearness`, holds
            nothing suitable either.
    """

    version: str
    bases: Mapping[Basis, BasisWeights]
    near: float

    def effective(self, feature: Feature, basis: Basis) -> float:
        """Return the weight of a feature in the score of a document."""
        return self.bases[basis].weights.get(feature, 0.0)


def load_weights(path: Path | None = None) -> FusionWeights:
    """Read a weight file; without a path, the one shipped with the package.

    Raises:
        WeightsError: the file is missing, of another format or lacks a feature.
    """
    source = path or files("matching.ranking").joinpath(SHIPPED)
    try:
        data = json.loads(source.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise WeightsError(f"{source}: format {data['format']}, expected {FORMAT}")
        return FusionWeights(
            version=data["version"],
            bases={basis: _basis(basis, data["bases"][basis]) for basis in Basis},
            near=_finite(data["near"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{source}: {error}") from error


def dump_weights(weights: FusionWeights, provenance: Mapping[str, object]) -> str:
    """Return a weight file as text; `provenance` says what it was learnt from and how well it did."""
    data = {
        "format": FORMAT,
        "version": weights.version,
        "bases": {
            str(basis): {
                "weights": {str(feature): weight for feature, weight in each.weights.items()},
                "thresholds": each.thresholds,
                "suitable": each.suitable,
            }
            for basis, each in weights.bases.items()
        },
        "near": weights.near,
        "provenance": provenance,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _basis(basis: Basis, data: dict[str, Any]) -> BasisWeights:
    two, three, four = ((_finite(slope), _finite(offset)) for slope, offset in data["thresholds"])
    weights = {feature: _finite(data["weights"][feature]) for feature in WEIGHED[basis]}
    return BasisWeights(weights, (two, three, four), _finite(data["suitable"]))


def _finite(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no finite number")
    return number
