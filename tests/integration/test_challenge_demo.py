"""The demo's challenges: in four states, with work for the expert, the enterprise and the university."""

import pytest

from app.accounts.identification import caller_of
from app.accounts.repository import AccountRepository
from app.challenges.repository import ChallengeFilter
from app.challenges.shown import ChallengeRow
from app.core.caller import Role

pytestmark = pytest.mark.real_model


def test_everybody_of_the_demo_has_something_to_do(demo_services):
    service = demo_services.challenges
    with demo_services.database.read() as session:
        people = {
            role: caller_of(AccountRepository(session).by_email(f"{role.value}@demo.example"), "")
            for role in (Role.LIAISON, Role.ENTERPRISE, Role.UNIVERSITY, Role.EXPERT)
        }
        rows, _ = service.page(session, people[Role.LIAISON], ChallengeFilter(mine=True), cursor=None, limit=10)
        assert {each.state for each in rows} == {"review", "closed", "published", "in_progress"}
        (seat,) = service.review.waiting(session, people[Role.EXPERT], 10)
        assert seat.scores is None
        mine, _ = service.page(session, people[Role.ENTERPRISE], ChallengeFilter(mine=True), cursor=None, limit=10)
        assert {each.state for each in mine} == {"review", "closed"}
        (late,) = service.projects.late(session, people[Role.LIAISON], 10)
        assert late.challenge.state == "in_progress"
        seen, _ = service.page(session, people[Role.UNIVERSITY], ChallengeFilter(), cursor=None, limit=10)
        shown = {each.state: ChallengeRow.of(each, people[Role.UNIVERSITY]) for each in seen}
        assert set(shown) == {"closed", "published", "in_progress"}
        # Of several needs nobody outside learns which, and whose.
        assert (shown["published"].needs, shown["published"].owner) == ([], None)
