"""What a day brings is told once, after eight, and made up for when no process ran."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from app.core.caller import WORKER, Role
from app.core.city_time import CITY_TIME, today
from app.models import (
    Account,
    Assignment,
    Need,
    Notice,
    NoticeTopic,
    Organisation,
    OrganisationKind,
    Round,
    RoundInvitation,
    Status,
)
from app.reminders.service import Reminders

DAY = timedelta(days=1)


def _at(days: int, hour: int = 9) -> datetime:
    return datetime.combine(today() + days * DAY, time(hour), CITY_TIME)


@pytest.fixture
def people(database):
    """An enterprise with an account and a liaison, and another enterprise."""
    with database.write() as session:
        found = [Organisation(name=f"云澜提醒{at}（示例）", kind=OrganisationKind.ENTERPRISE) for at in range(2)]
        session.add_all(found)
        session.flush()
        accounts = [
            Account(email="e@example.cn", name="企", role=Role.ENTERPRISE, organisation_id=found[0].id),
            Account(email="o@example.cn", name="别", role=Role.ENTERPRISE, organisation_id=found[1].id),
            Account(email="l@example.cn", name="员", role=Role.LIAISON),
        ]
        session.add_all(accounts)
        session.flush()
        session.add(Assignment(liaison_id=accounts[2].id, organisation_id=found[0].id))
    return [each.id for each in found], [each.id for each in accounts]


@pytest.fixture
def told(database):
    """Return the titles that an account was told, the first first."""

    def read(account, topic):
        with database.read() as session:
            query = select(Notice.title).where(Notice.account_id == account, Notice.topic == topic)
            return session.scalars(query.order_by(Notice.id)).all()

    return read


def test_owners_and_liaisons_are_told_a_month_and_a_week_before_a_record_runs_out(database, people, told):
    (owner, _), (member, stranger, liaison) = people
    fields = {"description": "说明", "visibility": "liaison", "title_key": "0" * 64}
    with database.write() as session:
        session.add_all([
            Need(title="到期的", organisation_id=owner, valid_until=today() + 30 * DAY, **fields),
            Need(title="还早的", organisation_id=owner, valid_until=today() + 80 * DAY, **fields),
            Need(title="没发布的", organisation_id=owner, valid_until=today() + DAY, status=Status.DRAFT, **fields),
            Need(title="过期的", organisation_id=owner, valid_until=today() - DAY, **fields),
        ])  # fmt: skip
    reminders = Reminders(database)
    assert not reminders.step(WORKER, _at(0, 7))
    for days in range(31):
        assert reminders.step(WORKER, _at(days))
        # Once a day, and another process that does the same work finds it done.
        assert not reminders.step(WORKER, _at(days, 20))
        assert not Reminders(database).step(WORKER, _at(days, 21))
    until = (today() + 30 * DAY).isoformat()
    expected = [f"需求“到期的”{until} 到期，还有 30 天", f"需求“到期的”{until} 到期，还有 7 天"]
    assert told(member, NoticeTopic.RECORD) == told(liaison, NoticeTopic.RECORD) == expected
    assert told(stranger, NoticeTopic.RECORD) == []


def test_a_day_without_a_process_is_made_up_for(database, people, told):
    (owner, _), (member, _, _) = people
    with database.write() as session:
        session.add(
            Need(
                title="到期的", description="说明", visibility="public", title_key="0" * 64, organisation_id=owner,
                valid_until=today() + 8 * DAY,
            )
        )  # fmt: skip
    reminders = Reminders(database)
    reminders.step(WORKER, _at(0))
    reminders.step(WORKER, _at(5))  # the seventh day before was missed
    assert [title.rpartition("，")[2] for title in told(member, NoticeTopic.RECORD)] == ["还有 8 天", "还有 3 天"]


def test_enterprises_are_told_when_a_round_opens_and_before_it_closes(database, people, told):
    (owner, other), (member, stranger, _) = people
    with database.write() as session:
        round = Round(title="三季度征集", opens_on=today() + DAY, closes_on=today() + 10 * DAY, created_by="")
        session.add(round)
        session.flush()
        session.add_all(RoundInvitation(round_id=round.id, organisation_id=each) for each in (owner, other))
    reminders = Reminders(database)
    reminders.step(WORKER, _at(0))
    assert told(member, NoticeTopic.ROUND) == []  # they cannot see it yet
    reminders.step(WORKER, _at(1))
    assert told(member, NoticeTopic.ROUND) == ["邀请填报：三季度征集"]
    with database.write() as session:
        session.get(RoundInvitation, (round.id, other)).declined = "没有"
    for days in range(2, 13):
        reminders.step(WORKER, _at(days))
    assert told(member, NoticeTopic.ROUND) == ["邀请填报：三季度征集", "即将截止：三季度征集"]
    assert told(stranger, NoticeTopic.ROUND) == ["邀请填报：三季度征集"]
