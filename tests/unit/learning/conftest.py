"""Made-up graded pairs whose truth is known: what is learnt from them can be checked."""

from collections.abc import Callable

import numpy as np
import pytest

from matching.learning.examples import Examples
from matching.ranking.features import WEIGHED, Basis, Feature

NewExamples = Callable[..., Examples]


@pytest.fixture(scope="session")
def new_examples() -> NewExamples:
    """Return a maker of examples in which one feature of titles and one of bodies decide."""

    def make(queries: int = 20, pairs: int = 30, *, seed: int = 0, noise: float = 0.3, prefix: str = "q") -> Examples:
        rng = np.random.default_rng(seed)
        n = queries * pairs
        features = {feature: rng.uniform(size=n) for feature in Feature}
        bases = np.where(np.arange(n) % 2, Basis.BODIES, Basis.TITLES).astype(np.str_)
        deciding = {Basis.TITLES: Feature.TITLE_TITLE_TERMS, Basis.BODIES: Feature.TEXT_TEXT_COSINE}
        truth = np.zeros(n)
        for basis, feature in deciding.items():
            truth = np.where(bases == basis, 1 + 3 * features[feature], truth)
        for feature in Feature:
            if feature not in WEIGHED[Basis.TITLES]:
                features[feature] = np.where(bases == Basis.BODIES, features[feature], 0.0)
        return Examples(
            np.repeat([f"{prefix}{at:03d}" for at in range(queries)], pairs),
            np.asarray([f"d{at}" for at in range(n)]),
            features,
            bases,
            np.clip(np.round(truth + rng.normal(0, noise, n)), 1, 4),
            np.ones(n),
        )

    return make
