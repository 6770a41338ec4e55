"""What of a record is compared piece by piece: clauses of the demand side, sentences of the other."""

from functools import lru_cache

from matching.clauses.answer import prepare_clauses
from matching.clauses.background import ClauseBackground
from matching.clauses.document import document_sentences
from matching.clauses.evidence import PreparedClauses
from matching.clauses.query import split_clauses
from matching.clauses.types import Clause, Sentence
from matching.types import Document, Floats

# Needs whose clauses are kept: cutting one takes about a millisecond. Some 5 kB each.
CLAUSES_KEPT = 1024


def clauses_of(document: Document) -> tuple[Clause, ...]:
    """Return what a record asks for, kept: an answer needs it up to three times, and a page shows the same needs."""
    return _clauses(document.title, document.body, document.indicators)


@lru_cache(CLAUSES_KEPT)
def _clauses(title: str, body: str, indicators: str) -> tuple[Clause, ...]:
    return split_clauses(title, body, indicators)


def sentences_of(document: Document) -> tuple[Sentence, ...]:
    """Return what can be quoted of a record in answer."""
    return document_sentences(document.title, document.body, document.indicators, document.keywords)


def pieces_of(document: Document, *, is_demand: bool) -> tuple[Clause, ...] | tuple[Sentence, ...]:
    """Return the pieces of a record whose vectors are stored."""
    return clauses_of(document) if is_demand else sentences_of(document)


def prepared_clauses(document: Document, vectors: Floats, background: ClauseBackground) -> PreparedClauses:
    """Return a record's clauses ready to be compared with documents."""
    return prepare_clauses(clauses_of(document), vectors, background)
