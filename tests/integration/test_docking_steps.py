"""Steps of dockings on both databases: none that is forbidden, whatever the order, and one of two at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.identification import caller_of
from app.core.caller import Role
from app.core.errors import AppError, Conflict, InvalidInput, StaleVersion
from app.core.identifiers import new_id
from app.dockings.service import DockingService
from app.interests.service import InterestService
from app.models import (
    Account,
    Achievement,
    CloseReason,
    Docking,
    DockingStage,
    Interest,
    InterestState,
    Judgement,
    Need,
    Organisation,
    OrganisationKind,
)
from app.models.base import now
from tests.asking import written
from tests.trials import size

S = DockingStage
# Written out once more, from what liaisons say of their work and not from the code.
ON = {
    (S.RECOMMENDED, S.CONTACTED), (S.CONTACTED, S.INTERESTED), (S.INTERESTED, S.NEGOTIATING),
    (S.NEGOTIATING, S.PILOT), (S.NEGOTIATING, S.SIGNED), (S.PILOT, S.SIGNED), (S.SIGNED, S.LANDED),
}  # fmt: skip
BACK = {
    (S.CONTACTED, S.RECOMMENDED), (S.INTERESTED, S.CONTACTED), (S.NEGOTIATING, S.INTERESTED),
    (S.PILOT, S.NEGOTIATING), (S.SIGNED, S.NEGOTIATING), (S.LANDED, S.SIGNED),
}  # fmt: skip
STEPS = st.builds(lambda to, note: ("step", to, note), st.sampled_from(S), st.sampled_from(["", "写明理由"]))
ACTIONS = st.one_of(
    STEPS,
    STEPS,
    st.builds(lambda reason: ("close", reason, ""), st.sampled_from(CloseReason)),
    st.just(("reopen", None, "")),
    st.just(("open", None, "")),
    st.just(("agree", None, "")),
)


class _Committed:
    """A service whose every call is a transaction of its own."""

    def __init__(self, database, service):
        self._database, self._service = database, service

    def __getattr__(self, name):
        return partial(written, self._database, getattr(self._service, name))


class Office:
    """A liaison, a member of either side, and as many pairs as are wanted."""

    def __init__(self, database, folder):
        self.database = database
        self.service = _Committed(database, DockingService(folder))
        self.interests = _Committed(database, InterestService())
        with database.write() as session:
            self.owners = [
                Organisation(name=f"云澜台阶{kind.value}（示例）", kind=kind)
                for kind in (OrganisationKind.ENTERPRISE, OrganisationKind.UNIVERSITY)
            ]
            session.add_all(self.owners)
            session.flush()
            people = [
                Account(email="liaison@steps.example", name="情报员", role=Role.LIAISON),
                *(
                    Account(email=f"{role}@steps.example", name="成员", role=role, organisation_id=owner.id)
                    for role, owner in zip((Role.ENTERPRISE, Role.UNIVERSITY), self.owners, strict=True)
                ),
            ]
            session.add_all(people)
            session.flush()
            self.liaison, *self.members = (caller_of(each, "") for each in people)

    def pair(self):
        """Return the ids of a need and an achievement."""
        with self.database.write() as session:
            need = Need(
                title="台阶（示例）", title_key=new_id(), description="示例", visibility="public",
                organisation_id=self.owners[0].id, industries=[], chains=[], cooperation_modes=[], hard_conditions=[],
                originals={},
            )  # fmt: skip
            achievement = Achievement(
                title="台阶（示例）", title_key=new_id(), summary="示例", visibility="public", keywords=[], ip=[],
                organisation_id=self.owners[1].id, industries=[], chains=[], cooperation_modes=[], originals={},
            )  # fmt: skip
            session.add_all([need, achievement])
            session.flush()
            return need.id, achievement.id

    def agree(self, need_id, achievement_id):
        """Let both sides agree, the achievement's last and by the service."""
        with self.database.write() as session:
            made = Interest(need_id=need_id, achievement_id=achievement_id, state=InterestState.FORWARDED)
            made.need_agreed_at = made.forwarded_at = now()
            session.add(made)
            session.flush()
        self.interests.consent(made.id, None, "", self.members[1])

    def rows(self, need_id, achievement_id):
        """Return every docking of a pair."""
        with self.database.read() as session:
            return session.query(Docking).filter_by(need_id=need_id, achievement_id=achievement_id).all()


@pytest.fixture
def office(database, tmp_path):
    return Office(database, tmp_path / "files")


@settings(
    max_examples=size(6, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ACTIONS, min_size=5, max_size=20))
