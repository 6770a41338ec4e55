"""How long 10,000 documents take to group, and how much memory; also where all hang together."""

import resource
import time

import numpy as np
import pytest

from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus
from matching.grouping.group import THRESHOLD, group_documents
from matching.types import Floats

COUNT, TECHNOLOGIES, WIDTH, TERMS = 10_000, 1_500, 384, 40
# As of the built-in model.
SCALE = CosineScale((0.860, 0.854), (0.0149, 0.0133), (0.854, 0.895), (0.0133, 0.0124))


@pytest.mark.parametrize("threshold", [THRESHOLD, 0.0])
def test_grouping(threshold: float) -> None:
    random = np.random.default_rng(0)
    which = random.integers(0, TECHNOLOGIES, COUNT)
    # Terms by Zipf's law: common ones are what makes comparing slow.
    shares = 1 / np.arange(1, 20_001)
    own = random.choice(20_000, (TECHNOLOGIES, TERMS // 2), p=shares / shares.sum())
    others = random.choice(20_000, (COUNT, TERMS // 2), p=shares / shares.sum())
    corpus = GroupingCorpus(
        [f"{at:05}" for at in range(COUNT)],
        [f"{at % 4_000}" for at in range(COUNT)],
        ["" for _ in range(COUNT)],
        _vectors(which, random),
        _vectors(which, random),
        [
            {f"词{term}": float(1 + np.log1p(term)) for term in (*own[about], *rest)}
            for about, rest in zip(which.tolist(), others, strict=True)
        ],
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    groups = group_documents(corpus, SCALE, threshold=threshold)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\n{COUNT:,} documents, threshold {threshold}: {len(groups)} groups in {seconds:.1f} s, "
        f"{(peak - before) / 1e6:.2f} GB more at most"
    )
    assert seconds < 20
    assert peak < 2e6


def _vectors(which: np.ndarray, random: np.random.Generator) -> Floats:
    """Return vectors whose cosines are 0.86 ± 0.02 between technologies, and 0.95 within one."""
    common = random.normal(size=WIDTH)
    centres = common + 0.3 * random.normal(size=(TECHNOLOGIES, WIDTH))
    vectors = centres[which] + 0.25 * random.normal(size=(COUNT, WIDTH))
    unit: Floats = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit
