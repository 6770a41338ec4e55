"""The piece whose answer moves the results most is asked first, within a budget of rankings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.next_question.effect import Answer, MissingPiece, changed_share, next_questions

IDS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)
QUERIES = st.sampled_from(["", *"123456789"])
PIECES = st.lists(
    st.tuples(
        st.sampled_from(["材料", "工艺", "预算", "成熟度", "地区"]),
        st.lists(st.builds(Answer, st.text(max_size=2), QUERIES, st.floats(0.01, 5)), max_size=5),
    ),
    unique_by=lambda each: each[0],
    max_size=5,
).map(lambda each: [MissingPiece(name, answers) for name, answers in each])


class Ranker:
    """Answers from a table, and remembers what it was asked."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = table
        self.asked: list[str] = []

    def __call__(self, query: str) -> list[str]:
        self.asked.append(query)
        return self.table.get(query, [])


def answers(*of: tuple[str, float]) -> list[Answer[str]]:
    return [Answer(query, query, probability) for query, probability in of]


@given(st.dictionaries(QUERIES, IDS), PIECES, st.integers(1, 24), st.integers(1, 6))
def test_no_query_is_ranked_twice_and_the_budget_holds(table, pieces, most_rankings: int, top_k: int) -> None:
    rank = Ranker(table)
    effects = next_questions("", pieces, rank, top_k=top_k, most_rankings=most_rankings)
    assert len(rank.asked) == len(set(rank.asked)) <= most_rankings
    assert rank.asked[0] == ""
    names = {piece.name for piece in pieces}
    assert {effect.name for effect in effects} <= names
    assert [effect.expected_change for effect in effects] == sorted(
        (effect.expected_change for effect in effects), reverse=True
    )
    for effect in effects:
        assert 0 <= effect.expected_change <= 1 + 1e-9
        assert sum(answer.probability for answer in effect.answers) == pytest.approx(1)
    assert next_questions("", pieces, Ranker(table), top_k=top_k, most_rankings=most_rankings) == effects


@given(IDS, IDS)
def test_change_is_symmetric_and_within_zero_and_one(before: list[str], after: list[str]) -> None:
    change = changed_share(before, after)
    assert change == changed_share(after, before)
    assert 0 <= change <= 1
    assert (change == 0) == (set(before) == set(after))
    assert (change == 1) == (bool(before or after) and not set(before) & set(after))


def test_the_expected_change_weighs_answers_by_their_probability() -> None:
    rank = Ranker({"": [*"abcd"], "钢": [*"abxy"], "铝": [*"abcd"], "急": [*"dcba"]})
    pieces = [MissingPiece("期限", answers(("急", 1))), MissingPiece("材料", answers(("铝", 1), ("钢", 3)))]
    material, deadline = next_questions("", pieces, rank)
    assert (material.name, deadline.name) == ("材料", "期限")
    assert material.expected_change == pytest.approx(0.75 * 0.5)
    assert [(each.text, each.probability, each.change) for each in material.answers] == [
        ("钢", 0.75, 0.5),
        ("铝", 0.25, 0.0),
    ]
    assert deadline.expected_change == 0  # the same documents in another order


def test_only_the_first_documents_are_compared() -> None:
    rank = Ranker({"": [*"abc"], "钢": [*"abx"]})
    (effect,) = next_questions("", [MissingPiece("材料", answers(("钢", 1)))], rank, top_k=2)
    assert effect.expected_change == 0


def test_a_filter_that_leaves_little_changes_much() -> None:
    rank = Ranker({"": [*"abcdefghij"], "样机": [*"ab"]})
    (effect,) = next_questions("", [MissingPiece("成熟度", answers(("样机", 1)))], rank)
    assert effect.expected_change == pytest.approx(0.8)


def test_with_a_small_budget_the_likeliest_answer_of_every_piece_is_tried_first() -> None:
    rank = Ranker({})
    pieces = [
        MissingPiece("材料", answers(("钢", 0.3), ("铝", 0.7))),
        MissingPiece("工艺", answers(("铸", 0.6), ("锻", 0.4))),
        MissingPiece("地区", []),
    ]
    effects = next_questions("", pieces, rank, most_rankings=4)
    assert rank.asked == ["", "铝", "铸", "钢"]
    assert [(effect.name, len(effect.answers)) for effect in effects] == [("工艺", 1), ("材料", 2)]
    assert effects[0].answers[0].probability == 1


def test_an_answer_that_is_ranked_already_costs_nothing() -> None:
    rank = Ranker({"": ["a"], "钢": ["b"]})
    pieces = [MissingPiece("材料", answers(("钢", 1))), MissingPiece("牌号", answers(("钢", 1), ("", 1)))]
    effects = next_questions("", pieces, rank, most_rankings=2)
    assert [(effect.name, effect.expected_change) for effect in effects] == [("材料", 1), ("牌号", 0.5)]


@pytest.mark.parametrize(
    "pieces",
    [
        [MissingPiece("材料", []), MissingPiece("材料", [])],
        [MissingPiece("", [])],
        [MissingPiece("材料", answers(("钢", 0)))],
        [MissingPiece("材料", answers(("钢", -1)))],
        [MissingPiece("材料", answers(("钢", float("nan"))))],
        [MissingPiece("材料", answers(("钢", float("inf"))))],
    ],
)
def test_names_and_probabilities_that_make_no_sense_are_refused(pieces: list[MissingPiece[str]]) -> None:
    with pytest.raises(ValueError, match=r"name|probability"):
        next_questions("", pieces, Ranker({}))
