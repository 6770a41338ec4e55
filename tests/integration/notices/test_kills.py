"""Processes killed in the midst of telling and of sending: everything is told, and nothing twice."""

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, WORKER, Role
from app.models import (
    Account,
    Assignment,
    Delivery,
    DeliveryItem,
    DeliveryState,
    Notice,
    NoticePreference,
    NoticeTopic,
    OrganisationKind,
    RecordKind,
)
from app.models.base import now
from app.needs.schemas import NeedIn
from app.notices.telling import Told, tell
from app.organisations.repository import OrganisationRepository
from tests.asking import new_record
from tests.installations import Content
from tests.integration.killing import Killer
from tests.integration.notices.conftest import SECRET
from tests.trials import size

pytestmark = pytest.mark.real_model

ASKS, OFFERS = "云澜断电化工有限公司（示例）", "云澜断电工业大学（示例）"
TITLE = "化工废水COD臭氧催化氧化深度脱除第{}代装置"
TEXT = "对化工园区废水生化出水做臭氧催化氧化深度处理，含盐2%时出水COD稳定低于50 mg/L（示例）。"
KILLS, SEED = size(2, 40), 11
# Where a worker is killed: function, before or after, at which call.
POINTS = {
    "log read": ("app.notices.match_notices:SearchRepository.changed_since", "after", 1),
    "pairs found": ("app.matches.standing_matches:StandingMatcher.pairs", "after", 1),
    "told": ("app.notices.match_notices:tell", "after", 1),
    "queued": ("app.notices.telling:queue", "after", 1),
    "committed": ("app.notices.match_notices:StandingMatches.step", "after", 1),
}


@pytest.fixture
def settings(settings, installed):
    data = settings.data_dir / "data"
    shutil.copytree(installed(Content.EMPTY), data, symlinks=True)
    return settings.model_copy(update={"data_dir": data})


@pytest.fixture
def people(services):
    """The accounts that are told: of both sides, and the liaison of one; the first also by webhook, at once."""
    with services.database.write() as session:
        repository = OrganisationRepository(session)
        owners = [
            repository.ensure(ASKS, OrganisationKind.ENTERPRISE),
            repository.ensure(OFFERS, OrganisationKind.UNIVERSITY),
        ]
        session.flush()
        found = [
            Account(email="e@example.cn", name="企", role=Role.ENTERPRISE, organisation_id=owners[0].id),
            Account(email="u@example.cn", name="校", role=Role.UNIVERSITY, organisation_id=owners[1].id),
            Account(email="l@example.cn", name="员", role=Role.LIAISON),
        ]
        session.add_all(found)
        session.flush()
        session.add(Assignment(liaison_id=found[2].id, organisation_id=owners[0].id))
        session.add(
            NoticePreference(account_id=found[0].id, channels=["webhook"], paces={"match": "immediate"}, least_grade=3)
        )
    return [each.id for each in found]


@pytest.fixture
def publish(services):
    def made(number):
        body = AchievementIn(title=TITLE.format(number), summary=f"第{number}代。{TEXT}", organisation=OFFERS)
        return new_record(services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR).id

    return made


@pytest.fixture
def need(services):
    body = NeedIn(title="化工废水COD深度脱除", description=f"想用{TEXT}", organisation=ASKS, visibility="public")
    return new_record(services, RecordKind.NEEDS, body.model_dump(), OPERATOR).id


@pytest.fixture
def killer(services, tmp_path):
    opened = Killer(services.settings.data_dir, tmp_path, real_model=True)
    yield opened
    opened.close()


def _go_on(services):
    while services.standing.step(WORKER):
        pass


def _check(services, people, expected=None):
    """Check that nothing is there twice, and each notice for the first has one delivery; return the keys."""
    with services.database.read() as session:
        notices = session.scalars(select(Notice)).all()
        deliveries = session.scalars(select(Delivery)).all()
        items = session.scalars(select(DeliveryItem)).all()
    counts = Counter((each.account_id, each.key) for each in notices)
    assert set(counts.values()) <= {1}
    mine = {each.id for each in notices if each.account_id == people[0]}
    assert {each.notice_id for each in items} == mine
    assert len(items) == len(deliveries) == len(mine)
    keys = {account: {each.key for each in notices if each.account_id == account} for account in people}
    # One transaction tells everybody, or nobody.
    assert keys[people[0]] == keys[people[1]] == keys[people[2]]
    if expected is not None:
        assert keys[people[0]] == expected
    return keys[people[0]]


def _wait_for_more(services, people, before):
    deadline = time.monotonic() + 120
    while len(_check(services, people)) <= before and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.mark.heavy
def test_what_a_killed_process_left_is_told_once(services, people, need, publish, killer):
    """One point after another, in one installation: loading the model for each would take minutes."""
    told = set()
    for point, dies in POINTS.items():
        fresh = {f"match:{need}:{publish(f'{point}{number}')}" for number in range(2)}
        killer.start("worker", dies=dies)
        assert killer.ended() == -signal.SIGKILL, point
        assert _check(services, people) == told | (fresh if point == "committed" else set()), point
        _go_on(services)
        told |= fresh
        _check(services, people, told)


@pytest.mark.heavy
def test_kills_at_random_lose_nothing_and_repeat_nothing(services, people, need, publish, killer, figures):
    chance = random.Random(SEED)
    expected, before, within = set(), 0, 0
    for number in range(KILLS):
        expected |= {f"match:{need}:{publish(f'{number}之{at}')}" for at in range(2)}
        child = killer.start("worker")
        if number % 2:  # once it has told something, however slow the machine is
            _wait_for_more(services, people, before)
        time.sleep(chance.uniform(0, 0.3 if number % 2 else 3.5))
        os.kill(child, signal.SIGKILL)
        assert killer.ended() == -signal.SIGKILL
        told = len(_check(services, people))
        within += before < told
        before = told
    assert within, "no process told anything before it was killed"
    _go_on(services)
    _check(services, people, expected)
    figures("kill -9 while telling", size=KILLS, seed=SEED, told_before_the_kill=within)


@pytest.mark.heavy
def test_a_process_killed_after_sending_is_followed_under_the_same_key(
    services, people, killer, receiver, monkeypatch, tmp_path
):
    monkeypatch.setenv("SHUANGXU_NOTICE_WEBHOOKS", "true")
    monkeypatch.setenv("SHUANGXU_NOTICE_WEBHOOK_HOSTS", "localhost")
    ours = Killer(services.settings.data_dir, tmp_path, real_model=True)
    with services.database.write() as session:
        own = session.get(NoticePreference, people[0])
        own.webhook_url, own.webhook_secret = receiver.url, SECRET
        tell(session, [Told(people[0], NoticeTopic.DOCKING, "对接有了进展", "/needs", "docking:1")])
    ours.start("worker", dies=("app.notices.senders:post", "after", 1))
    assert ours.ended() == -signal.SIGKILL
    ours.close()
    with services.database.write() as session:
        (left,) = session.scalars(select(Delivery)).all()
        assert (left.state, left.attempts) == (DeliveryState.SENDING, 1)
        left.claimed_until = now() - timedelta(seconds=1)
    while services.postman.step():
        pass
    with services.database.read() as session:
        assert session.get(Delivery, left.id).state == DeliveryState.SENT
    assert [json.loads(body)["id"] for _, body in receiver.requests] == [left.id] * 2
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.requests}) == 1
