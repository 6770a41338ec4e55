"""Find texts that read alike, by MinHash over character trigrams.

A. Z. Broder, On the resemblance and containment of documents, 1997. 128 hash values in 16 bands of 8:
two texts whose sets of trigrams overlap by 0.85 share a band in 99 of 100 cases, by 0.5 in 6.
Candidates are compared exactly afterwards, so chance decides only what is missed.
"""

import hashlib
from functools import cache

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

from matching.text.normalise import normalise

# From this Jaccard similarity on two records are shown as alike.
ALIKE = 0.75
_HASHES = 128
_BAND = 8
_SHINGLE = 3
# Beyond this a text tells little more, and the work would grow without end.
_MOST_CHARACTERS = 4000
_SEED = 1

Sketch = npt.NDArray[np.uint64]


def trigrams(title: str, body: str) -> frozenset[str]:
    """Return the character trigrams of a record's words, whatever their widths, case and marks."""
    text = normalise(f"{title}{body}").lower()[:_MOST_CHARACTERS]
    plain = "".join(character for character in text if character.isalnum())
    return frozenset(plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1)))


def sketch(shingles: frozenset[str]) -> Sketch:
    """Return the MinHash values of a set, shape (128,), uint64."""
    minhash = _unwritten().copy()
    minhash.update_batch([shingle.encode() for shingle in shingles])
    values: Sketch = minhash.hashvalues
    return values


@cache
def _unwritten() -> MinHash:
    """Return a sketch of nothing, to be copied: drawing its permutations takes longer than a text's hashes."""
    return MinHash(num_perm=_HASHES, seed=_SEED)


def bands(values: Sketch) -> frozenset[int]:
    """Return the bands of a sketch as whole numbers of 63 bits, ready for a database."""
    return frozenset(
        int.from_bytes(
            hashlib.blake2b(values[at : at + _BAND].tobytes(), digest_size=8, key=bytes([at])).digest(), "big"
        )
        >> 1
        for at in range(0, _HASHES, _BAND)
    )


def bands_of(title: str, body: str) -> frozenset[int]:
    """Return the bands of a record's words."""
    return bands(sketch(trigrams(title, body)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets of trigrams, 0..1."""
    return len(one & other) / len(one | other)


def estimate(one: Sketch, other: Sketch) -> float:
    """Return the similarity that two sketches tell of, with a standard error of at most 0.044."""
    return float(np.mean(one == other))