def test_no_walk_takes_a_forbidden_step(office, actions):
    pair = office.pair()
    id = office.service.open(*pair, office.liaison)[0].id
    stage, closed_from = S.RECOMMENDED, None
    for action, what, note in actions:
        others = [each for each in office.rows(*pair) if each.id != id and each.stage != S.CLOSED]
        legal, expected, left = _expected(action, what, note, stage, closed_from, others)
        try:
            _do(office, id, pair, action, what, note)
        except (Conflict, InvalidInput):
            assert not legal, (stage, action, what)
        else:
            assert legal, (stage, action, what)
            stage, closed_from = expected, left
        rows = office.rows(*pair)
        first = next(each for each in rows if each.id == id)
        assert (first.stage, first.closed_from, first.close_reason is not None) == (
            stage,
            closed_from,
            stage is S.CLOSED,
        )
        assert sum(each.stage != S.CLOSED for each in rows) <= 1
        assert [each.open_key is None for each in rows] == [each.stage == S.CLOSED for each in rows]


def _expected(action, what, note, stage, closed_from, others):
    """Return whether an action is allowed, and stage and earlier stage of the first docking after it."""
    if action == "step":
        allowed = (stage, what) in ON or ((stage, what) in BACK and bool(note))
        return allowed, what, None
    if action == "close":
        return stage not in {S.CLOSED, S.LANDED}, S.CLOSED, stage
    if action == "reopen":
        return stage is S.CLOSED and not others, closed_from, None
    if action == "agree" and stage in {S.RECOMMENDED, S.CONTACTED}:
        return True, S.INTERESTED, None
    return True, stage, closed_from  # opened or agreed: of a closed one, another is opened


def _do(office, id, pair, action, what, note):
    service, caller = office.service, office.liaison
    if action == "step":
        service.step(id, what, note, None, caller)
    elif action == "close":
        service.close(id, what, note, None, caller)
    elif action == "reopen":
        service.reopen(id, note, None, caller)
    elif action == "open":
        service.open(*pair, caller)
    else:
        office.agree(*pair)


def _at_once(*calls):
    """Make calls at the same moment; return what each answered or raised."""
    barrier = Barrier(len(calls))

    def made(call):
        barrier.wait()
        try:
            return call()
        except AppError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))


ROUNDS = 6


def test_of_two_equal_steps_at_once_one_is_taken(office):
    for _ in range(ROUNDS):
        docking = office.service.open(*office.pair(), office.liaison)[0]
        for stage in (S.CONTACTED, S.INTERESTED, S.NEGOTIATING):
            calls = [partial(office.service.step, docking.id, stage, "", None, office.liaison)] * 2
            answers = _at_once(*calls)
            assert sorted(type(each).__name__ for each in answers) == ["Conflict", "Docking"], answers


def test_of_a_step_and_a_closing_of_one_version_one_is_taken(office):
    service, caller = office.service, office.liaison
    for _ in range(ROUNDS):
        docking = service.open(*office.pair(), caller)[0]
        tag = f'"{docking.version}"'
        answers = _at_once(
            partial(service.step, docking.id, S.CONTACTED, "", tag, caller),
            partial(service.close, docking.id, CloseReason.PRICE, "", tag, caller),
        )
        assert sum(isinstance(each, Docking) for each in answers) == 1, answers
        assert sum(isinstance(each, (Conflict, StaleVersion)) for each in answers) == 1, answers


def test_of_two_closings_at_once_one_counts(office):
    service, caller = office.service, office.liaison
    for _ in range(ROUNDS):
        pair = office.pair()
        docking = service.open(*pair, caller)[0]
        reasons = (CloseReason.PRICE, CloseReason.TECHNICAL_MISMATCH)
        answers = _at_once(*(partial(service.close, docking.id, reason, "", None, caller) for reason in reasons))
        won = [each for each in answers if isinstance(each, Docking)]
        assert len(won) == 1, answers
        with office.database.read() as session:
            given = session.query(Judgement).filter_by(need_id=pair[0]).all()
        expected = {CloseReason.PRICE: 3, CloseReason.TECHNICAL_MISMATCH: 2}
        assert [each.grade for each in given] == [expected[CloseReason(won[0].close_reason)]]


def test_a_pair_that_is_opened_at_once_is_opened_once(office):
    for _ in range(ROUNDS):
        pair = office.pair()
        answers = _at_once(*[partial(office.service.open, *pair, office.liaison)] * 3)
        assert len({docking.id for docking, _ in answers}) == 1
        assert len(office.rows(*pair)) == 1


def test_of_reopening_and_opening_anew_at_once_one_is_open(office):
    service, caller = office.service, office.liaison
    for _ in range(ROUNDS):
        pair = office.pair()
        docking = service.open(*pair, caller)[0]
        service.close(docking.id, CloseReason.NO_ANSWER, "", None, caller)
        _at_once(partial(service.reopen, docking.id, "", None, caller), partial(service.open, *pair, caller))
        assert sum(each.stage != S.CLOSED for each in office.rows(*pair)) == 1
