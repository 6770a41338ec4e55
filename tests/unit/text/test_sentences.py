"""Sentences are quoted, passages are encoded: neither may alter or lose text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.sentences import MAX_PASSAGES, PASSAGE_CHARACTERS, split_passages, split_sentences

TEXTS = st.text(st.sampled_from("风电机组叶片除冰AbC 12.5\n\t\u3000。！？!?；;，、"), max_size=60)
LONG_TEXTS = st.lists(
    st.tuples(st.sampled_from("风电机组A1"), st.integers(1, 1300), st.sampled_from(["。", "；", "\n", "，", ""])),
    max_size=8,
).map(lambda parts: "".join(letter * length + end for letter, length, end in parts))


def _bare(text: str) -> str:
    return "".join(character for character in text if not character.isspace())


def test_sentences_end_at_full_stops_semicolons_and_lines() -> None:
    text = "叶片易结冰。怎么除冰？先加热；再振动！\n第二段 无句号"
    assert split_sentences(text) == ["叶片易结冰。", "怎么除冰？", "先加热；", "再振动！", "第二段 无句号"]


@pytest.mark.parametrize("text", ["效率达到3.5%以上", "v1.2版", "A、B，C：D"])
def test_points_and_commas_do_not_end_a_sentence(text: str) -> None:
    assert split_sentences(text) == [text]


@pytest.mark.parametrize("text", ["", " \n\n ", "。。", "；"])
def test_without_words_there_is_no_sentence(text: str) -> None:
    assert split_sentences(text) == []
    assert split_passages(text) == []


@given(TEXTS)
def test_sentences_are_exact_extracts_in_order(text: str) -> None:
    at = 0
    for sentence in split_sentences(text):
        assert sentence
        assert sentence == sentence.strip()
        at = text.index(sentence, at) + len(sentence)


@given(TEXTS)
def test_sentences_keep_every_letter(text: str) -> None:
    def letters(part: str) -> str:
        return "".join(character for character in part if character.isalnum() or character in ".，、")

    assert letters("".join(split_sentences(text))) in {letters(text), letters(text.lstrip("。！？!?；; \n\t\u3000"))}


@given(TEXTS | LONG_TEXTS)
def test_passages_are_short_few_and_lose_nothing_up_to_the_limit(text: str) -> None:
    passages = split_passages(text)
    assert all(0 < len(passage) <= PASSAGE_CHARACTERS for passage in passages)
    assert len(passages) <= MAX_PASSAGES
    joined, whole = _bare("".join(passages)), _bare("".join(split_sentences(text)))
    if len(passages) < MAX_PASSAGES:
        assert joined == whole
    else:
        assert whole.startswith(joined)
        assert len(joined) > MAX_PASSAGES * PASSAGE_CHARACTERS / 2


@pytest.mark.parametrize("length", [599, 600, 601, 1199, 1200, 1201])
def test_a_sentence_that_is_too_long_is_cut_and_kept(length: int) -> None:
    text = "".join(chr(0x4E00 + at % 5000) for at in range(length))
    passages = split_passages(text)
    assert "".join(passages) == text
    assert len(passages) == -(-length // PASSAGE_CHARACTERS)


def test_sentences_stay_whole_where_they_fit() -> None:
    sentences = [chr(0x4E00 + at) * 180 + "。" for at in range(6)]
    passages = [_bare(passage) for passage in split_passages("".join(sentences))]
    assert passages == ["".join(sentences[at : at + 3]) for at in (0, 3)]


def test_a_pasted_book_gives_the_most_passages_and_its_beginning() -> None:
    passages = split_passages("".join(f"第{at:05d}条规定如下。" for at in range(4000)))
    assert len(passages) == MAX_PASSAGES
    assert passages[0].startswith("第00000条")


@pytest.mark.parametrize("text", ["MySQL\nRedis", "Is it safe? Yes", "工作温度 80\n50 kW 电机"])
def test_words_of_different_lines_do_not_run_together(text: str) -> None:
    assert [word for passage in split_passages(text) for word in passage.split()] == text.split()
