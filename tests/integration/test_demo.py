"""The accounts of the demo: made once, shown again, and over with the first real one."""

import pytest

from app.accounts.identification import caller_of
from app.accounts.repository import AccountRepository
from app.core.caller import OPERATOR, Role
from app.core.errors import Conflict, Unauthenticated
from app.demo.ready import ready_demo
from app.models import Status
from app.models.record import RecordKind
from tests.asking import record_called, sign_in, written

pytestmark = pytest.mark.real_model

REAL = {"email": "zhengshi@example.cn", "name": "正式", "role": Role.LIAISON}


@pytest.fixture
def demo(demo_services):
    return ready_demo(demo_services.parts)


def _account(services, email):
    with services.database.read() as session:
        return AccountRepository(session).by_email(email)


def _sign_in(services, demo, email):
    return sign_in(services, email, demo.password)


def test_every_role_has_an_account_and_the_second_time_it_is_the_same(demo_services, demo):
    assert {each.role for each in demo.accounts} == {role.value for role in Role if role is not Role.ANYBODY}
    assert ready_demo(demo_services.parts) == demo
    for each in demo.accounts:
        _sign_in(demo_services, demo, each.email)
    file = demo_services.settings.data_dir / "demo-password"
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text("utf-8").strip() == demo.password


def test_there_is_work_for_the_liaison(demo_services, demo):
    assert record_called(demo_services, RecordKind.NEEDS, "XQ-demo-01").status == Status.SUBMITTED
    # It names its enterprise, so it is held back until the enterprise has read that.
    assert record_called(demo_services, RecordKind.NEEDS, "XQ-demo-02").status == Status.DRAFT
    with demo_services.database.read() as session:
        interests, _ = demo_services.interests.page(session, OPERATOR, None, mine=False, cursor=None, limit=10)
        roster = demo_services.liaisons.roster(session, OPERATOR)
    assert {each.state for each in interests} == {"submitted", "forwarded"}
    assert [len(each.assignments) for each in roster] == [3]


def test_a_round_is_answered_by_some_and_a_pair_waits_for_a_decision(demo_services, demo):
    with demo_services.database.read() as session:
        rounds, _ = demo_services.rounds.page(session, OPERATOR, only_open=True, cursor=None, limit=5)
        total = demo_services.rounds.completion(session, rounds[0].id, OPERATOR).total
        pairs, _ = demo_services.duplicates.page(
            session, RecordKind.ACHIEVEMENTS, OPERATOR, decided=False, cursor=None, limit=5
        )
    assert (total.answered, total.declined, total.needs) == (2, 2, 2)
    assert total.silent > 10
    titles = {record.external_id for _, *pair in pairs for record in pair}
    assert {"CG-machine-11", "CG-demo-11"} <= titles
    assert len({record.organisation_id for record in pairs[0][1:]}) == 2


def test_the_first_real_account_ends_the_demo(demo_services, demo):
    email = demo.accounts[0].email
    _sign_in(demo_services, demo, email)
    written(demo_services.database, demo_services.accounts.invite, REAL, OPERATOR)
    with pytest.raises(Unauthenticated):
        _sign_in(demo_services, demo, email)
    ended = _account(demo_services, email)
    with demo_services.database.read() as session:
        assert AccountRepository(session).sessions(ended.id) == []
    with pytest.raises(Conflict, match="演示账号"):
        written(
            demo_services.database, demo_services.accounts.change, ended.id, {"disabled": False}, str(ended.version),
            OPERATOR,
        )  # fmt: skip
    assert ready_demo(demo_services.parts) is None


def test_whom_a_demo_account_invites_belongs_to_the_demo(demo_services, demo):
    admin = next(each for each in demo.accounts if each.role == Role.ADMIN)
    caller = caller_of(_account(demo_services, admin.email), "")
    made, _ = written(demo_services.database, demo_services.accounts.invite, REAL, caller)
    assert made.demo
    _sign_in(demo_services, demo, admin.email)


def test_there_is_no_demo_beside_real_accounts(seeded_services):
    written(seeded_services.database, seeded_services.accounts.invite, REAL, OPERATOR)
    assert ready_demo(seeded_services.parts) is None
    assert not (seeded_services.settings.data_dir / "demo-password").exists()
