"""Terms of the lexical index: domain words whole, boilerplate gone."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.normalise import normalise
from matching.text.segment import bigrams, break_endless_runs, default_segmenter

LINES = files("matching.text").joinpath("terms.txt").read_text("utf-8").splitlines()
TERMS = [line.split()[0] for line in LINES]
SENTENCES = ["{}", "研究{}的关键问题", "开展{}试验", "采用{}方案", "与{}相比，成本下降"]


def test_the_domain_dictionary_is_large_and_names_nothing_twice() -> None:
    assert len(TERMS) >= 300
    assert len(set(TERMS)) == len(TERMS)
    for line in LINES:
        _, frequency, tag = line.split()
        assert int(frequency) > 0
        assert tag.isalpha()


def test_domain_terms_are_written_as_texts_are_once_normalised() -> None:
    # A term in any other writing can never be met: texts are normalised and lower-cased first.
    assert [term for term in TERMS if normalise(term).lower() != term] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_domain_term_is_one_token_of_a_sentence_that_holds_it(sentence: str) -> None:
    segmenter = default_segmenter()
    # Long enough to be read as simplified, as records are.
    texts = {term: normalise("我们" + sentence.format(term) + "，团队已经验证。").lower() for term in TERMS}
    missed = [
        term for term, text in texts.items() if term.lower() in text and term.lower() not in segmenter.terms(text)
    ]
    assert missed == []


def test_search_mode_gives_the_parts_of_long_words_too() -> None:
    terms = default_segmenter().terms("煤矿瓦斯抽采")
    assert {"瓦斯抽采", "瓦斯", "煤矿"} <= set(terms)


def test_terms_are_lower_case_words_in_order_and_repeated() -> None:
    terms = default_segmenter().terms("PLC控制水泵, plc诊断水泵!")
    assert terms.count("plc") == terms.count("水泵") == 2
    assert terms.index("plc") < terms.index("水泵")
    assert not {",", "!", "PLC"} & set(terms)


@pytest.mark.parametrize("word", ["的", "以及", "可能"])
def test_stop_words_are_no_terms(word: str) -> None:
    segmenter = default_segmenter()
    assert word in segmenter.stop_words
    assert word not in segmenter.terms(f"水泵{word}阀门")


def test_no_domain_term_is_a_stop_word_and_stop_words_can_occur() -> None:
    stop_words = default_segmenter().stop_words
    assert stop_words.isdisjoint(TERMS)
    # Both meet texts that are normalised and lower-cased.
    assert [word for word in stop_words if normalise(f"我们{word}们") != f"我们{word}们" or word != word.lower()] == []


@given(st.text(st.sampled_from("水泵的控制与以及PLC 12.5%，。!α℃"), max_size=30))
def test_every_term_is_part_of_the_text_and_says_something(text: str) -> None:
    segmenter = default_segmenter()
    for term in segmenter.terms(text):
        assert term in text.lower()
        assert term not in segmenter.stop_words
        assert any(character.isalnum() for character in term)


def test_the_segmenter_is_built_once_and_its_id_names_library_and_dictionary() -> None:
    segmenter = default_segmenter()
    assert default_segmenter() is segmenter
    name, version, mode, digest = segmenter.id.split("-")
    assert (name, mode, len(digest)) == ("jieba", "search", 12)
    assert version[0].isdigit()


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("瓦斯抽采", ["瓦斯", "斯抽", "抽采"]),
        ("泵", ["泵"]),
        ("PLC控制", ["plc", "控制"]),
        ("TiO2-3.5型泵阀", ["tio2-3.5", "型泵", "泵阀"]),
        ("泵，阀门", ["泵", "阀门"]),
        ("c++ 编程", ["c++", "编程"]),
        ("，。!", []),
        ("", []),
    ],
)
def test_bigrams_pair_characters_within_runs_and_keep_latin_words(text: str, grams: list[str]) -> None:
    assert bigrams(text) == grams


def test_endless_runs_are_broken_and_texts_that_somebody_wrote_are_not() -> None:
    broken = break_endless_runs("煤" * 80_000 + "瓦斯抽采")
    assert max(map(len, broken.split("\n"))) == 500
    assert default_segmenter().terms(broken)[-1] == "瓦斯抽采"
    written = "以旋流分级加薄膜过滤处理洗煤水，" * 200
    assert break_endless_runs(written) == written
