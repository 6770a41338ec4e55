"""The named signals between a query and a document, before they are weighed."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from matching.embedding.scale import CosineScale
from matching.index.protocols import DenseIndex, LexicalClause, LexicalIndex
from matching.text.analysis import LexicalField, lexical_terms
from matching.types import Document, DocumentVectors, Floats, Query


class Feature(StrEnum):
    """Signals; the first word is the query's side, the second the document's.

    Cosines are standardised by the model's own scale, lexical ones are the root of the covered share
    of the query's weight. No feature looks at the other candidates: neither a filter nor a hidden record
    can move it.
    """

    TITLE_TITLE_COSINE = "title_title_cosine"
    BODY_TITLE_COSINE = "body_title_cosine"
    TITLE_TITLE_TERMS = "title_title_terms"
    BODY_TITLE_TERMS = "body_title_terms"
    TITLE_TITLE_BIGRAMS = "title_title_bigrams"
    TITLE_BODY_COSINE = "title_body_cosine"
    BODY_BODY_COSINE = "body_body_cosine"
    TITLE_BODY_TERMS = "title_body_terms"
    BODY_BODY_TERMS = "body_body_terms"


COSINES_TO_TITLE = (Feature.TITLE_TITLE_COSINE, Feature.BODY_TITLE_COSINE)
COSINES_TO_BODY = (Feature.TITLE_BODY_COSINE, Feature.BODY_BODY_COSINE)
LEXICAL = (
    (Feature.TITLE_TITLE_TERMS, LexicalField.TITLE),
    (Feature.BODY_TITLE_TERMS, LexicalField.TITLE),
    (Feature.TITLE_TITLE_BIGRAMS, LexicalField.TITLE_BIGRAMS),
    (Feature.TITLE_BODY_TERMS, LexicalField.BODY),
    (Feature.BODY_BODY_TERMS, LexicalField.BODY),
)


def query_vectors(vectors: DocumentVectors) -> Floats:
    """Return (2, d): the query's title, and the mean direction of its passages.

    A query without passages counts with its title twice.
    """
    if not len(vectors.passages):
        return np.stack([vectors.title, vectors.title])
    mean = vectors.passages.mean(axis=0)
    return np.stack([vectors.title, mean / max(float(np.linalg.norm(mean)), 1e-12)]).astype(np.float32)


def lexical_clauses(query: Query, weights: dict[Feature, float]) -> list[LexicalClause]:
    """Return the clauses of `LEXICAL`, in its order. A query without a body counts its title twice."""
    terms = lexical_terms(Document("", query.title, query.body))
    title, body = tuple(terms[LexicalField.TITLE]), tuple(terms[LexicalField.BODY])
    of = {
        Feature.TITLE_TITLE_TERMS: title,
        Feature.BODY_TITLE_TERMS: body or title,
        Feature.TITLE_TITLE_BIGRAMS: tuple(terms[LexicalField.TITLE_BIGRAMS]),
        Feature.TITLE_BODY_TERMS: title,
        Feature.BODY_BODY_TERMS: body or title,
    }
    return [LexicalClause(field, of[feature], weights[feature]) for feature, field in LEXICAL]


def lexical_features(
    index: LexicalIndex, clauses: Sequence[LexicalClause], ids: Sequence[str]
) -> dict[Feature, Floats]:
    """Return the root of the covered share, (n,) in 0..1, of each clause of `lexical_clauses`.

    The root, because the first shared term says more than the tenth.
    """
    covered = np.sqrt(index.coverage(clauses, ids))
    return {feature: covered[at] for at, (feature, _) in enumerate(LEXICAL)}


def cosine_features(
    titles: DenseIndex, passages: DenseIndex, vectors: Floats, ids: Sequence[str], scale: CosineScale
) -> dict[Feature, Floats]:
    """Return the standardised cosines, (n,) each; `vectors` as `query_vectors` makes them.

    NaN where a document has no such vector: not encoded yet, or without a body.
    """
    to_title = scale.standardise_titles(titles.similarities(vectors, ids))
    to_body = scale.standardise_bodies(passages.similarities(vectors, ids))
    return {
        **dict(zip(COSINES_TO_TITLE, to_title, strict=True)),
        **dict(zip(COSINES_TO_BODY, to_body, strict=True)),
    }
