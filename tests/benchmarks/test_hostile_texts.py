"""How the time of reading a hostile text grows with its length: a quadratic way takes four times as long for two."""

import time
from collections.abc import Callable

import pytest

from matching.clauses.document import document_sentences
from matching.clauses.query import split_clauses
from matching.indicators.reader import read_indicators
from tests.hostile_texts import NUMBERS

MOST_GROWTH = 3.0
LEAST_SECONDS = 0.02
"""Below this the clock and the tables' first use are measured, not the text."""


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS.keys())
@pytest.mark.parametrize(
    "reader",
    [read_indicators, lambda text: (split_clauses("", text), document_sentences("", text))],
    ids=["numbers", "cuts"],
)
def test_time_grows_with_the_length_alone(reader: Callable[[str], object], text: str) -> None:
    reader(text)
    once, twice = (min(_seconds(reader, text * times) for _ in range(3)) for times in (1, 2))
    print(f"\n{once * 1e3:.0f} ms, twice as long {twice * 1e3:.0f} ms")
    assert twice < max(once, LEAST_SECONDS) * MOST_GROWTH


def _seconds(reader: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    reader(text)
    return time.thread_time() - started
