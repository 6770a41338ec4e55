"""The nouns of all kinds: the second table that a new kind has an entry in."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, get_args, get_origin

from app.achievements.noun import NOUN as ACHIEVEMENT
from app.models import RecordKind
from app.needs.noun import NOUN as NEED
from app.records.noun import HINTS, NAMES, Noun

NOUNS: Mapping[RecordKind, Noun] = {
    RecordKind.ACHIEVEMENTS: ACHIEVEMENT,
    RecordKind.NEEDS: NEED,
}


def field_name(kind: RecordKind, field: str) -> str:
    """Return what people call a field that columns may go to."""
    return {**NAMES, **NOUNS[kind].names}[field]


def hint(kind: RecordKind, field: str) -> str:
    """Return how a field is filled in; empty where that goes without saying."""
    return {**HINTS, **NOUNS[kind].hints}.get(field, "")


@cache
def list_fields(kind: RecordKind) -> frozenset[str]:
    """Return the fields that hold several words."""
    return frozenset(name for name, type in _types(kind) if get_origin(type) is list)


@cache
def day_fields(kind: RecordKind) -> frozenset[str]:
    """Return the fields that hold a day."""
    return frozenset(name for name, type in _types(kind) if date in (type, *get_args(type)))


def _types(kind: RecordKind) -> Iterator[tuple[str, Any]]:
    noun = NOUNS[kind]
    return ((name, field.annotation) for name, field in noun.body.model_fields.items() if name in noun.headers)
