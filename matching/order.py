"""How documents are put in order."""

from collections.abc import Sequence


def best_first(ids: Sequence[str], *scores: Sequence[float]) -> list[int]:
    """Return the positions of n documents, highest score first.

    Args:
        ids: n, different.
        scores: n each, higher is better. Equal first scores are ordered by the second, and so on; documents
            that are equal in all by id, never by the order in which they came: a file of judgements may be
            sorted by grade.
    """
    keys = list(zip(*([-score for score in each] for each in scores), ids, strict=True))
    return sorted(range(len(ids)), key=keys.__getitem__)
