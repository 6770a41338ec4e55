"""Read the word lists that ship with a package as its `words.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

FILE = "words.toml"


@cache
def word_lists(package: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of a package by name, each in the order of the file.

    In the file a list is one string with blanks or line ends between the words.
    """
    lists = tomllib.loads(files(package).joinpath(FILE).read_text("utf-8"))
    return {name: tuple(words.split()) for name, words in lists.items()}


@cache
def alternatives(package: str) -> Mapping[str, str]:
    """Return the lists of a package by name, each as alternatives of a regular expression: `a|b`."""
    return {name: "|".join(words) for name, words in word_lists(package).items()}
