"""Groups: whoever hands the documents in, in whatever order, every document is in one at most."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.settings import Settings
from app.search.encoders import reference_scale
from matching.embedding.encoder import Encoder
from matching.embedding.scale import CosineScale
from matching.grouping.corpus import GroupingCorpus, telling_terms
from matching.grouping.group import group_documents
from matching.index.lexical import PostingsIndex
from matching.index.protocols import LexicalEntry
from matching.ranking.features import query_vectors
from matching.text.analysis import LexicalField, encodable_texts, lexical_terms
from matching.types import Document, DocumentVectors
from tests.unit.grouping.conftest import random_corpus, unit

SEEDS = st.integers(0, 10_000)


def reordered(corpus: GroupingCorpus, order: list[int]) -> GroupingCorpus:
    return GroupingCorpus(
        [corpus.ids[at] for at in order],
        [corpus.owners[at] for at in order],
        [corpus.titles[at] for at in order],
        corpus.title_vectors[order],
        corpus.body_vectors[order],
        [corpus.terms[at] for at in order],
    )


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(1, 30), SEEDS)
def test_the_order_of_the_documents_does_not_matter(plain_scale, data, count: int, seed: int) -> None:
    corpus = random_corpus(count, seed)
    shuffled = reordered(corpus, data.draw(st.permutations(range(count))))
    assert group_documents(shuffled, plain_scale) == group_documents(corpus, plain_scale)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), SEEDS, st.integers(1, 4), st.sampled_from([3.0, 6.0, 12.0]))
def test_groups_are_disjoint_and_have_enough_owners(
    plain_scale, count: int, seed: int, min_owners: int, threshold: float
) -> None:
    corpus = random_corpus(count, seed)
    owner = dict(zip(corpus.ids, corpus.owners, strict=True))
    groups = group_documents(corpus, plain_scale, threshold=threshold, min_owners=min_owners)
    members = Counter(id for group in groups for id in group.members)
    assert set(members) <= set(corpus.ids)
    assert set(members.values()) <= {1}
    for group in groups:
        assert len(group.members) >= 2
        assert group.owners == len({owner[id] for id in group.members}) >= min_owners
        assert group.members[0] == group.medoid
        assert 0 <= group.cohesion <= 1
        assert group.title
    assert [(-group.owners, -group.cohesion) for group in groups] == sorted(
        (-group.owners, -group.cohesion) for group in groups
    )


def test_the_medoid_is_the_document_most_like_all_others(plain_scale: CosineScale) -> None:
    angles = np.radians([0, 10, 20, 55])
    vectors = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    corpus = GroupingCorpus(
        list("dbca"), list("wxyz"), ["密封圈"] * 4, vectors, np.zeros_like(vectors), [{"密封圈": 1.0}] * 4
    )
    (group,) = group_documents(corpus, plain_scale)
    # At 20° the angles to the others are 20, 10 and 35, their cosines 2.744 together; at 10° 2.677.
    assert group.members == ("c", "b", "d", "a")
    assert (group.medoid, group.title, group.owners) == ("c", "密封圈", 4)


@pytest.mark.parametrize(
    "broken",
    [
        {"owners": ["x"]},
        {"titles": []},
        {"title_vectors": np.zeros((3, 2), np.float32)},
        {"body_vectors": np.zeros((1, 2), np.float32)},
        {"terms": [{}]},
        {"ids": ["a", "a"]},
    ],
)
def test_parts_that_do_not_fit_are_refused(broken: dict[str, object]) -> None:
    vectors = np.zeros((2, 2), np.float32)
    parts = {
        "ids": ["a", "b"],
        "owners": ["x", "y"],
        "titles": ["", ""],
        "title_vectors": vectors,
        "body_vectors": vectors,
        "terms": [{}, {}],
    }
    GroupingCorpus(**parts)
    with pytest.raises(ValueError, match=r"parts of|twice"):
        GroupingCorpus(**{**parts, **broken})


TEXTS = [
    ("甲", "高镍三元锂电池电解液配方", "电芯在四十五摄氏度下循环八百次后容量跌到七成，要一种成膜稳定的电解液。"),
    ("乙", "低温锂电池电解液", "电芯在零下二十度放电只剩一半，希望更换电解液的溶剂与添加剂。"),
    ("丙", "耐高压锂电池电解液添加剂", "电解液在四点四五伏下产气，鼓包，需要新的添加剂。"),
    ("丁", "起重机吊钩防摇控制", "吊运时负载摆动大，人工对位慢，要一套防摇控制。"),
    ("戊", "桥式起重机防摇摆自动定位", "起重机大车急停后吊具摇摆半分钟，影响节拍。"),
    ("己", "肉鸡饲料中替代抗生素的添加剂", "饲料禁抗之后腹泻增多，求植物提取物的配伍。"),
    ("庚", "隧道衬砌裂缝的图像识别", "巡检车拍下的照片靠人看，裂缝漏检多。"),
    ("辛", "高盐废水蒸发结晶", "浓水含盐百分之十五，蒸发器结垢，每周停机清洗。"),
]


def test_real_vectors_bring_together_what_belongs_together(encoder: Encoder, models_dir: Path) -> None:
    documents = [Document(f"n{at}", title, body) for at, (_, title, body) in enumerate(TEXTS)]
    index = PostingsIndex([str(field) for field in LexicalField])
    index.upsert([LexicalEntry(each.id, lexical_terms(each), {}, public=True) for each in documents])
    vectors = []
    for each in map(encodable_texts, documents):
        encoded = encoder.encode(each.all())
        vectors.append(query_vectors(DocumentVectors(encoded[0], encoded[1:])))
    corpus = GroupingCorpus(
        [each.id for each in documents],
        [owner for owner, _, _ in TEXTS],
        [each.title for each in documents],
        np.stack([each[0] for each in vectors]),
        np.stack([each[1] for each in vectors]),
        [telling_terms(each, index) for each in documents],
    )
    scale = reference_scale(Settings(data_dir=models_dir.parent), encoder)
    groups = group_documents(corpus, scale)
    assert [set(group.members) for group in groups] == [{"n0", "n1", "n2"}, {"n3", "n4"}]
    assert "电解液" in groups[0].title
    assert "起重机" in groups[1].title
    assert all(group.cohesion > 0.5 for group in groups)


def test_words_that_name_no_technology_are_not_telling() -> None:
    index = PostingsIndex([str(field) for field in LexicalField])
    document = Document("1", "焊接车间智能化改造", "焊接机器人12台，节拍慢。")
    index.upsert([LexicalEntry("1", lexical_terms(document), {}, public=True)])
    terms = telling_terms(document, index)
    assert {"焊接", "机器人", "节拍"} <= set(terms)
    assert not {"智能化", "改造", "智能", "12"} & set(terms)
    assert terms["焊接"] == pytest.approx(2 * terms["节拍"])
