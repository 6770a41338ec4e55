"""Propose what may be answered: words that part the present candidates."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

# Documents read for words that part them.
DEPTH = 30
# Two words whose documents overlap more than this ask the same question.
SAME_SPLIT = 0.5


@dataclass(frozen=True, slots=True)
class ProposedAnswer:
    """A word that parts the candidates, and the share in 0..1 of them that have it."""

    text: str
    probability: float


def propose_answers(
    candidates: Sequence[Mapping[str, float]],
    asked: Collection[str],
    *,
    words: Collection[str] | None = None,
    limit: int = 4,
) -> list[ProposedAnswer]:
    """Return words that part the present candidates most evenly, and each in another way.

    A word counts the entropy of "has it, has it not" over the candidates × its mean weight, so that
    of words that part them equally the telling one is proposed.

    Args:
        candidates: telling terms and weights of the present results, best first; `DEPTH` are read.
        asked: terms that the query already has.
        words: the only terms that may be proposed, as a list of materials for "which material?".
        limit: how many to return at most.

    Returns:
        The best first, with the share of candidates that have it. None are contained in another,
        in a term of the query, or held by nearly the same documents as a better one.
    """
    holders = _holders(candidates[:DEPTH], asked, words)
    size = min(len(candidates), DEPTH)
    value = {
        term: _entropy(len(rows) / size) * math.fsum(candidates[row][term] for row in rows) / len(rows)
        for term, rows in holders.items()
    }
    chosen: list[str] = []
    for term in sorted(value, key=lambda term: (-round(value[term], 9), term)):
        if len(chosen) < limit and all(_parts_otherwise(term, other, holders) for other in chosen):
            chosen.append(term)
    return [ProposedAnswer(term, len(holders[term]) / size) for term in chosen]


def _holders(
    candidates: Sequence[Mapping[str, float]], asked: Collection[str], words: Collection[str] | None
) -> dict[str, set[int]]:
    """Return which candidates hold each term that some, more than one and not all, do."""
    rows: dict[str, set[int]] = {}
    for row, terms in enumerate(candidates):
        for term in terms:
            if (words is None or term in words) and not any(term in other for other in asked):
                rows.setdefault(term, set()).add(row)
    parting = {term: held for term, held in rows.items() if 1 < len(held) < len(candidates)}
    alike: dict[frozenset[int], list[str]] = {}
    for term, held in parting.items():
        alike.setdefault(frozenset(held), []).append(term)
    # Search mode gives 集装箱 and 装箱 too, always together: only the whole word is a word.
    return {
        term: held
        for term, held in parting.items()
        if not any(term != other and term in other for other in alike[frozenset(held)])
    }


def _entropy(share: float) -> float:
    """Return −p·log₂ p − (1−p)·log₂ (1−p), in bits."""
    return -sum(part * math.log2(part) for part in (share, 1 - share) if part > 0)


def _parts_otherwise(term: str, other: str, holders: Mapping[str, set[int]]) -> bool:
    both, either = holders[term] & holders[other], holders[term] | holders[other]
    return term not in other and other not in term and len(both) <= SAME_SPLIT * len(either)
