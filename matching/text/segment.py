"""Split Chinese text into terms for the lexical index.

One segmenter serves documents and queries. Its `id` names the dictionary, the stop list and the
library: an index built by another one is rebuilt, as terms would silently fail to meet.
"""

import hashlib
import importlib.metadata
import logging
import re
from functools import cache
from importlib.resources import files

import jieba

from matching.text.normalise import normalise

# Raise it when another kind of term is derived, so that stored terms are derived anew.
TERMS_REVISION = b"2"

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9][a-z0-9.+\-]*")
# jieba's time for characters it has no word for grows with the square of an unbroken run: 80,000
# equal characters took 15 s. Nobody writes 500 characters without a mark.
_ENDLESS = re.compile(r"[\w+#&.%\-]{500}")
_WORD = re.compile(r"[\w\u0370-\u03ff]")
_TERMS = files("matching.text").joinpath("terms.txt")
_STOP = files("matching.text").joinpath("stopwords.txt")


class Segmenter:
    """jieba in search mode, with the domain dictionary and the stop list of boilerplate.

    jieba was measured against jieba-next and rjieba; see `tests/benchmarks/README.md`.
    """

    def __init__(self) -> None:
        terms, stop = _TERMS.read_bytes(), _STOP.read_bytes()
        self.stop_words = frozenset(stop.decode().split())
        digest = hashlib.sha256(b"\0".join((terms, stop, TERMS_REVISION))).hexdigest()[:12]
        self.id = f"jieba-{importlib.metadata.version('jieba')}-search-{digest}"
        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        for line in terms.decode().splitlines():
            word, frequency, tag = line.split()
            # As written in simplified texts, and as a text in the other writing is normalised.
            for form in {word.lower(), normalise(word).lower()}:
                least = self._tokenizer.suggest_freq(form)
                self._tokenizer.add_word(form, max(int(frequency), least), tag)

    def terms(self, normalised: str) -> list[str]:
        """Return the terms of a normalised text, lower-case, in order, without stop words."""
        return [
            term
            for term in self._tokenizer.cut_for_search(break_endless_runs(normalised.lower()))
            if term not in self.stop_words and _WORD.search(term)
        ]

    def words(self, text: str) -> list[str]:
        """Return a text cut into words of the dictionary and single characters, none left out."""
        return list(self._tokenizer.cut(text, HMM=False))

    def frequency(self, word: str) -> int:
        """Return how often the dictionary saw a word; 0 for one that it does not know."""
        return int(self._tokenizer.FREQ.get(word) or 0)


def break_endless_runs(text: str) -> str:
    """Return the text with a line break after each 500 characters that no mark interrupts."""
    return _ENDLESS.sub(r"\g<0>\n", text)


def bigrams(normalised: str) -> list[str]:
    """Return overlapping pairs of Chinese characters, and Latin words whole.

    They meet where two segmentations differ, and in titles that lost single characters.
    """
    grams: list[str] = []
    for run in _HAN_RUN.findall(normalised.lower()):
        if run[0] < "\u3400" or len(run) == 1:
            grams.append(run)
        else:
            grams.extend(run[at : at + 2] for at in range(len(run) - 1))
    return grams


def characters(normalised: str) -> list[str]:
    """Return the Chinese characters one by one, and Latin words whole.

    They still meet where a title says 锂电 and another 锂离子电池.
    """
    return [part for run in _HAN_RUN.findall(normalised.lower()) for part in ((run,) if run[0] < "\u3400" else run)]


@cache
def default_segmenter() -> Segmenter:
    """Return the segmenter of this process; building one costs about a second."""
    return Segmenter()
