"""The table of steps: nothing is unreachable, and the page about it is printed from it."""

from app.challenges.document import stage_page
from app.challenges.stages import STEPS, Part, StepName, may_take, open_steps, parts_of
from app.challenges.words import FIELDS, STATES
from app.core.caller import Caller, Role
from app.core.settings import PROJECT_ROOT
from app.models import Challenge, ChallengeState


def test_the_page_is_printed_from_the_table():
    page = (PROJECT_ROOT / "docs" / "challenges.md").read_text("utf-8")
    assert page == stage_page(), "print it anew: app.challenges.document.stage_page()"


def test_every_state_is_reached_and_every_step_has_its_words():
    reached, fresh = set(), {ChallengeState.CANDIDATE}
    while fresh:
        reached |= fresh
        fresh = {step.target for step in STEPS.values() if set(step.sources) & reached} - reached
    assert reached == set(ChallengeState) == set(STATES)
    assert set(STEPS) == set(StepName)
    assert all(field in FIELDS for step in STEPS.values() for field in (*step.needs, *step.optional))


def test_open_steps_are_those_that_may_be_taken():
    for state in ChallengeState:
        for part in Part:
            parts = frozenset({part})
            assert open_steps(state, parts) == [name for name in STEPS if may_take(name, state, parts)]
        assert open_steps(state, frozenset()) == []


def test_who_is_what_to_a_challenge():
    owned, common = Challenge(owner_id="e", winner_id="u"), Challenge(owner_id=None, winner_id=None)
    for role, organisation, of_owned, of_common in (
        (Role.LIAISON, None, {Part.STAFF}, {Part.STAFF, Part.OWNER}),
        (Role.ADMIN, None, {Part.STAFF}, {Part.STAFF, Part.OWNER}),
        (Role.ENTERPRISE, "e", {Part.OWNER}, set()),
        (Role.ENTERPRISE, "other", set(), set()),
        (Role.UNIVERSITY, "u", {Part.WINNER}, set()),
        (Role.UNIVERSITY, "other", set(), set()),
        # Of the owner's organisation and yet not its member: nothing of it is theirs to decide.
        (Role.EXPERT, "e", set(), set()),
        (Role.BUREAU, "e", set(), set()),
        (Role.ENTERPRISE, None, set(), set()),
    ):
        caller = Caller(role, organisation_id=organisation)
        assert parts_of(owned, caller) == of_owned
        assert parts_of(common, caller) == of_common
