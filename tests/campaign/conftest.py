"""A server of its own for trials that speak HTTP from outside."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.core.security import ensure_key
from app.core.settings import Settings
from app.search.encoders import EncoderLoader
from tests.serving import served

# An address, and the headers of the operator.
Served = tuple[str, dict[str, str]]


@pytest.fixture(scope="module")
def serve(application: FastAPI, load: EncoderLoader) -> Callable[[Path], AbstractContextManager[Served]]:
    """Serve an installation."""

    @contextmanager
    def serving(data: Path) -> Iterator[Served]:
        settings = Settings(data_dir=data, worker=False)
        application.state.settings, application.state.load_encoder = settings, load
        with served(application) as address:
            application.state.services.gateway.encoder  # noqa: B018  (waits until the model is loaded)
            key, _ = ensure_key(settings.key_file)
            yield address, {"Authorization": f"Bearer {key}"}

    return serving
