"""Proposed answers part the candidates, and each does so in another way."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from matching.next_question.answers import DEPTH, SAME_SPLIT, propose_answers

TERMS = st.sampled_from(["铝", "铝合金", "压铸", "锻造", "阀体", "密封", "硬密封", "石墨"])
CANDIDATES = st.lists(st.dictionaries(TERMS, st.floats(0.5, 9), max_size=6), max_size=12)


def holding(*counts: tuple[str, range]) -> list[dict[str, float]]:
    """Return ten candidates; a term is held by those of its range."""
    return [{term: 1.0 for term, rows in counts if row in rows} for row in range(10)]


def texts(*args, **named) -> list[str]:
    return [each.text for each in propose_answers(*args, **named)]


@given(CANDIDATES, st.sets(TERMS, max_size=3), st.integers(0, 5))
def test_proposals_part_the_candidates_and_are_not_asked_already(candidates, asked: set[str], limit: int) -> None:
    found = propose_answers(candidates, asked, limit=limit)
    assert len(found) <= limit
    rows = {each.text: {at for at, terms in enumerate(candidates) if each.text in terms} for each in found}
    for each in found:
        assert 1 < len(rows[each.text]) < len(candidates)
        assert each.probability == len(rows[each.text]) / len(candidates)
        assert not any(each.text in term for term in asked)
    for (first, held), (second, others) in permutations(rows.items(), 2):
        assert first not in second
        assert len(held & others) <= SAME_SPLIT * len(held | others)


def test_the_term_that_parts_most_evenly_is_first() -> None:
    candidates = holding(("锻造", range(5)), ("压铸", range(7, 10)), ("阀体", range(10)), ("石墨", range(6, 7)))
    assert texts(candidates, []) == ["锻造", "压铸"]


def test_of_equal_partings_the_telling_term_is_first() -> None:
    candidates = [{"锻造": 5.0} if row < 5 else {"一般": 1.0} for row in range(10)]
    assert texts(candidates, []) == ["锻造", "一般"]


def test_of_terms_of_the_same_documents_one_is_proposed() -> None:
    candidates = holding(("压铸", range(5)), ("型腔", range(6)), ("锻造", range(5, 9)))
    assert texts(candidates, []) == ["压铸", "锻造"]


def test_of_a_word_and_its_part_the_word_is_proposed() -> None:
    assert texts([{"装箱": 9.0, "集装箱": 1.0}] * 4 + [{}] * 4, []) == ["集装箱"]


def test_words_of_the_query_and_words_outside_the_list_are_not_proposed() -> None:
    candidates = holding(("合金", range(5)), ("压铸", range(4)), ("锻造", range(5, 9)))
    assert "合金" not in texts(candidates, ["铝合金"])
    assert texts(candidates, [], words={"锻造", "冲压"}) == ["锻造"]


def test_only_the_first_candidates_are_read() -> None:
    candidates = [{"压铸": 1.0} if row % 2 else {} for row in range(DEPTH)]
    (found,) = propose_answers(candidates + [{"锻造": 9.0}] * DEPTH, [])
    assert (found.text, found.probability) == ("压铸", 0.5)


def test_candidates_of_whom_all_agree_give_nothing_to_ask() -> None:
    assert propose_answers([], []) == []
    assert propose_answers([{"压铸": 1.0}] * 5, []) == []
    assert propose_answers([{"压铸": 1.0}] * DEPTH + [{}], []) == []
