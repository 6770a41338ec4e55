"""Say what a group is about, in words that its documents use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_TERMS = 8
TITLE_TERMS = 3
JOINT = "、"
# Beside the best term one of less than this part of its score says nothing: 控制 beside 燃料电池.
TELLING = 0.4
# A term is shared if more than this part of the members has it.
MOST = 0.5
# A title must be true of nearly all: 三元电解液 is none for a group where one makes 磷酸铁锂.
NEARLY_ALL = 0.8


@dataclass(frozen=True, slots=True)
class GroupMember:
    """What naming reads of a member: its owner, its normalised title, its weighted terms."""

    owner: str
    title: str
    terms: Mapping[str, float]


def shared_terms(members: Sequence[GroupMember], everywhere: Mapping[str, int], size: int) -> tuple[str, ...]:
    """Return at most `MAX_TERMS` terms that most members share and few others have, best first.

    A term counts its mean weight × the share of members that have it less the share of others that
    have it. Terms of one owner alone are not common. Terms that stand in a member's title go
    before all others, and are shown alone where there are any: what bodies share besides is often
    the town, the funds and the staff.

    Args:
        members: the group.
        everywhere: how many documents of the whole corpus have a term.
        size: documents of the whole corpus.
    """
    held: dict[str, list[GroupMember]] = {}
    for member in members:
        for term in member.terms:
            held.setdefault(term, []).append(member)
    several = len({member.owner for member in members}) > 1
    scores: dict[str, float] = {}
    for term, holders in held.items():
        share = len(holders) / len(members)
        gain = share - (everywhere[term] - len(holders)) / max(size - len(members), 1)
        common = share > MOST and (not several or len({each.owner for each in holders}) > 1)
        if common and gain > 0:
            scores[term] = gain * sum(member.terms[term] for member in holders) / len(holders)
    titled = {term: score for term, score in scores.items() if any(term in each.title.lower() for each in members)}
    return _longest(_telling(titled or scores))[:MAX_TERMS]


def _telling(scores: Mapping[str, float]) -> list[str]:
    least = TELLING * max(scores.values(), default=0.0)
    return sorted((term for term in scores if scores[term] >= least), key=lambda term: (-scores[term], term))


def _longest(terms: Sequence[str]) -> tuple[str, ...]:
    """Drop parts of others: search mode gives 瓦斯抽采 and 瓦斯, 抽采 too, and the longest says it all."""
    return tuple(term for term in terms if not any(term != other and term in other for other in terms))


def group_title(members: Sequence[GroupMember], terms: Sequence[str]) -> str:
    """Return the best terms as they stand in the first title that has any.

    Terms that touch or overlap there are shown as they are written, others joined by `JOINT`.

    Args:
        members: the medoid first.
        terms: what they share, best first; where it is nothing, the medoid's own terms name the group.
    """
    own = members[0].terms
    named = [term for term in terms if sum(term in each.terms for each in members) >= NEARLY_ALL * len(members)]
    best = named or terms or sorted(own, key=lambda term: (-own[term], term))
    for member in members:
        if here := [term for term in best if term in member.title.lower()][:TITLE_TERMS]:
            return JOINT.join(_extracts(member.title, here))
    return JOINT.join(best[:TITLE_TERMS])


def _extracts(title: str, terms: Sequence[str]) -> list[str]:
    """Return where terms stand in the title first, overlapping ones as one."""
    lowered = title.lower()
    if len(lowered) != len(title):  # a few capitals grow when lowered
        title = lowered
    marks = [" "] * len(title)
    for term in terms:
        at = lowered.index(term)
        marks[at : at + len(term)] = "x" * len(term)
    return [title[found.start() : found.end()] for found in re.finditer("x+", "".join(marks))]
