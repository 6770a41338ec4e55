"""Scores put together: exact, so that whoever adds them up again comes to the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol

from app.models import ExpertKind

_PLACES = Decimal("0.01")


class Weighed(Protocol):
    """What is scored from 0 to `maximum`, and counts by `weight` of 100."""

    id: str
    weight: int
    maximum: int


@dataclass(frozen=True, slots=True)
class KindTally:
    """The counted ballots of a kind of expert, and their mean out of 100; None without any."""

    kind: ExpertKind
    ballots: int
    mean: Fraction | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Every kind's ballots; `overall` is the mean of the kinds' means, None while a kind has no ballot."""

    kinds: tuple[KindTally, ...]
    overall: Fraction | None

    @property
    def missing(self) -> list[ExpertKind]:
        """The kinds of which no ballot counts."""
        return [each.kind for each in self.kinds if each.mean is None]


def total(criteria: Iterable[Weighed], scores: Mapping[str, int]) -> Fraction:
    """Return the weighed sum of a score sheet, out of 100."""
    return sum((Fraction(each.weight * scores[each.id], each.maximum) for each in criteria), Fraction())


def fits(criteria: Iterable[Weighed], scores: Mapping[str, int] | None) -> bool:
    """Say whether a score sheet is about these very criteria: after a second round they may be others."""
    return scores is not None and set(scores) == {each.id for each in criteria}


def tally(criteria: Sequence[Weighed], ballots: Iterable[tuple[ExpertKind, Mapping[str, int]]]) -> Tally:
    """Return what counted ballots come to: a kind of many experts weighs no more than one of few."""
    totals: dict[ExpertKind, list[Fraction]] = {kind: [] for kind in ExpertKind}
    for kind, scores in ballots:
        totals[kind].append(total(criteria, scores))
    kinds = tuple(
        KindTally(kind, len(found), sum(found, Fraction()) / len(found) if found else None)
        for kind, found in totals.items()
    )
    means = [each.mean for each in kinds if each.mean is not None]
    return Tally(kinds, sum(means, Fraction()) / len(means) if len(means) == len(kinds) else None)


def ranked(totals: Mapping[str, Fraction]) -> dict[str, int]:
    """Return the rank of each by its total, 1 for the highest; equals share a rank."""
    return {id: 1 + sum(other > own for other in totals.values()) for id, own in totals.items()}


def shown(value: Fraction | None) -> Decimal | None:
    """Return a total as it is shown: two places, halves up."""
    if value is None:
        return None
    hundredths = Decimal((value * 100 + Fraction(1, 2)).__floor__())
    return (hundredths * _PLACES).quantize(_PLACES, ROUND_HALF_UP)
