"""The named features between a query and a document, before they are weighed."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from matching.embedding.scale import CosineScale
from matching.index.protocols import DenseIndex, LexicalClause, LexicalIndex
from matching.text.analysis import LexicalField, query_terms
from matching.text.normalise import normalise
from matching.text.segment import characters
from matching.types import DocumentVectors, Floats, Query


class Feature(StrEnum):
    """Features; the first word is the query's side, the second the document's.

    A text is title and body together, a body is without the title. Cosines of vectors are
    standardised by the model's own scale; terms and bigrams are the root of the covered share of the
    query's weight; characters are a cosine of characters weighed by idf; the share is that of the
    document's weight which the query covers. Terms of the query's title in a body count up to `FEW`,
    what lies above is the excess, in 0..1, and the less of it the more alike texts or titles are; of a
    query that is a title alone they count by their number: one whole, of n the nth part. No
    feature looks at the other candidates: neither a filter nor a hidden record can move it.
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
    TITLE_BODY_EXCESS = "title_body_excess"
    BODY_BODY_TERMS = "body_body_terms"


class Basis(StrEnum):
    """What a document is scored by; each has weights and grades of its own."""

    BODIES = "bodies"
    # The query has no body: a need that is nothing but its name, or a few words that were typed.
    BRIEF = "brief"
    # It has no body.
    TITLES = "titles"
    # It, or the query, has no vectors yet.
    WORDS = "words"


COSINES_TO_TITLE = (Feature.TITLE_TITLE_COSINE, Feature.TEXT_TITLE_COSINE)
COSINES_TO_TEXT = (Feature.TITLE_TEXT_COSINE, Feature.TEXT_TEXT_COSINE)
LEXICAL = (
    (Feature.TITLE_TITLE_TERMS, LexicalField.TITLE),
    (Feature.BODY_TITLE_TERMS, LexicalField.TITLE),
    (Feature.TITLE_TITLE_BIGRAMS, LexicalField.TITLE_BIGRAMS),
    (Feature.TITLE_BODY_TERMS, LexicalField.BODY),
    (Feature.BODY_BODY_TERMS, LexicalField.BODY),
)
# Which features each basis weighs. Of a text with a body the two cosines to the whole of it and the words of
# the query's title say all that the others say: leaving those out changes no measure (README, Figures).
WEIGHED: Mapping[Basis, tuple[Feature, ...]] = {
    Basis.BODIES: (*COSINES_TO_TEXT, Feature.TITLE_BODY_TERMS, Feature.TITLE_BODY_EXCESS),
    Basis.BRIEF: (Feature.TEXT_TEXT_COSINE, Feature.TITLE_BODY_TERMS, Feature.TITLE_TITLE_CHARACTERS),
    Basis.TITLES: tuple(feature for feature in Feature if feature.split("_")[1] == "title"),
    Basis.WORDS: tuple(each for each in Feature if "cosine" not in each and each != Feature.TITLE_BODY_EXCESS),
}
# More of it lowers a score; more of any other feature never does.
ADVERSE = frozenset({Feature.TITLE_BODY_EXCESS})
# The root of the covered share of the query's title up to which words speak for a document, and where
# the excess is whole: texts that repeat a title without answering it cover as much. These and `FADES` were
# chosen on the sources that the weights are learnt from.
FEW, MANY = 0.2, 0.6
# Up to where the excess counts whole, and from where it counts for nothing: texts so near to one another say the
# same, whatever their words, and a need may be named like the achievement that its author has in mind.
FADES: Mapping[Feature, tuple[float, float]] = {
    Feature.TEXT_TEXT_COSINE: (4.0, 7.0),
    Feature.TITLE_TITLE_CHARACTERS: (0.5, 0.8),
}


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
    terms = query_terms(query.title, query.body)
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

    The root, because the first shared term says more than the tenth. That of the query's title in a
    body is the whole root here: `shaped` parts it.
    """
    covered = np.sqrt(index.coverage(clauses, ids))
    return {feature: covered[at] for at, (feature, _) in enumerate(LEXICAL)}


def shaped(
    features: Mapping[Feature, Floats], clauses: Sequence[LexicalClause], *, brief: bool
) -> dict[Feature, Floats]:
    """Return the features as they are weighed: the covered root of the query's title is split.

    Args:
        features: as the other functions return them.
        clauses: as `lexical_clauses` returns them.
        brief: the query has no body.
    """
    covered = features[Feature.TITLE_BODY_TERMS]
    if brief:
        asked = clauses[[feature for feature, _ in LEXICAL].index(Feature.TITLE_BODY_TERMS)]
        return {**features, **_looked_up(features, len(asked.terms))}
    excess = (np.clip(covered, FEW, MANY) - FEW) / (MANY - FEW)
    for feature, (near, same) in FADES.items():
        alike = np.nan_to_num(features.get(feature, np.zeros_like(covered)))
        excess = excess * np.clip((same - alike) / (same - near), 0.0, 1.0)
    return {**features, Feature.TITLE_BODY_TERMS: np.minimum(covered, FEW), Feature.TITLE_BODY_EXCESS: excess}


def _looked_up(features: Mapping[Feature, Floats], words: int) -> dict[Feature, Floats]:
    """Return what a query of so many words and no body is looked up by, where meaning is weighed beside it.

    There is nothing else in it to be answered, hence no excess. A word alone counts whole: whoever types it
    wants what holds it. Of n words their share counts by the nth part, for a longer title is read by its
    meaning. Of characters counts what makes titles the same.
    """
    covered, characters = features[Feature.TITLE_BODY_TERMS], features[Feature.TITLE_TITLE_CHARACTERS]
    meant = ~np.isnan(features.get(Feature.TEXT_TEXT_COSINE, np.full_like(covered, np.nan)))
    alike, same = FADES[Feature.TITLE_TITLE_CHARACTERS]
    return {
        Feature.TITLE_BODY_TERMS: np.where(meant, covered / max(words, 1), covered),
        Feature.TITLE_BODY_EXCESS: np.zeros_like(covered),
        Feature.TITLE_TITLE_CHARACTERS: np.where(
            meant, np.clip((characters - alike) / (same - alike), 0.0, 1.0), characters
        ),
    }


def nearness(features: Mapping[Feature, Floats]) -> Floats:
    """Return (n,) how much documents have to do with a query at all, whatever their rank.

    A ranking asks which document is best, and the best of nothing is still the best. The cosine of
    both texts, with a little for words in common, tells 45 of 50 needs of fields that the seed data
    lacks from all but one of the 26 with a strong counterpart there; the score of the best tells 31.
    """
    near: Floats = features[Feature.TEXT_TEXT_COSINE] + 2 * features[Feature.BODY_BODY_TERMS]
    return near


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

    NaN where a document has no such vector: not encoded yet, or with a body, whose first passage
    begins with the title.
    """
    to_title = scale.standardise_titles(titles.similarities(vectors, ids), vectors)
    to_body = scale.standardise_bodies(passages.similarities(vectors, ids), vectors)
    return {
        **dict(zip(COSINES_TO_TITLE, to_title, strict=True)),
        **dict(zip(COSINES_TO_TEXT, to_body, strict=True)),
    }
