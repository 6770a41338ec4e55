"""Which clauses say most of a match, where there is no room for all."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from app.matches.schemas import ClauseOut, ExplanationOut

MOST = 3
# Shared terms that a line has room for.
_SHARED = 3
_WORDS = {"met": "满足", "not_met": "不满足", "not_mentioned": "未提及"}


class Telling(NamedTuple):
    """The most telling clauses and the others, both in the order of the need."""

    clauses: list[ClauseOut]
    others: list[ClauseOut]

    @property
    def rest(self) -> str:
        """Say how many others there are; empty where there are none."""
        found = Counter[str](each.verdict for each in self.others)
        told = "、".join(f"{found[verdict]} 条{word}" for verdict, word in _WORDS.items() if found[verdict])
        return f"另有 {told}" if told and self.clauses else told


def most_telling(clauses: Sequence[ClauseOut], most: int = MOST) -> Telling:
    """Choose clauses that are answered: first those whose numbers are compared, then the surest."""
    answered = [at for at, each in enumerate(clauses) if each.verdict != "not_mentioned"]
    chosen = sorted(answered, key=lambda at: (not _compares(clauses[at]), -clauses[at].similarity))[:most]
    return Telling(
        [clauses[at] for at in sorted(chosen)], [each for at, each in enumerate(clauses) if at not in chosen]
    )


def reason_of(explanation: ExplanationOut) -> str:
    """Say in a line why a record was found: how its clauses are answered, else the words that are shared."""
    found = Counter[str](each.verdict for each in explanation.clauses)
    told = "，".join(f"{found[verdict]} 条{word}" for verdict, word in _WORDS.items() if found[verdict])
    shared = "、".join(each.term for each in explanation.terms[:_SHARED])
    return "；".join(part for part in (told, f"共有“{shared}”" if shared else "") if part)


def _compares(clause: ClauseOut) -> bool:
    return any(each.offered is not None for each in clause.indicators)
