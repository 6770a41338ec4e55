"""What became of a record, in words: the names of its fields, and their values as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.achievements.schemas import AchievementIn, AchievementOut
from app.models import RecordKind
from app.needs.schemas import NeedIn, NeedOut
from app.web.vocabulary import WORDS

_BODIES: Mapping[RecordKind, tuple[type[BaseModel], ...]] = {
    RecordKind.ACHIEVEMENTS: (AchievementOut, AchievementIn),
    RecordKind.NEEDS: (NeedOut, NeedIn),
}
# Told by the line itself, or an id that means nothing to people.
_UNTOLD = {"version", "organisation_id", "round_id"}
_CHOICES = {"status", "visibility", "need_class", "origin"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A step in a record's history."""

    version: int | None
    action: str
    changed_at: datetime
    changed_by: str
    role: str
    changes: list[FieldChange]


def field_names(kind: RecordKind) -> dict[str, str]:
    """Return what the fields of a kind of record are called, by their names in the contract."""
    return {name: field.title for body in _BODIES[kind] for name, field in body.model_fields.items() if field.title} | {
        "organisation": "单位"
    }


def shown_history(kind: RecordKind, versions: Sequence[Mapping[str, Any]]) -> list[VersionShown]:
    """Return the versions of a record with their changes in words."""
    names = field_names(kind)
    return [
        VersionShown(
            each["version"],
            each["action"],
            each["changed_at"],
            each["changed_by"],
            each["role"],
            _changes(names, each["before"], each["after"] or {}),
        )
        for each in versions
    ]


def _changes(names: Mapping[str, str], before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[FieldChange]:
    if before is None:  # a new record: all of it is on the page
        return []
    return [
        FieldChange(names.get(field, field), _words(field, before.get(field)), _words(field, value))
        for field, value in after.items()
        if field not in _UNTOLD
    ]


def _words(field: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in _CHOICES:
        return WORDS[field].get(value, str(value))
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "；".join(f"{name}：{each}" for name, each in value.items())
    return str(value)
