"""Made-up graded pairs whose truth is known: what is learnt from them can be checked."""

from collections.abc import Callable

import numpy as np
import pytest

from matching.learning.examples import Examples
from matching.ranking.features import OF_TITLES, Feature

NewExamples = Callable[..., Examples]


@pytest.fixture(scope="session")
def new_examples() -> NewExamples:
    """Return a maker of examples in which one signal of titles and one of bodies decide."""

    def make(queries: int = 20, pairs: int = 30, *, seed: int = 0, noise: float = 0.3, prefix: str = "q") -> Examples:
        rng = np.random.default_rng(seed)
        n = queries * pairs
        features = {feature: rng.normal(size=n) if "cosine" in feature else rng.uniform(size=n) for feature in Feature}
        has_body = np.arange(n) % 2 == 1
        # A body says half of what there is to know of a document that has one.
        title, body = features[Feature.TITLE_TITLE_TERMS], features[Feature.BODY_BODY_TERMS]
        truth = 1 + 3 * np.where(has_body, (title + body) / 2, title)
        for feature in Feature:
            if feature not in OF_TITLES:
                features[feature] = np.where(has_body, features[feature], 0.0)
        return Examples(
            np.repeat([f"{prefix}{at:03d}" for at in range(queries)], pairs),
            np.asarray([f"d{at}" for at in range(n)]),
            features,
            has_body,
            np.clip(np.round(truth + rng.normal(0, noise, n)), 1, 4),
            np.ones(n),
        )

    return make
