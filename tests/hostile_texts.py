"""Texts made to bring slow readers down: the tests read them, the benchmarks see how the time grows."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import ITIMER_REAL, SIGALRM, setitimer, signal
from types import FrameType

NUMBERS = {
    "digits": "1" * 100_000,
    "ranges": "1~" * 50_000,
    "dashes": "1-" * 50_000,
    "strokes": "1/" * 50_000,
    "products": "1×" * 50_000,
    "versions": "1." * 50_000,
    "ratios": "1 : " * 25_000,
    "thousands": "111," * 25_000,
    "brackets": "(" * 100_000,
    "words": "A-1" * 33_000,
    "units": "1" + "m·" * 50_000,
    "numerals": "十" * 100_000,
    "verbs": ("达到" * 20 + "需要求" * 13 + "5%") * 1_200,
    "verbs before a name": ("达到" * 19 + "率≥5%，") * 3,
    "joints": ("效率" + "和" * 37 + "5%") * 2_400,
    "respectively": ("A、" * 19 + "分别1%") * 2_400,
    "blanks": "5 " * 50_000,
    "below zero": "零下5" * 33_000,
}


@contextmanager
def no_hanging(seconds: float = 60) -> Iterator[None]:
    """Fail what hangs; this says nothing about speed, which the benchmarks measure.

    Raises:
        TimeoutError: seconds are over.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal(SIGALRM, stop)
    setitimer(ITIMER_REAL, seconds)
    try:
        yield
    finally:
        setitimer(ITIMER_REAL, 0)
        signal(SIGALRM, before)
