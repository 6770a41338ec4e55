"""What the demo shows of roadshows and cases."""

import pytest
from sqlalchemy import func, select

from app.core.caller import ANYBODY, OPERATOR
from app.models import Docking, DockingOrigin, MeetingOutcome
from app.roadshows.repository import When
from app.roadshows.shown import Shown

pytestmark = pytest.mark.real_model


def test_a_roadshow_to_come_one_past_and_two_cases(demo_services):
    with demo_services.database.read() as session:
        (coming,), _ = demo_services.roadshows.page(session, OPERATOR, when=When.COMING, limit=9)
        (past,), _ = demo_services.roadshows.page(session, OPERATOR, when=When.PAST, limit=9)
        planned, done = (demo_services.roadshow_agendas.meetings(session, each, OPERATOR) for each in (coming, past))
        assert len(planned) >= 6
        assert "匿名企业" in str(Shown(session, coming, planned).all(planned, ANYBODY))
        assert len(done) >= 3
        met = [each for each in done if each.outcome == MeetingOutcome.MET]
        query = select(func.count()).select_from(Docking).where(Docking.origin == DockingOrigin.ROADSHOW)
        # A pair that was followed before keeps its docking.
        assert len(met) >= 2
        assert 1 <= session.scalar(query) <= len(met)
        assert all(each.outcome for each in done)
        cases, _ = demo_services.cases.page(session, OPERATOR, limit=9)
        public, _ = demo_services.cases.page(session, ANYBODY, limit=9)
    assert {each.state for each in cases} == {"published", "draft"}
    (shown,) = public
    assert (shown.enterprise, shown.enterprise_named) == ("本市某豆制品企业", False)
