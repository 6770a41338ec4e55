"""The named signals between a query and a document, before they are weighed."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from matching.embedding.scale import CosineScale
from matching.index.protocols import DenseIndex, LexicalClause, LexicalIndex
from matching.text.analysis import LexicalField, lexical_terms
from matching.text.normalise import normalise
from matching.text.segment import characters
from matching.types import Document, DocumentVectors, Floats, Query


class Feature(StrEnum):
    """Signals; the first word is the query's side, the second the document's.

    A text is title and body together, a body is without the title. Cosines of vectors are standardised by the model's own scale; terms and bigrams are the root of the
    covered share of the query's weight; characters are a cosine of characters weighed by rarity; the
    share is that of the document's weight which the query covers. No feature looks at the other
    candidates: neither a filter nor a hidden record can move it.
    """

    TITLE_TITLE_COSINE = "title_title_cosine"
    TEXT_TITLE_COSINE = "text_title_cosine"
    TITLE_TITLE_TERMS = "title_title_terms"
    BODY_TITLE_TERMS = "body_title_terms"
    TITLE_TITLE_BIGRAMS = "title_title_bigrams"
    TITLE_TITLE_CHARACTERS = "title_title_characters"
    BODY_TITLE_SHARE = "body_title_share"
    TITLE_TEXT_COSINE = "title_text_cosine"
    TEXT_TEXT_COSINE = "text_text_cosine"
    TITLE_BODY_TERMS = "title_body_terms"
    BODY_BODY_TERMS = "body_body_terms"


COSINES_TO_TITLE = (Feature.TITLE_TITLE_COSINE, Feature.TEXT_TITLE_COSINE)
COSINES_TO_TEXT = (Feature.TITLE_TEXT_COSINE, Feature.TEXT_TEXT_COSINE)
LEXICAL = (
    (Feature.TITLE_TITLE_TERMS, LexicalField.TITLE),
    (Feature.BODY_TITLE_TERMS, LexicalField.TITLE),
    (Feature.TITLE_TITLE_BIGRAMS, LexicalField.TITLE_BIGRAMS),
    (Feature.TITLE_BODY_TERMS, LexicalField.BODY),
    (Feature.BODY_BODY_TERMS, LexicalField.BODY),
)
# The features that a document without a body has: its title alone is judged.
OF_TITLES = frozenset(feature for feature in Feature if feature.split("_")[1] == "title")


def query_vectors(vectors: DocumentVectors) -> Floats:
    """Return (2, d): the query's title, and its text, the mean direction of its passages.

    Of a query without a body the title is the text.
    """
    if not len(vectors.passages):
        return np.stack([vectors.title, vectors.title])
    return np.stack([vectors.title, mean_direction(vectors.passages)]).astype(np.float32)


def mean_direction(vectors: Floats) -> Floats:
    """Return (d,), L2-normalised: where (n, d) vectors, n ≥ 1, point together."""
    mean = vectors.mean(axis=0)
    unit: Floats = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return unit


def lexical_clauses(query: Query) -> list[LexicalClause]:
    """Return the clauses of `LEXICAL`, in its order, all of one weight: what shares any of its words is a candidate.

    A query without a body counts its title twice.
    """
    terms = lexical_terms(Document("", query.title, query.body))
    title, body = tuple(terms[LexicalField.TITLE]), tuple(terms[LexicalField.BODY])
    of = {
        Feature.TITLE_TITLE_TERMS: title,
        Feature.BODY_TITLE_TERMS: body or title,
        Feature.TITLE_TITLE_BIGRAMS: tuple(terms[LexicalField.TITLE_BIGRAMS]),
        Feature.TITLE_BODY_TERMS: title,
        Feature.BODY_BODY_TERMS: body or title,
    }
    return [LexicalClause(field, of[feature], 1.0) for feature, field in LEXICAL]


def lexical_features(
    index: LexicalIndex, clauses: Sequence[LexicalClause], ids: Sequence[str]
) -> dict[Feature, Floats]:
    """Return the root of the covered share, (n,) in 0..1, of each clause of `lexical_clauses`.

    The root, because the first shared term says more than the tenth.
    """
    covered = np.sqrt(index.coverage(clauses, ids))
    return {feature: covered[at] for at, (feature, _) in enumerate(LEXICAL)}


def overlap_features(
    index: LexicalIndex, title: str, clauses: Sequence[LexicalClause], ids: Sequence[str]
) -> dict[Feature, Floats]:
    """Return the overlap of titles with the query, (n,) in 0..1 each.

    Args:
        index: corpus statistics come from its public documents.
        title: of the query.
        clauses: as `lexical_clauses` returns them.
        ids: the candidates; NaN for one that is not in the index.
    """
    by_feature = dict(zip((feature for feature, _ in LEXICAL), clauses, strict=True))
    asked = LexicalClause(LexicalField.TITLE_CHARACTERS, tuple(characters(normalise(title))), 1.0)
    return {
        Feature.TITLE_TITLE_CHARACTERS: index.cosines(asked, ids),
        Feature.BODY_TITLE_SHARE: index.shares(by_feature[Feature.BODY_TITLE_TERMS], ids),
    }


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
        **dict(zip(COSINES_TO_TEXT, to_body, strict=True)),
    }
