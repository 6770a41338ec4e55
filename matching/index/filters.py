"""Filters over facets, as values: compared, hashed and handed to any engine.

A document passes `Eq` when its facet has that value, or holds it among several; a facet that the
document lacks never passes `Eq`, `In` or `Range`. `ID_FACET` names the document's own id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Scalar = str | int | float | bool
ID_FACET = "id"


@dataclass(frozen=True, slots=True)
class Eq:
    """The facet has this value."""

    facet: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class In:
    """The facet has one of these values."""

    facet: str
    values: frozenset[Scalar]


@dataclass(frozen=True, slots=True)
class Range:
    """The numeric facet lies between two bounds, both included; None leaves a side open."""

    facet: str
    gte: float | None = None
    lte: float | None = None


@dataclass(frozen=True, slots=True)
class And:
    """All of these hold; of an empty tuple, everything passes."""

    filters: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The filter does not hold."""

    filter: "Filter"


Filter = Eq | In | Range | And | Not


class FacetKind(StrEnum):
    """Kinds of facets: words compare for equality, numbers for order too."""

    WORD = "word"
    NUMBER = "number"


FacetSchema = Mapping[str, FacetKind]
