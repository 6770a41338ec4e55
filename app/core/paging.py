"""Lists that are read part by part."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")


def page_of(rows: Sequence[Row], limit: int, place: Callable[[Row], object]) -> tuple[list[Row], str | None]:
    """Return a page of rows that were read one beyond the limit, and where the next page begins.

    Args:
        place: of a row, after which the next page is read; nothing follows where there are no more rows.
    """
    return list(rows[:limit]), str(place(rows[limit - 1])) if len(rows) > limit else None
