"""The parts of a running application, each found by its type."""

from collections.abc import Iterable
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

Part = TypeVar("Part")


class Parts:
    """What routes and commands call.

    A noun names the parts that it uses by their types, so it need not know how they are put together:
    only `app.services` does, above all nouns.
    """

    def __init__(self, parts: Iterable[object]) -> None:
        self._parts = {type(part): part for part in parts}

    def __getitem__(self, kind: type[Part]) -> Part:
        """Return the part of a type. Raises KeyError where there is none."""
        return cast(Part, self._parts[kind])


async def _parts(request: Request) -> Parts:  # a plain function would take a thread
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]
