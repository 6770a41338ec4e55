"""Versioned ranking weights: a file, not code, so that they can be refitted and compared."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from matching.errors import WeightsError
from matching.ranking.features import OF_TITLES, Feature

# 1 knew no overlap of characters and no share of titles, 2 no vectors of whole texts.
FORMAT = 3
SHIPPED = "weights/fusion-3.json"

Thresholds = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How features become a score and a score becomes grades.

    Attributes:
        version: names the file; part of nothing that is stored with records.
        titles: weights for documents without a body, of the features in `OF_TITLES` alone.
        bodies: weights for documents with a body, of every feature.
        title_bias, body_bias: the constants beside them.
        title_thresholds, body_thresholds: for documents without and with a body, for grades 2, 3
            and 4, the slope and offset of P(grade ≥ g) = 1 / (1 + exp(-(slope · score + offset))).
        suitable: a result list whose best P(grade ≥ 2) is lower holds nothing suitable.
    """

    version: str
    titles: Mapping[Feature, float]
    bodies: Mapping[Feature, float]
    title_bias: float
    body_bias: float
    title_thresholds: Thresholds
    body_thresholds: Thresholds
    suitable: float

    def effective(self, feature: Feature, *, has_body: bool) -> float:
        """Return the weight of a feature in the score of a document with or without a body."""
        return self.bodies[feature] if has_body else self.titles.get(feature, 0.0)

    def bias(self, *, has_body: bool) -> float:
        """Return the constant of the score of a document with or without a body."""
        return self.body_bias if has_body else self.title_bias


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
            titles={feature: _finite(data["titles"][feature]) for feature in Feature if feature in OF_TITLES},
            bodies={feature: _finite(data["bodies"][feature]) for feature in Feature},
            title_bias=_finite(data["title_bias"]),
            body_bias=_finite(data["body_bias"]),
            title_thresholds=_thresholds(data["thresholds"]["title"]),
            body_thresholds=_thresholds(data["thresholds"]["body"]),
            suitable=_finite(data["suitable"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{source}: {error}") from error


def dump_weights(weights: FusionWeights, provenance: Mapping[str, object]) -> str:
    """Return a weight file as text; `provenance` says what it was learnt from and how well it did."""
    data = {
        "format": FORMAT,
        "version": weights.version,
        "titles": {str(feature): weight for feature, weight in weights.titles.items()},
        "bodies": {str(feature): weight for feature, weight in weights.bodies.items()},
        "title_bias": weights.title_bias,
        "body_bias": weights.body_bias,
        "thresholds": {"title": weights.title_thresholds, "body": weights.body_thresholds},
        "suitable": weights.suitable,
        "provenance": provenance,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _thresholds(pairs: list[list[float]]) -> Thresholds:
    two, three, four = ((_finite(slope), _finite(offset)) for slope, offset in pairs)
    return two, three, four


def _finite(value: float) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value} is no finite number")
    return number
