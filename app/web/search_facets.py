"""What a search is narrowed by, in the words of people: choices with their counts, and chips of what is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.codes.industries import division_names
from app.kinds.industries import with_ancestors
from app.kinds.visibility import RecordFilter
from app.matches.listing import Listing
from app.models import RecordKind
from app.web.vocabulary import TRL

FACETS = {
    "industry": "行业",
    "chain": "产业链",
    "district": "县区",
    "maturity": "成熟度",
    "cooperation": "合作方式",
    "organisation": "单位",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow by, as people call it; `below` holds divisions of an industry's section."""

    value: str
    name: str
    count: int
    chosen: bool = False
    below: tuple["Choice", ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """Values of one kind."""

    field: str
    name: str
    choices: list[Choice]


def facets_of(
    target: RecordKind, filters: RecordFilter, counted: Mapping[str, Sequence[tuple[str, int]]]
) -> list[Facet]:
    """Return the choices of each facet that has any."""
    facets = []
    for field, counts in counted.items():
        chosen = getattr(filters, field)
        choices = [Choice(value, _named(target, field, value), count, value == str(chosen)) for value, count in counts]
        if field == "industry":
            choices = _nested(choices)
        if choices:
            facets.append(Facet(field, FACETS[field], choices))
    return facets


def _nested(choices: list[Choice]) -> list[Choice]:
    """Return the sections of industries, each with its divisions."""
    divisions = [each for each in choices if not each.value.isalpha()]
    return [
        replace(section, below=tuple(each for each in divisions if section.value in with_ancestors([each.value])))
        for section in choices
        if section.value.isalpha()
    ]


def chips_of(target: RecordKind, filters: RecordFilter, found: Listing | None = None) -> list[tuple[str, str]]:
    """Return what a search is narrowed by: field, and how people say it.

    Args:
        found: by the search, where an organisation's name is read; without it, it stays an organisation.
    """
    return [
        (field, f"{name}：{_named(target, field, str(value), found)}")
        for field, name in FACETS.items()
        if (value := getattr(filters, field)) is not None
    ]


def _named(target: RecordKind, field: str, value: str, found: Listing | None = None) -> str:
    if field == "industry":
        return division_names().get(value, value)
    if field == "maturity":
        level = TRL.get(int(value), value)
        return f"要求不高于 {level}" if target is RecordKind.NEEDS else f"不低于 {level}"
    if field == "organisation":
        owners = (each.record.organisation for each in (found.results if found else ()))
        return next((owner.name for owner in owners if owner), "指定的一家")
    return value
