"""Say how near a sentence is to a clause, so that the nearest can be quoted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.clauses.types import Clause, Field, Sentence
from matching.types import Floats

Booleans = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

# In deviations of the cosine. Chosen on 68 met clauses of 19 needs: of the sentences that the cosine
# alone puts first every second shows the clause, of these two of three.
# A title or a list of keywords is like all clauses alike, and shows none of them.
COMMON_WEIGHT = 0.5
# 换热件老漏老堵 and 避免漏水: different words of one root share characters before they share words.
SHARED_WEIGHT = 4.3
# A whole sentence shows more than a heading that is as like; up to `_LONG` characters.
LENGTH_WEIGHT = 3.0
_LONG = 40
# Of a clause's letters at least so many stand somewhere in a document that answers it; of a sentence
# that shares this many with the clause through the title, so many beyond the title; and a title,
# whose letters stand in all documents of its field, is met by a sentence that means it, in deviations
# of the cosine. Chosen on all these: of 91 clauses of real needs that were wrongly called met the
# three find 36, of 23 rightly 2, of the 54 of tests/golden/clause_labels.tsv rightly called so none.
NAMED = 0.35
SUBJECT = 0.30
BEYOND = 0.20
TITLE_MEANT = 4.25
_LETTER = re.compile(r"[\u3400-\u9fff]|[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class PreparedClauses:
    """The clauses of one query, ready to be asked of many documents.

    Attributes:
        vectors: (c, d) float32, centred on the background.
        letters: Chinese characters and Latin words of all clauses.
        shares: (c, t) float32, what part of a clause's letters one is; rows add up to 1 or are 0.
        subject: (c, t) float32, `shares` of the letters that the query's title holds too; 0 in
            the rows of the title's own clauses.
    """

    clauses: tuple[Clause, ...]
    vectors: Floats
    letters: tuple[str, ...]
    shares: Floats
    subject: Floats


def letter_shares(texts: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    """Return the letters of normalised texts, and (c, t) float32 what part of a text's letters each is."""
    each = [_letters(text) for text in texts]
    letters = tuple(sorted(set().union(*each)))
    shares = np.array([[letter in own for letter in letters] for own in each], np.float32)
    shares = shares.reshape(len(texts), len(letters))
    return letters, shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0)


def subject_shares(clauses: Sequence[Clause], letters: Sequence[str], shares: Floats) -> Floats:
    """Return (c, t) float32: of `letter_shares` those of letters that the title holds, for clauses of the body."""
    titles = [clause.field is Field.TITLE for clause in clauses]
    held = set().union(*(_letters(clause.encoded) for clause, title in zip(clauses, titles, strict=True) if title))
    subject = shares * np.array([letter in held for letter in letters], np.float32)
    subject[titles] = 0.0
    return subject


def nearness(asked: PreparedClauses, sentences: Sequence[Sentence], held: Floats, standard: Floats) -> Floats:
    """Return (c, s) float32: how near sentences are to clauses, unrelated ones around 3.

    Args:
        asked: the clauses.
        sentences: of one document.
        held: as `holds` returns it.
        standard: (c, s) float32, standardised cosines of both.
    """
    lengths = np.array([min(len(each.encoded), _LONG) / _LONG for each in sentences], np.float32)
    shared = asked.shares @ held
    common = COMMON_WEIGHT * standard.mean(axis=0)
    near: Floats = standard - common + SHARED_WEIGHT * shared + LENGTH_WEIGHT * lengths
    return near.astype(np.float32)


def speaks_of_other(asked: PreparedClauses, held: Floats, standard: Floats, best: Indices) -> Booleans:
    """Return (c,): whether a clause is not answered, however near its sentence.

    Either the document hardly names what the clause speaks of; or the sentence has in common with
    the clause little but the words of the query's title: both are of permanent-magnet motors then,
    and only one of starting them; or it shares words with the title without meaning the same.

    Args:
        asked: the clauses.
        held: as `holds` returns it, of one document.
        standard: (c, s) float32, standardised cosines.
        best: (c,) which sentence is nearest to each clause.
    """
    unnamed = asked.shares @ held.max(axis=1) < NAMED
    quoted = held[:, best].T
    beyond = asked.shares - asked.subject
    total, found = beyond.sum(axis=1), (beyond * quoted).sum(axis=1)
    subject = (asked.subject * quoted).sum(axis=1) >= SUBJECT
    titles = np.array([clause.field is Field.TITLE for clause in asked.clauses])
    unmeant = titles & (standard[np.arange(len(best)), best] < TITLE_MEANT)
    other: Booleans = unnamed | unmeant | (subject & (total > 0) & (found <= BEYOND * total))
    return other


def holds(letters: Sequence[str], sentences: Sequence[Sentence]) -> Floats:
    """Return (t, s) float32: 1 where a sentence holds a letter."""
    row = {letter: at for at, letter in enumerate(letters)}
    held = np.zeros((len(letters), len(sentences)), np.float32)
    for column, sentence in enumerate(sentences):
        held[[row[letter] for letter in _letters(sentence.encoded) if letter in row], column] = 1.0
    return held


def _letters(normalised: str) -> frozenset[str]:
    return frozenset(_LETTER.findall(normalised.lower()))
