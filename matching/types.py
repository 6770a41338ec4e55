"""What the engine speaks of: documents with fields and facets, queries, hits and explanations.

A document may be anything that has a title and a body. Whether it is an achievement, a need, an
expert or a pilot base is known to the application alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
FacetValue = str | int | float | bool | tuple[str, ...] | None
Facets = Mapping[str, FacetValue]


class Verdict(StrEnum):
    """Whether the store holds anything worth showing."""

    MATCHED = "matched"
    NONE_SUITABLE = "none_suitable"


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable record.

    Attributes:
        id: opaque and unique within a collection.
        title, body: the two main fields, as their author wrote them.
        keywords, indicators: further text; indexed with the body.
        facets: values that filters act on.
        public: whether the record counts in corpus statistics. What a filter hides from
            somebody must not, or its terms would shift the scores that others see.
    """

    id: str
    title: str
    body: str = ""
    keywords: str = ""
    indicators: str = ""
    facets: Facets = field(default_factory=dict)
    public: bool = True


@dataclass(frozen=True, slots=True)
class DocumentVectors:
    """Encoded texts of a document: title (d,) and passages (p, d), float32, L2-normalised.

    The first passage is of title and body together; a document without a body has none.
    """

    title: Floats
    passages: Floats


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; vectors as in `DocumentVectors`, None where no encoder could be used."""

    title: str
    body: str
    vectors: DocumentVectors | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document and its score in one index; higher is better."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked document: fused score in 0..1, grade 1..4, and why.

    The grade is the highest that is more likely reached than not: the one of least expected error.
    `contributions` holds, per feature, how much it moved the score before the logistic curve;
    they add up to it. `grade_probabilities` are those of grade 1, 2, 3 and 4. `related` says that it is
    likely enough of use to be shown.
    """

    id: str
    score: float
    grade: int
    grade_probabilities: tuple[float, float, float, float]
    contributions: Mapping[str, float]
    related: bool


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Ranked matches, best first, and whether any is worth showing."""

    matches: tuple[Match, ...]
    verdict: Verdict
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A term of the query that the document has, with its share of the query's weight."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of the document that covers most of the query; quoted, never rewritten."""

    text: str
    field: str
    coverage: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document was ranked where it is."""

    terms: tuple[SharedTerm, ...]
    evidence: Evidence | None
