"""Graded pairs with the features between them: what weights are learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.evaluation.qrels import HIGHEST, LOWEST, Qrels
from matching.matcher import Matcher
from matching.ranking.features import Basis, Feature
from matching.types import Query

Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Examples:
    """n graded pairs of a query and a document.

    Attributes:
        queries: (n,) the id of each pair's query; pairs of one query are never split in validation.
        documents: (n,) ids; they name a pair, and nothing is learnt from them.
        features: (n,) each; absent ones are 0.
        bases: (n,) the basis that the document is scored by: each basis is learnt apart.
        grades: (n,) 1..4; means of several judgements may lie between.
        shares: (n,) how much each pair counts in learning; 1 where all count alike.
    """

    queries: npt.NDArray[np.str_]
    documents: npt.NDArray[np.str_]
    features: Mapping[Feature, Doubles]
    bases: npt.NDArray[np.str_]
    grades: Doubles
    shares: Doubles

    def __post_init__(self) -> None:
        """Refuse columns of different lengths, grades out of range and what is no number."""
        columns = (self.documents, self.bases, self.grades, self.shares, *self.features.values())
        if any(len(column) != len(self.queries) for column in columns):
            raise ValueError("the columns of examples differ in length")
        if not set(self.bases.tolist()) <= set(Basis):
            raise ValueError("a document is scored by what is no basis")
        numbers = (self.grades, self.shares, *self.features.values())
        if not all(np.isfinite(column).all() for column in numbers):
            raise ValueError("a feature or a grade is no finite number")
        if (self.shares < 0).any():
            raise ValueError("a share is negative")
        if len(self.grades) and not (self.grades.min() >= LOWEST and self.grades.max() <= HIGHEST):
            raise ValueError(f"a grade is outside {LOWEST}..{HIGHEST}")

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.queries)

    def by_basis(self) -> dict[Basis, Bools]:
        """Return, by basis, (n,) which pairs are scored by it."""
        return {basis: self.bases == basis for basis in Basis}

    def where(self, chosen: Bools) -> "Examples":
        """Return the pairs for which `chosen`, (n,), is true."""
        features = {name: values[chosen] for name, values in self.features.items()}
        return Examples(
            self.queries[chosen],
            self.documents[chosen],
            features,
            self.bases[chosen],
            self.grades[chosen],
            self.shares[chosen],
        )


def join_examples(parts: Sequence[Examples], *, evenly: bool = False) -> Examples:
    """Return the pairs of several collections; their query ids must differ.

    Args:
        parts: the collections.
        evenly: each counts as much as any other, so that a large one does not drown the rest; otherwise
            each pair counts as it did.
    """
    mean = sum(len(part) for part in parts) / max(len(parts), 1)
    factors = [mean / part.shares.sum() if evenly and len(part) else 1.0 for part in parts]
    return Examples(
        np.concatenate([part.queries for part in parts]),
        np.concatenate([part.documents for part in parts]),
        {name: np.concatenate([part.features[name] for part in parts]) for name in Feature},
        np.concatenate([part.bases for part in parts]),
        np.concatenate([part.grades for part in parts]),
        np.concatenate([part.shares * factor for part, factor in zip(parts, factors, strict=True)]),
    )


def collect_examples(matcher: Matcher, queries: Mapping[str, Query], qrels: Qrels) -> Examples:
    """Measure the features of judged pairs.

    Args:
        matcher: holds the judged documents, and the corpus that statistics come from.
        queries: by id; those that `qrels` does not know are left out.
        qrels: grades by query and document; documents that the matcher lacks are left out.
    """
    ids: list[str] = []
    documents: list[str] = []
    grades: list[float] = []
    bases: list[str] = []
    columns: dict[Feature, list[float]] = {feature: [] for feature in Feature}
    for id in (id for id in queries if id in qrels):
        measured = matcher.features(queries[id], list(qrels[id]))
        ids.extend([id] * len(measured.ids))
        documents.extend(measured.ids)
        grades.extend(qrels[id][document] for document in measured.ids)
        bases.extend(measured.bases)
        nothing = np.zeros(len(measured.ids), np.float32)
        for feature, column in columns.items():
            column.extend(measured.values.get(feature, nothing).tolist())
    return Examples(
        np.asarray(ids, np.str_),
        np.asarray(documents, np.str_),
        {feature: np.asarray(column, np.float64) for feature, column in columns.items()},
        np.asarray(bases, np.str_),
        np.asarray(grades, np.float64),
        np.ones(len(grades)),
    )
