"""Texts in the scripts of Chinese records split into the same pieces with and without the trimmed."""

import json
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.settings import PROJECT_ROOT
from matching.embedding.offline_model import is_kept

CHARACTERS = st.sampled_from(
    "高压水泵节能技术研发与产业化瓦斯抽采钢铁氢储运膜分离。，；：、（）《》“”‘’—…·～！？"
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:()[]{}<>/\\|@#$%^&*+-=_'\"`~"
    "℃℉‰%±×÷≤≥≠≈∞√∑∫∂∆→←↑↓①②③ⅠⅡⅢ㎡㎏㎜°′″µΩ№®™©½¼²³₂₃⁻¥€"
)
SINGLES = st.sampled_from("αβγδεζηθλμξπρστφψωΓΔΘΛΣΦΨΩ")


@pytest.mark.parametrize(
    "text",
    [
        "高压水泵变频节能关键技术",
        "TiO₂/g-C₃N₄光催化剂，比表面积≥120 m²/g，λ=420 nm",
        "β-葡聚糖、α-Fe₂O₃与γ-PGA的制备；θ角±0.5°",
        "Python 3.11 + PyTorch，mAP@0.5 为 92.3%",
        "σ≤350 MPa，Δt≤5 ℃，φ50 mm，η≥95%，μm级",
        "VOCs（挥发性有机物）去除率＞９５％",
        "《目录》①节能②环保③智能；Ⅱ级、Ⅲ类",
        "IEC 61850、GB/T 19001-2016；https://example.com/a?b=1",
        "naïve Bayes、Müller矩阵、Poincaré映射",
        "10⁻³ mol·L⁻¹，kW·h，¥500万，№5",
        "採用變頻控制之高壓水泵",
    ],
)
def test_a_text_in_our_scripts_splits_as_with_the_whole_vocabulary(built_in_model, whole_tokenizer, text: str) -> None:
    trimmed = built_in_model._model.tokenizer
    assert trimmed.tokenize(text) == whole_tokenizer.tokenize(text)
    assert trimmed.unk_token not in trimmed.tokenize(text)


GREEK_WORD = re.compile("[µ\u0370-\u03ff]{2}")


@given(
    st.lists(st.text(CHARACTERS, max_size=15), max_size=6).map("".join)
    | st.tuples(
        st.text(CHARACTERS, max_size=8), SINGLES, st.text(st.sampled_from("-=0123456789角值射线相 "), min_size=1)
    ).map("".join)
)
def test_random_texts_split_as_with_the_whole_vocabulary(built_in_model, whole_tokenizer, text: str) -> None:
    assume(not GREEK_WORD.search(text))  # Greek is kept letter by letter, for units and coefficients
    # Greek words are given up: the trimmed one keeps Greek letter by letter.
    assume(not re.search("[\u0370-\u03ff]{2}", unicodedata.normalize("NFKC", text)))
    assert built_in_model._model.tokenizer.tokenize(text) == whole_tokenizer.tokenize(text)


def test_the_seed_texts_split_as_with_the_whole_vocabulary(built_in_model, whole_tokenizer) -> None:
    trimmed, different = built_in_model._model.tokenizer, []
    for name in ("achievements.jsonl", "needs.jsonl"):
        for line in (PROJECT_ROOT / "seed_data" / name).read_text("utf-8").splitlines():
            texts = [value for value in json.loads(line).values() if isinstance(value, str)]
            different += [text for text in texts if trimmed.tokenize(text) != whole_tokenizer.tokenize(text)]
    assert different == []


@pytest.mark.parametrize(
    ("piece", "kept"),
    [
        ("\u2581", True),
        ("\u2581水泵", True),
        ("节能", True),
        ("\u2581the", True),
        ("é", True),
        ("α", True),
        ("αν", False),
        ("ő", True),
        ("ős", False),
        ("Ⅲ", True),
        ("℃", True),
        ("\u2581и", True),
        ("ный", True),
        ("ского", False),
        ("水の", False),
        ("の", False),
        ("한국", False),
        ("ไทย", False),
        ("ال", False),
    ],
)
def test_pieces_are_kept_by_script(piece: str, kept: bool) -> None:
    assert is_kept(piece) is kept
