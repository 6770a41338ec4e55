"""Which clauses say most of a match, where there is no room for all."""

from collections.abc import Sequence
from typing import NamedTuple

from app.matches.schemas import ClauseOut

MOST = 3


class Telling(NamedTuple):
    """The most telling clauses, in the order of the need, and how many others have each verdict."""

    clauses: list[ClauseOut]
    met: int
    not_met: int
    not_mentioned: int

    @property
    def rest(self) -> str:
        """Say how many others there are; empty where there are none."""
        counts = {"满足": self.met, "不满足": self.not_met, "未提及": self.not_mentioned}
        told = "、".join(f"{count} 条{verdict}" for verdict, count in counts.items() if count)
        return f"另有 {told}" if told and self.clauses else told


def most_telling(clauses: Sequence[ClauseOut], most: int = MOST) -> Telling:
    """Choose clauses that are answered: first those whose numbers are compared, then the surest."""
    answered = [at for at, each in enumerate(clauses) if each.verdict != "not_mentioned"]
    ranked = sorted(answered, key=lambda at: (not _compares(clauses[at]), -clauses[at].similarity))
    others = [clauses[at] for at in ranked[most:]]
    return Telling(
        [clauses[at] for at in sorted(ranked[:most])],
        sum(each.verdict == "met" for each in others),
        sum(each.verdict == "not_met" for each in others),
        len(clauses) - len(answered),
    )


def _compares(clause: ClauseOut) -> bool:
    return any(each.offered is not None for each in clause.indicators)
