"""What the lists and pages of roadshows and cases cost in queries: the same for few things and many."""

import pytest

from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.dockings.opening import open_docking
from app.models import Case, CaseState, DockingOrigin, Roadshow, RoadshowGuest, RoadshowMeeting, RoadshowState

ENTERPRISE, UNIVERSITY = "云澜路演查询有限公司（示例）", "云澜路演查询大学（示例）"
# The key and its use, who is signed in, and what the page shows; one roadshow gets ever more meetings.
PINNED = {
    "liaison /roadshows": 4,
    "enterprise /roadshows": 4,
    "bureau /roadshows": 4,
    "liaison /roadshows/{id}": 10,
    "enterprise /roadshows/{id}": 7,
    "university /roadshows/{id}": 7,
    "bureau /roadshows/{id}": 7,
    "liaison /roadshows/{id}/handout": 6,
    "liaison /cases": 5,
    "enterprise /cases": 5,
    "anybody /cases": 3,
}


def _roadshow(people):
    made = Roadshow(
        title="查询对接会（示例）", held_on=today(), starts="09:00", ends="12:00", slot_minutes=20, tables=2
    )
    made.most_meetings, made.state = 9, RoadshowState.SCHEDULED
    guests = [people[name][0].organisation_id for name in ("enterprise", "university")]
    return made, guests


@pytest.fixture(scope="module")
def people(account):
    return {
        "anybody": (None, {}),
        "enterprise": account(Role.ENTERPRISE, ENTERPRISE),
        "university": account(Role.UNIVERSITY, UNIVERSITY),
        "liaison": account(Role.LIAISON),
        "bureau": account(Role.BUREAU),
    }


@pytest.fixture(scope="module")
def whole(client, people):
    """The roadshow that gets ever more meetings."""
    made, guests = _roadshow(people)
    with client.app.state.database.write() as session:
        session.add(made)
        session.flush()
        session.add_all(RoadshowGuest(roadshow_id=made.id, organisation_id=each) for each in guests)
    return made.id


@pytest.fixture(scope="module")
def more(client, create, people, whole):
    """Add one of everything that the pages show."""

    def added(slot):
        need = create("needs", organisation=ENTERPRISE, visibility="anonymous")
        achievement = create("achievements", organisation=UNIVERSITY)
        other, guests = _roadshow(people)
        with client.app.state.database.write() as session:
            session.add(other)
            session.flush()
            session.add_all(RoadshowGuest(roadshow_id=other.id, organisation_id=each) for each in guests)
            session.add(
                RoadshowMeeting(
                    roadshow_id=whole, slot=slot, seat=1, need_id=need["id"], achievement_id=achievement["id"],
                    enterprise_id=guests[0], university_id=guests[1],
                )
            )  # fmt: skip
            docking = open_docking(session, OPERATOR, need["id"], achievement["id"], DockingOrigin.ROADSHOW)
            made = Case(docking_id=docking.id, title="案例（示例）", problem="难", solution="办", effect="好")
            made.enterprise_label, made.state = "本市某企业", CaseState.PUBLISHED
            session.add(made)

    return added


def test_pages_cost_the_same_for_few_things_and_many(client, people, whole, more, queries):
    def counted():
        found = {}
        for name in PINNED:
            who, path = name.split()
            path = path.replace("{id}", whole)
            client.get(path, headers=people[who][1])  # a key notes its first use
            queries.clear()
            answer = client.get(path, headers=people[who][1])
            assert answer.status_code == 200, answer.text
            found[name] = (len(queries), len(answer.text))
        return found

    more(0)
    few = counted()
    for slot in (1, 2, 3):
        more(slot)
    many = counted()
    assert {name: count for name, (count, _) in many.items()} == {name: count for name, (count, _) in few.items()}
    assert {name: count for name, (count, _) in many.items()} == PINNED
    assert all(many[name][1] > few[name][1] for name in PINNED)
