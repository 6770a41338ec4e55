"""The table of states: what leads where, and nothing else."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Conflict
from app.models import RoadshowState
from app.roadshows.stages import ACTS, MOVES, STATES, Act, Step, after, check, may, stages_table, steps_from

S = RoadshowState
EXPECTED = {
    (S.DRAFT, Step.INVITE): S.OPEN,
    (S.OPEN, Step.SETTLE): S.SCHEDULED,
    (S.SCHEDULED, Step.REOPEN): S.OPEN,
    (S.SCHEDULED, Step.HOLD): S.HELD,
    (S.HELD, Step.ARCHIVE): S.ARCHIVED,
    (S.DRAFT, Step.CANCEL): S.CANCELLED,
    (S.OPEN, Step.CANCEL): S.CANCELLED,
    (S.SCHEDULED, Step.CANCEL): S.CANCELLED,
}


@pytest.mark.parametrize(("state", "step"), list(product(RoadshowState, Step)))
def test_every_step_of_every_state(state, step):
    if (state, step) in EXPECTED:
        assert after(state, step) is EXPECTED[state, step]
        assert step in dict(steps_from(state))
    else:
        with pytest.raises(Conflict, match=STATES[state]):
            after(state, step)
        assert step not in dict(steps_from(state))


@given(st.lists(st.sampled_from(Step), max_size=12))
def test_what_has_ended_stays_so(steps):
    state, ended = RoadshowState.DRAFT, False
    for step in steps:
        if state in MOVES[step].sources:
            assert not ended
            state = after(state, step)
        ended = state in {RoadshowState.ARCHIVED, RoadshowState.CANCELLED}


@pytest.mark.parametrize(("state", "act"), list(product(RoadshowState, Act)))
def test_an_agenda_is_arranged_before_it_is_settled_and_results_come_after(state, act):
    if may(state, act):
        check(state, act)
    else:
        with pytest.raises(Conflict, match=ACTS[act].label):
            check(state, act)
    assert not (may(state, Act.ARRANGE) and may(state, Act.RECORD))
    assert not may(RoadshowState.ARCHIVED, act)
    assert not may(RoadshowState.CANCELLED, act)


def test_the_table_tells_every_step():
    told = stages_table()
    assert all(move.label in told for move in MOVES.values())
    assert all(permitted.label in told for permitted in ACTS.values())
