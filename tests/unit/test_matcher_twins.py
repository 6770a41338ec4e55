"""With the real model: twins in both writings, and copies of a document."""

import json

import pytest

from app.core.settings import PROJECT_ROOT
from matching.embedding.documents import embed
from matching.embedding.encoder import Encoder
from matching.embedding.scale import measure_scale
from matching.matcher import Matcher, PreparedDocument
from matching.ranking.weights import load_weights
from matching.text.analysis import encodable_texts, lexical_terms
from matching.types import Document, Query, Verdict

RECORDS = [
    ("纳米材料增强环氧防腐涂层", "以纳米材料改性环氧树脂，涂层耐盐雾性能显著提高。"),
    ("高压水泵变频节能", "根据管网压力调节转速，水泵电耗下降三成。"),
    ("海上风机叶片除冰", "热风与涂层结合，叶片除冰时间缩短。"),
    ("锂离子电池隔膜制备", "陶瓷涂覆隔膜耐热性好，循环寿命长。"),
    ("矿井瓦斯抽采钻孔", "下筛管护孔，瓦斯抽采浓度提高。"),
    ("储氢罐焊缝超声检测", "相控阵超声识别焊缝裂纹。"),
    ("污泥低温干化", "热泵余热回收，污泥含水率降到三成。"),
    ("机械臂轨迹规划", "避障与节拍兼顾的机械臂规划算法。"),
    ("集成电路芯片封装", "晶圆级封装散热好，芯片可靠性高。"),
    ("有机溶剂膜法回收", "膜分离与精馏耦合，溶剂回收率高。"),
]
MORE = [
    (f"{crop}{step}装置", f"用于{step}的{crop}装置已定型。")
    for crop in ("茶叶", "棉花", "海盐", "甘蔗")
    for step in ("烘干", "分选", "包装")
]
DOCUMENTS = [Document(f"{at:02d}", title, body) for at, (title, body) in enumerate(RECORDS + MORE)]


@pytest.fixture(scope="module")
def matcher(encoder: Encoder) -> Matcher:
    texts = [encodable_texts(each) for each in DOCUMENTS]
    scale = measure_scale(encoder, [each.title for each in texts], [each.passages[0] for each in texts])
    made = Matcher(encoder.dimension, {}, load_weights(), scale)
    _add(made, encoder, DOCUMENTS)
    return made


def _add(matcher: Matcher, encoder: Encoder, documents: list[Document]) -> None:
    vectors = embed(encoder, documents)
    matcher.upsert(
        [
            PreparedDocument(each.id, lexical_terms(each), vector, {})
            for each, vector in zip(documents, vectors, strict=True)
        ]
    )


def _found(matcher: Matcher, encoder: Encoder, title: str, body: str = "") -> list[str]:
    (vectors,) = embed(encoder, [Document("", title, body)])
    return [match.id for match in matcher.match(Query(title, body, vectors), 5).matches]


@pytest.mark.parametrize(
    ("query", "twin"),
    [
        ("奈米材料增強環氧防腐塗層", "00"),
        ("納米材料增強環氧防腐塗層", "00"),
        ("高壓水泵變頻節能", "01"),
        ("海上風機葉片除冰", "02"),
        ("鋰離子電池隔膜製備", "03"),
        ("礦井瓦斯抽採鑽孔", "04"),
        ("機械臂軌跡規劃", "07"),
        ("積體電路晶片封裝", "08"),
    ],
)
def test_a_traditional_query_ranks_its_simplified_twin_first(
    matcher: Matcher, encoder: Encoder, query: str, twin: str
) -> None:
    assert _found(matcher, encoder, query)[0] == twin
    assert matcher.match(Query(query, "", None), 1).matches[0].id == twin


def test_the_writing_of_a_query_changes_no_score(matcher: Matcher, encoder: Encoder) -> None:
    simplified, traditional = embed(
        encoder, [Document("", "高压水泵变频节能", "水泵电耗高。"), Document("", "高壓水泵變頻節能", "水泵電耗高。")]
    )
    assert (
        matcher.match(Query("高壓水泵變頻節能", "水泵電耗高。", traditional), 20).matches
        == matcher.match(Query("高压水泵变频节能", "水泵电耗高。", simplified), 20).matches
    )


def test_words_alone_rank_the_nearest_record_first(matcher: Matcher, encoder: Encoder) -> None:
    assert _found(matcher, encoder, "降低水泵站用电", "水泵转速不能调节，电耗高。")[0] == "01"
    assert _found(matcher, encoder, "风电场叶片结冰怎么办", "冬季叶片结冰停机。")[0] == "02"


def test_the_verdict_tells_a_match_from_none(matcher: Matcher, encoder: Encoder) -> None:
    for title, body, verdict in (
        (*RECORDS[4], Verdict.MATCHED),
        ("唐代诗歌格律", "平仄与押韵如何分辨。", Verdict.NONE_SUITABLE),
    ):
        (vectors,) = embed(encoder, [Document("", title, body)])
        result = matcher.match(Query(title, body, vectors), 10)
        assert result.verdict == verdict
        assert any(match.related for match in result.matches) == (verdict == Verdict.MATCHED)


def test_the_very_document_comes_before_a_near_copy_of_it(matcher: Matcher, encoder: Encoder) -> None:
    line = (PROJECT_ROOT / "seed_data" / "achievements.jsonl").read_text("utf-8").splitlines()[0]
    title, body = json.loads(line)["title"], json.loads(line)["summary"]
    copies = [Document("AA-near-copy", title + "应用", body[:-60]), Document("ZZ-the-very", title, body)]
    _add(matcher, encoder, copies)
    found = _found(matcher, encoder, title, body)
    matcher.delete([each.id for each in copies])
    assert found[:2] == ["ZZ-the-very", "AA-near-copy"]
