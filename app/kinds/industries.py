"""Industry codes of GB/T 4754-2017: 门类 (a letter), 大类, 中类 and 小类 (2 to 4 digits)."""

import re
from functools import lru_cache

# Sections and the divisions they hold, as the standard lists them.
_SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50), "F": (51, 52),
    "G": (53, 60), "H": (61, 62), "I": (63, 65), "J": (66, 69), "K": (70, 70), "L": (71, 72),
    "M": (73, 75), "N": (76, 79), "O": (80, 82), "P": (83, 83), "Q": (84, 85), "R": (86, 90),
    "S": (91, 96), "T": (97, 97),
}  # fmt: skip
# Codes whose ancestors are kept; the standard has 1,970.
CODES_KEPT = 4096
_CODE = re.compile(r"[A-T]|\d{2,4}")


def is_code(code: str) -> bool:
    """Say whether the code is formed as the standard's are, in a division that exists."""
    return _CODE.fullmatch(code) is not None and (code.isalpha() or _section(code) is not None)


def with_ancestors(codes: list[str]) -> list[str]:
    """Return the codes and all classes above them, so that a filter for 26 finds 2661."""
    return list(dict.fromkeys(each for code in codes for each in _line(code)))


@lru_cache(CODES_KEPT)
def _line(code: str) -> tuple[str, ...]:
    """Return a code and the classes above it."""
    section = code if code.isalpha() else _section(code)
    above = tuple(code[:length] for length in range(len(code), 1, -1))
    return above if section is None else (*above, section)


def tree_distance(one: str, other: str) -> int:
    """Return the steps between two codes in the standard's tree; sections hang from one root."""
    return len(set(_line(one)) ^ set(_line(other)))


def divisions(codes: list[str]) -> list[str]:
    """Return the 大类 of each code, and a 门类 as it is: what must be shared to be of one industry."""
    return list(dict.fromkeys(code[:2] for code in codes))


def _section(code: str) -> str | None:
    division = int(code[:2])
    return next((letter for letter, (low, high) in _SECTIONS.items() if low <= division <= high), None)
