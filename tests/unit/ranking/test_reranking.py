"""The re-ranking hook, with a tiny cross-encoder made for the purpose."""

from pathlib import Path

import numpy as np
import pytest

from matching.errors import ModelUnavailable
from matching.ranking.reranking import RERANKER, CrossEncoderReranker, rerank
from matching.types import Match


def _match(id: str, score: float) -> Match:
    return Match(id, score, 4, (0.0, 0.0, 0.0, 1.0), {"title_title_cosine": 1.0}, related=True)


def test_a_cross_encoder_reads_pairs(cross_encoder_dir: Path) -> None:
    reranker = CrossEncoderReranker(str(cross_encoder_dir))
    texts = ["煤矿瓦斯抽采钻孔", "豆腐干保鲜", "豆腐干保鲜"]
    said = reranker.relevance("瓦斯抽采", texts)
    assert said.shape == (3,)
    assert ((said > 0) & (said < 1)).all()
    assert said[1] == pytest.approx(said[2], abs=1e-6)
    assert said[0] != pytest.approx(said[1], abs=1e-6)
    assert said[0] != pytest.approx(reranker.relevance("卤水凝固剂", texts)[0], abs=1e-6)
    assert len(reranker.relevance("瓦斯抽采", [])) == 0


def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="none"):
        CrossEncoderReranker(str(tmp_path / "none"))


def test_the_mean_of_both_opinions_orders_and_says_what_moved() -> None:
    matches = [_match("a", 0.9), _match("b", 0.8), _match("c", 0.7)]
    first, second, third = rerank(matches, np.float32([0.1, 0.8]))
    assert [first.id, second.id, third.id] == ["b", "a", "c"]
    assert (first.score, second.score) == (pytest.approx(0.8), pytest.approx(0.5))
    assert second.contributions == {"title_title_cosine": 1.0, RERANKER: -0.4}
    assert third == matches[2]


def test_equal_opinions_are_ordered_by_id() -> None:
    assert [each.id for each in rerank([_match("b", 0.5), _match("a", 0.5)], np.float32([0.3, 0.3]))] == ["a", "b"]
