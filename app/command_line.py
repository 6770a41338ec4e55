"""What all commands share: opening the installation, failing clearly, printing for programs."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from app.core.errors import AppError
from app.core.logging import configure_logging
from app.core.migrations import migrate
from app.core.settings import Settings
from app.services import Services, build_services
from app.terminal import err

Json = Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象，供程序读取")]


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
def open_services(as_json: bool, *, index: bool = True) -> Iterator[Services]:
    """Open database, model and index for one command."""
    with failing_clearly(as_json):
        settings = Settings()
        configure_logging("WARNING")
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        services = build_services(settings)
        try:
            migrate(services.database)
            services.gateway.open(index=index)
            yield services
        finally:
            services.gateway.close()
            services.database.close()


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
