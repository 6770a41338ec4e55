"""What could be plainer, and the table of states of cases."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.plain_language import LONGEST, Sort, check_language
from app.cases.stages import MOVES, Step, after, stages_table, steps_from
from app.core.errors import Conflict
from app.models import CaseState

S = CaseState
EXPECTED = {
    (S.DRAFT, Step.ASK): S.CONSENT,
    (S.CONSENT, Step.PUBLISH): S.PUBLISHED,
    (S.CONSENT, Step.REVISE): S.DRAFT,
    (S.WITHDRAWN, Step.REVISE): S.DRAFT,
    (S.PUBLISHED, Step.WITHDRAW): S.WITHDRAWN,
}


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("换了新轴承，一年少停机十二次。", []),
        ("一年省电三十万元" + "，" + "又" * LONGEST + "。", [Sort.LONG]),
        ("为企业赋能，省了30万元。", [Sort.JARGON]),
        ("效率显著提升，达到95%。", [Sort.JARGON]),
        ("省了很多电。", [Sort.NO_FIGURE]),
        ("问题得到了解决，省了3万元。", [Sort.OFFICIALESE]),
        ("我们对设备进行了改造，花了3万元。", [Sort.OFFICIALESE]),
        ("3台设备被高温所损坏。", [Sort.OFFICIALESE]),
        ("", []),
    ],
)
def test_what_is_found(text, sorts):
    assert [each.sort for each in check_language({"effect": text})] == sorts


@given(st.integers(1, 80))
def test_a_sentence_is_long_beyond_its_limit(length):
    found = check_language({"effect": "一" + "年" * (length - 2) + "。" if length > 1 else "年"})
    assert (Sort.LONG in {each.sort for each in found}) == (length > LONGEST)


@given(st.text(max_size=300))
def test_every_remark_quotes_the_text_and_says_what_to_do(text):
    for each in check_language({"title": "", "effect": text}):
        assert each.text in text
        assert each.advice
        assert each.field == "effect"


@pytest.mark.parametrize(("state", "step"), list(product(CaseState, Step)))
def test_every_step_of_every_state(state, step):
    if (state, step) in EXPECTED:
        assert after(state, step) is EXPECTED[state, step]
        assert step in dict(steps_from(state))
    else:
        with pytest.raises(Conflict):
            after(state, step)
        assert step not in dict(steps_from(state))


def test_the_table_tells_every_step():
    assert all(move.label in stages_table() for move in MOVES.values())
