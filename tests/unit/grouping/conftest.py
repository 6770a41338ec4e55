"""Small corpora with vectors of our own."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.types import Floats

Titled = tuple[str, str, Mapping[str, float]]
MakeCorpus = Callable[..., GroupingCorpus]


def unit(rows: Sequence[Sequence[float]] | Floats) -> Floats:
    """Bring rows to length one; rows of zeros stay."""
    vectors = np.asarray(rows, np.float32)
    lengths: Floats = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors / lengths


def random_corpus(count: int, seed: int, spread: float = 0.3, dimension: int = 8) -> GroupingCorpus:
    """Return documents about `count` / 4 things, two owners each."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(max(count // 4, 1), dimension))
    which = random.integers(0, len(centres), count)
    vectors = [unit(centres[which] + spread * random.normal(size=(count, dimension))) for _ in range(2)]
    terms = [
        {f"词{int(about)}": 2.0, f"词{int(other)}": 1.0}
        for about, other in zip(which, random.integers(0, len(centres), count), strict=True)
    ]
    return GroupingCorpus(
        ids=[f"{at:05}" for at in range(count)],
        owners=[f"o{at % 7}" for at in range(count)],
        titles=["、".join(each) for each in terms],
        title_vectors=vectors[0],
        body_vectors=vectors[1],
        terms=terms,
    )


@pytest.fixture(scope="session")
def plain_scale() -> CosineScale:
    """A scale under which a cosine of one is 2.5 deviations from the mean, for titles and bodies."""
    return CosineScale((0.0, 0.0), (0.4, 0.4), (0.0, 0.0), (0.4, 0.4))
