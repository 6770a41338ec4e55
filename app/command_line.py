"""What all commands share: opening the installation, failing clearly, printing for programs."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from app.core.database import Database
from app.core.errors import AppError, InvalidInput
from app.core.logging import configure_logging
from app.core.migrations import migrate
from app.core.parts import Parts
from app.core.problems import field_errors
from app.core.settings import Settings
from app.core.terminal import err
from app.search.gateway import Gateway

Body = TypeVar("Body", bound=BaseModel)
Json = Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象，供程序读取")]


# How the parts are put together: known above all nouns, whose commands stand below.
_put_together: list[Callable[[Settings], Parts]] = []


def put_together_by(build: Callable[[Settings], Parts]) -> None:
    """Say how commands get the parts of the application."""
    _put_together[:] = [build]


@contextmanager
def failing_clearly(as_json: bool) -> Iterator[None]:
    """Turn errors of ours into a Chinese line and exit code 1."""
    try:
        yield
    except AppError as error:
        if as_json:
            print_json({"error": {"code": error.code, "detail": error.detail}})
        err.print(f"[red]{error.title}[/]：{error.detail}", markup=True)
        raise typer.Exit(1) from error


@contextmanager
def opened(as_json: bool, *, index: bool = True, engine: bool = True) -> Iterator[Parts]:
    """Open database, model and index for one command.

    Args:
        index: False leaves the index alone, for commands that only write records.
        engine: False leaves the model alone too, for commands that touch no record.
    """
    with failing_clearly(as_json):
        settings = Settings()
        configure_logging("WARNING")
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        parts = _put_together[0](settings)
        try:
            migrate(parts[Database])
            if engine:
                parts[Gateway].open(index=index)
            yield parts
        finally:
            parts[Gateway].close()
            parts[Database].close()


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def validated(schema: type[Body], fields: dict[str, Any]) -> Body:
    """Return a body as the HTTP contract checks it. Raises InvalidInput."""
    try:
        return schema.model_validate(fields)
    except ValidationError as error:
        errors = tuple(field_errors(error.errors()))
        raise InvalidInput("；".join(f"{each.field}：{each.message}" for each in errors), errors) from error
