"""How large cosines are: read off pairs of different texts."""

from dataclasses import replace

import numpy as np
import pytest

from matching.embedding.scale import MIN_REFERENCES, CosineScale, measure_scale

SCALE = CosineScale((0.8, 0.7), (0.1, 0.2), (0.6, 0.5), (0.05, 0.5))
ASKED = np.eye(2, dtype=np.float32)


def test_standardising_takes_the_mean_off_and_divides_by_the_deviation_row_by_row() -> None:
    cosines = np.asarray([[0.8, 0.9], [0.7, 0.3]], np.float32)
    np.testing.assert_allclose(SCALE.standardise_titles(cosines, ASKED), [[0, 1], [0, -2]], atol=1e-6)
    np.testing.assert_allclose(SCALE.standardise_bodies(cosines, ASKED), [[4, 6], [0.4, -0.4]], atol=1e-5)


def test_with_a_centre_each_query_is_held_to_its_own_mean() -> None:
    scale = replace(SCALE, title_centre=(0.5, 0.0), body_centre=(0.0, 0.2))
    cosines = np.asarray([[0.8, 0.9], [0.7, 0.3]], np.float32)
    np.testing.assert_allclose(scale.standardise_titles(cosines, ASKED), [[3, 4], [3.5, 1.5]], atol=1e-5)
    np.testing.assert_allclose(scale.standardise_bodies(cosines, ASKED), [[16, 18], [1, 0.2]], atol=1e-5)


def test_a_document_without_a_vector_stays_without() -> None:
    standard = SCALE.standardise_titles(np.asarray([[np.nan, 0.8], [np.nan, 0.7]], np.float32), ASKED)
    assert np.isnan(standard[:, 0]).all()
    np.testing.assert_allclose(standard[:, 1], 0, atol=1e-6)


def test_the_scale_of_an_encoder_is_that_of_pairs_of_different_texts(hashing_encoder) -> None:
    titles = [f"{first}{second}检测" for first in "风机水泵储罐" for second in "叶片阀门"]
    bodies = [f"{title}采用{title[::-1]}方案" for title in titles]
    scale = measure_scale(hashing_encoder, titles, bodies)
    title, body = hashing_encoder.encode(titles), hashing_encoder.encode(bodies)
    pairs = [(a, b) for a in range(len(titles)) for b in range(len(titles)) if a != b]
    for at, side in enumerate((title, body)):
        to_title = [float(side[a] @ title[b]) for a, b in pairs]
        to_body = [float(side[a] @ body[b]) for a, b in pairs]
        assert scale.title_mean[at] == pytest.approx(np.mean(to_title), abs=1e-5)
        assert scale.title_deviation[at] == pytest.approx(np.std(to_title), abs=1e-5)
        assert scale.body_mean[at] == pytest.approx(np.mean(to_body), abs=1e-5)
        assert scale.body_deviation[at] == pytest.approx(np.std(to_body), abs=1e-5)
    np.testing.assert_allclose(scale.title_centre, title.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(scale.body_centre, body.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize(("titles", "bodies"), [(MIN_REFERENCES - 1, MIN_REFERENCES - 1), (30, 29), (0, 0)])
def test_too_few_or_uneven_references_are_refused(hashing_encoder, titles: int, bodies: int) -> None:
    with pytest.raises(ValueError, match=str(MIN_REFERENCES)):
        measure_scale(hashing_encoder, ["题"] * titles, ["文"] * bodies)
