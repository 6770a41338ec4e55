"""A record as a row of a platform's table, by the columns that a person set."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.channels.fields import CODE, CONSTANT, CONTACT_LINE, SEPARATOR, Values

# In a table of words: what every other word becomes, and what stands where there is none.
OTHERS, NOTHING = "*", ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the platform's table.

    Attributes:
        target: what the platform calls it.
        source: of `fields.SOURCES` or `fields.GIVEN`.
        values: our word to the platform's; "*" for all others, "" for where there is none.
        required: a row without it is not sent.
    """

    target: str
    source: str
    constant: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a record in the order of the columns, and what hinders sending them, in Chinese."""

    cells: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]

    @property
    def hash(self) -> str:
        """What tells whether the row is the one that was sent."""
        return hashlib.sha256(json.dumps(self.cells, ensure_ascii=True).encode()).hexdigest()


def columns_of(stored: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return a channel's columns."""
    return [Column(**each) for each in stored]


def row_of(values: Values, columns: Sequence[Column], code: str, contact_line: str, left_out: Sequence[str]) -> Row:
    """Write a record's values as a row; sources that are left out are as if they were empty."""
    given: Values = {CODE: (code,), CONTACT_LINE: (contact_line,) if contact_line else ()}
    cells, problems = [], []
    for column in columns:
        words = (column.constant,) if column.source == CONSTANT else given.get(column.source)
        if words is None:
            words = () if column.source in left_out else values.get(column.source, ())
        text, unknown = _translated(words, column.values)
        if unknown:
            named = "、".join(f"“{word}”" for word in unknown[:3])
            problems.append(f"“{column.target}”：{named}没有对应词")
        elif column.required and not text:
            problems.append(f"“{column.target}”必填，这条记录没有")
        cells.append((column.target, text))
    return Row(tuple(cells), tuple(problems))


def _translated(words: tuple[str, ...], table: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the cell, and the words that the table lacks."""
    if not table:
        return SEPARATOR.join(words), []
    if not words:
        return table.get(NOTHING, ""), []
    # A table that only says what stands for nothing lets all words through.
    listed = set(table) - {NOTHING}
    unknown = [word for word in words if listed and word not in table and OTHERS not in table]
    found = (table.get(word, table.get(OTHERS, word)) for word in words)
    return SEPARATOR.join(dict.fromkeys(text for text in found if text)), unknown
