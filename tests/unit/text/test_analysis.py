"""What is encoded and what is posted of a document."""

import hashlib

import pytest

from matching.text.analysis import TEXT_RULES, LexicalField, content_hash, encodable_texts, lexical_terms
from matching.text.sentences import PASSAGE_CHARACTERS
from matching.types import Document

PUMP = Document(
    "P-1", "一种高壓水泵節能技術研究", "採用 變頻 控制。", keywords="水泵；變頻器", indicators="效率≥８５％"
)


def test_title_core_and_the_normalised_whole_are_encoded() -> None:
    texts = encodable_texts(PUMP)
    assert texts.title == "高压水泵节能"
    assert texts.passages == ("一种高压水泵节能技术研究。采用变频控制。效率≥85%",)
    assert texts.all() == (texts.title, *texts.passages)


def test_a_document_without_a_body_has_no_passages() -> None:
    assert encodable_texts(Document("1", "水泵节能", " \n", keywords="水泵")).passages == ()
    assert encodable_texts(Document("1", "水泵节能", indicators="效率85")).passages == ("水泵节能。效率85",)


@pytest.mark.parametrize("title", ["水泵节能", "水泵节能。", "水泵节能；\n"])
def test_title_and_body_are_two_sentences_whatever_ends_the_title(title: str) -> None:
    assert encodable_texts(Document("1", title, "变频。")).passages == ("水泵节能。变频。",)


def test_passages_that_show_nothing_are_left_out() -> None:
    assert encodable_texts(Document("1", "水泵", "\u200b\u200b")).passages == ()


def test_a_title_that_normalises_to_nothing_stays_as_it_is() -> None:
    assert encodable_texts(Document("1", "\u200b")).title == "\u200b"


def test_a_title_of_lone_surrogates_can_still_be_encoded_as_text() -> None:
    encodable_texts(Document("1", "\ud800", "水泵。")).title.encode("utf-8")


def test_normalised_passages_stay_within_reach_of_the_encoder() -> None:
    texts = encodable_texts(Document("1", "水泵", "风电机组叶片除冰。" * 200))
    assert all(len(passage) <= PASSAGE_CHARACTERS for passage in texts.passages)
    assert len(texts.passages) > 1
    assert [passage.startswith("水泵。") for passage in texts.passages] == [True] + [False] * (len(texts.passages) - 1)


def test_terms_come_from_every_part_in_its_field() -> None:
    terms = lexical_terms(PUMP)
    assert set(terms) == set(LexicalField)
    assert "水泵" in terms[LexicalField.TITLE]
    assert {"水泵", "变频", "变频器", "效率"} <= set(terms[LexicalField.BODY])
    assert "变频" not in terms[LexicalField.TITLE]
    assert {"水泵", "压水"} <= set(terms[LexicalField.TITLE_BIGRAMS])


def test_twins_in_both_writings_have_equal_texts_and_terms() -> None:
    simplified = Document(
        "P-2", "一种高压水泵节能技术研究", "采用变频控制。", keywords="水泵；变频器", indicators="效率≥85%"
    )
    assert lexical_terms(simplified) == lexical_terms(PUMP)
    assert encodable_texts(simplified) == encodable_texts(PUMP)


def test_fields_are_not_glued_together() -> None:
    terms = lexical_terms(Document("1", "泵", "末尾是plc", indicators="abc开头", keywords="xyz"))
    assert {"plc", "abc", "xyz"} <= set(terms[LexicalField.BODY])


@pytest.mark.parametrize("text", ["", "水泵", "\ud800", "a" * 10_000])
def test_a_content_hash_is_the_sha_256_of_the_text(text: str) -> None:
    assert content_hash(text) == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert content_hash(text + " ") != content_hash(text)


def test_what_is_encoded_is_what_the_name_of_the_rules_stands_for() -> None:
    """If this fails, what is encoded has changed: name the rules anew, so that stored vectors are made again."""
    body = "".join(f"第{at}段：鋰離子電池　隔膜涂覆，速度达到{at}m/min；" for at in range(60))
    texts = [
        encodable_texts(document)
        for document in (
            Document("1", "低浓度瓦斯氧化利用成套技术研究及产业化。", body, indicators="寿命≥5年"),
            Document("2", "水泵节能", "。变频。"),
            Document("3", "水泵节能"),
        )
    ]
    digest = hashlib.sha256("\n".join(text for each in texts for text in each.all()).encode()).hexdigest()[:12]
    assert (TEXT_RULES, digest) == ("whole-1", "b9844000f3ac")
