"""Say why a document was found, in words of the record itself."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matching.index.protocols import LexicalIndex
from matching.text.analysis import LexicalField, query_terms
from matching.text.normalise import normalise
from matching.text.segment import default_segmenter
from matching.text.sentences import split_sentences
from matching.types import Document, Evidence, Explanation, Query, SharedTerm

MAX_TERMS = 8
# Shown are words of two characters and more: numbers and single characters tell a reader nothing.
_TELLING = re.compile(r"[^\W\d_]{2}")
# Documents kept as they are explained, some 4 kB each beside their terms: pages of 200 needs.
DOCUMENTS_KEPT = 4096
# Sentences whose terms are kept, some 1 kB each: segmenting those of 20 documents takes 20 ms.
SENTENCES_KEPT = 16_384
# A sentence that covers less of the query than this shows nothing; better no evidence than that.
MIN_COVERAGE = 0.005
# The query's title states what it is about: its terms count double.
TITLE_BONUS = 2.0


@dataclass(frozen=True, slots=True)
class _Read:
    """A document as it is explained: field, text and terms of each sentence, and the terms that may be shown."""

    sentences: tuple[tuple[str, str, tuple[str, ...]], ...]
    telling: frozenset[str]


def query_term_weights(query: Query, index: LexicalIndex) -> dict[str, float]:
    """Return the query's terms with their share of its weight; the shares add up to 1."""
    terms = query_terms(query.title, query.body)
    every = (*terms[LexicalField.TITLE], *terms[LexicalField.BODY])
    idf = index.weights(LexicalField.BODY, every)
    title = set(terms[LexicalField.TITLE])
    raw = {term: weight * (TITLE_BONUS if term in title else 1.0) for term, weight in idf.items()}
    total = sum(raw.values()) or 1.0
    return {term: weight / total for term, weight in raw.items()}


def telling_term_weights(query: Query, index: LexicalIndex) -> dict[str, float]:
    """Return those of `query_term_weights` that a reader can do something with: words, the longest of each."""
    weights = query_term_weights(query, index)
    return {term: weights[term] for term in _longest([term for term in weights if _TELLING.search(term)])}


def explain(document: Document, weights: Mapping[str, float]) -> Explanation:
    """Explain a match.

    Args:
        document: the record as its author wrote it; what is quoted is quoted from here.
        weights: as `query_term_weights` returns them.
    """
    read = _read(document.title, document.body, document.indicators, document.keywords)
    shared = sorted((term for term in weights if term in read.telling), key=lambda term: (-weights[term], term))
    # Search mode gives 瓦斯抽采 and 瓦斯, 抽采 too: show the longest alone.
    shown = _longest(shared)
    return Explanation(
        terms=tuple(SharedTerm(term, round(weights[term], 4)) for term in shown[:MAX_TERMS]),
        evidence=_best_sentence(read.sentences, weights),
    )


def _longest(terms: Sequence[str]) -> list[str]:
    """Return the different terms that stand in no other one, in their order."""
    others = "\n".join(terms)
    return [term for term in terms if others.count(term) == 1]


def _best_sentence(
    sentences: Sequence[tuple[str, str, tuple[str, ...]]], weights: Mapping[str, float]
) -> Evidence | None:
    best: Evidence | None = None
    for name, sentence, terms in sentences:
        coverage = sum(weights.get(term, 0.0) for term in terms)
        if coverage >= MIN_COVERAGE and (best is None or coverage > best.coverage):
            best = Evidence(sentence, name, round(coverage, 4))
    return best


@lru_cache(DOCUMENTS_KEPT)
def _read(title: str, body: str, indicators: str, keywords: str) -> _Read:
    sentences = tuple(
        (name, sentence, _terms(sentence))
        for name, text in (("body", body), ("indicators", indicators))
        for sentence in split_sentences(text)
    )
    own = {*_terms(title), *_terms(keywords)}
    own.update(*(terms for _, _, terms in sentences))
    # Only what stands in the record verbatim: 奈米 is found as 纳米, but is not shown as such.
    written = "\n".join((title, body, indicators, keywords)).lower()
    return _Read(sentences, frozenset(term for term in own if term in written and _TELLING.search(term)))


@lru_cache(SENTENCES_KEPT)
def _terms(text: str) -> tuple[str, ...]:
    """Return the different terms of a text; interned, as sentences share them: 4.6 kB each become 1.4 at most."""
    return tuple(map(sys.intern, dict.fromkeys(default_segmenter().terms(normalise(text)))))
