"""Liaison duty: assignments, contacts, the roster, hand-over."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role
from app.core.city_time import today
from app.models import Account, Assignment, Docking, DockingEvent, Interest, OrganisationKind
from app.models.base import now
from app.organisations.repository import OrganisationRepository


@pytest.fixture(scope="module")
def database(client):
    return client.app.state.database


@pytest.fixture
def organisation(database):
    made = iter(range(1000))

    def make(name="单位"):
        with database.write() as session:
            kind = OrganisationKind.UNIVERSITY
            return OrganisationRepository(session).ensure(f"定点联系{name}{next(made)}{now().timestamp()}", kind).id

    return make


@pytest.fixture
def assign(client, operator, organisation):
    def made(liaison, name="单位", **fields):
        sent = {"organisation_id": organisation(name), **fields}
        answer = client.post(f"/api/v1/liaisons/{liaison.id}/assignments", json=sent, headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


def _line(client, headers, liaison):
    items = client.get("/api/v1/liaisons", headers=headers).json()["items"]
    return next((each for each in items if each["id"] == liaison.id), None)


def test_a_contact_shows_in_the_roster(client, operator, account, assign, refused):
    liaison, headers = account(Role.LIAISON, unit="双需专班")
    held = assign(liaison, platform="煤基材料重点实验室")
    path = f"/api/v1/assignments/{held['id']}/contacts"
    earlier = (today() - timedelta(days=20)).isoformat()
    for day in (earlier, (today() - timedelta(days=40)).isoformat()):
        made = client.post(path, json={"contacted_on": day, "manner": "visit", "note": "看了中试线"}, headers=headers)
        assert made.status_code == 201
    line = _line(client, headers, liaison)
    assert (line["unit"], line["overdue"]) == ("双需专班", 0)
    (one,) = line["assignments"]
    assert (one["last_contact_on"], one["days_since_contact"], one["platform"]) == (earlier, 20, "煤基材料重点实验室")
    listed = client.get(path, headers=headers).json()["items"]
    assert listed[0]["contacted_on"] == earlier
    ahead = {"contacted_on": (today() + timedelta(days=1)).isoformat(), "manner": "call"}
    refused(client.post(path, json=ahead, headers=headers), 422, "contacted_on")
    another = account(Role.LIAISON)[1]
    refused(client.post(path, json={"contacted_on": earlier, "manner": "call"}, headers=another), 403)


def test_two_months_without_contact_are_overdue(client, operator, account, assign, database):
    liaison, headers = account(Role.LIAISON)
    held = assign(liaison)
    with database.write() as session:
        session.get(Assignment, held["id"]).started_at = now() - timedelta(days=60)
    assert _line(client, headers, liaison)["overdue"] == 0
    with database.write() as session:
        session.get(Assignment, held["id"]).started_at = now() - timedelta(days=61)
    assert _line(client, headers, liaison)["overdue"] == 1


def test_the_same_assignment_is_given_once_and_ends(client, operator, account, assign, refused):
    liaison, _ = account(Role.LIAISON)
    held = assign(liaison)
    again = {"organisation_id": held["organisation_id"]}
    path = f"/api/v1/liaisons/{liaison.id}/assignments"
    refused(client.post(path, json=again, headers=operator), 409)
    assert client.post(path, json={**again, "platform": "某实验室"}, headers=operator).status_code == 201
    assert client.delete(f"/api/v1/assignments/{held['id']}", headers=operator).status_code == 204
    assert client.post(path, json=again, headers=operator).status_code == 201
    refused(client.post(path, json={"organisation_id": "unknown"}, headers=operator), 422, "organisation_id")
    expert = account(Role.EXPERT)[0]
    refused(client.post(f"/api/v1/liaisons/{expert.id}/assignments", json=again, headers=operator), 422, "id")


def test_an_end_is_taken_back(client, operator, account, assign, refused):
    liaison, _ = account(Role.LIAISON)
    held = assign(liaison)
    path = f"/api/v1/assignments/{held['id']}"
    refused(client.post(f"{path}/restoration", headers=operator), 409)
    client.delete(path, headers=operator)
    assert _line(client, operator, liaison)["assignments"] == []
    assert client.post(f"{path}/restoration", headers=operator).json() == held
    # Given anew meanwhile, or handed over, it is not.
    client.delete(path, headers=operator)
    again = {"organisation_id": held["organisation_id"]}
    new = client.post(f"/api/v1/liaisons/{liaison.id}/assignments", json=again, headers=operator).json()
    refused(client.post(f"{path}/restoration", headers=operator), 409)
    to = account(Role.LIAISON)[0]
    client.post(f"/api/v1/liaisons/{liaison.id}/hand-over", json={"to": to.id}, headers=operator)
    refused(client.post(f"/api/v1/assignments/{new['id']}/restoration", headers=operator), 409)
    refused(client.post("/api/v1/assignments/none/restoration", headers=operator), 404)


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.UNIVERSITY])
def test_a_member_sees_who_looks_after_them(client, operator, account, role):
    one, headers = account(role)
    assert "还没有指定专人" in client.get("/", headers=headers).text
    liaison, _ = account(Role.LIAISON, unit="望山区专班（示例）", phone="0370-7654321")
    body = {"organisation_id": one.organisation_id}
    client.post(f"/api/v1/liaisons/{liaison.id}/assignments", json=body, headers=operator)
    page = client.get("/", headers=headers).text
    assert "望山区专班（示例）" in page
    assert 'href="tel:0370-7654321"' in page
    # Another organisation's member does not.
    assert "0370-7654321" not in client.get("/", headers=account(role)[1]).text


def test_everything_goes_over_when_a_liaison_leaves(client, operator, account, assign, create, database, refused):
    leaving, to = account(Role.LIAISON)[0], account(Role.LIAISON)[0]
    first, second = assign(leaving), assign(leaving)
    shared = {"organisation_id": second["organisation_id"]}
    client.post(f"/api/v1/liaisons/{to.id}/assignments", json=shared, headers=operator)
    day = (today() - timedelta(days=3)).isoformat()
    client.post(
        f"/api/v1/assignments/{first['id']}/contacts", json={"contacted_on": day, "manner": "call"}, headers=operator
    )
    need, achievement = create("needs"), create("achievements")
    with database.write() as session:
        session.add(
            Interest(need_id=need["id"], achievement_id=achievement["id"], liaison_id=leaving.id, state="forwarded")
        )
        ids = {"need_id": need["id"], "achievement_id": achievement["id"]}
        session.add(Docking(**ids, liaison_id=leaving.id, next_owner_id=leaving.id))
        session.add(Docking(**ids, liaison_id=leaving.id, stage="closed"))
    path = f"/api/v1/liaisons/{leaving.id}/hand-over"
    refused(client.post(path, json={"to": leaving.id}, headers=operator), 422, "to")
    refused(client.post(path, json={"to": account(Role.EXPERT)[0].id}, headers=operator), 422, "to")
    answer = client.post(path, json={"to": to.id}, headers=operator)
    assert answer.json() == {"assignments": 2, "interests": 1, "dockings": 1}
    assert _line(client, operator, leaving)["assignments"] == []
    held = {each["organisation_id"]: each["last_contact_on"] for each in _line(client, operator, to)["assignments"]}
    assert held == {first["organisation_id"]: day, second["organisation_id"]: None}
    with database.read() as session:
        assert session.query(Interest).filter_by(need_id=need["id"]).one().liaison_id == to.id
        kept = session.query(Docking).filter_by(need_id=need["id"])
        people = {each.stage: (each.liaison_id, each.next_owner_id) for each in kept}
        assert people == {"recommended": (to.id, to.id), "closed": (leaving.id, None)}
        (told,) = session.query(DockingEvent).filter(DockingEvent.docking_id.in_([each.id for each in kept]))
        assert (told.action, told.before, told.after) == ("liaison", leaving.id, to.id)
        assert session.get(Account, leaving.id).disabled_at is None  # leaving the work is not leaving the house


def test_the_roster_is_a_workbook_whose_cells_are_text(client, operator, account, assign):
    liaison = account(Role.LIAISON, unit='=cmd|"/c calc"!A1')[0]
    assign(liaison, name="@SUM(1)")
    answer = client.get("/api/v1/liaisons/roster.xlsx", headers=operator)
    assert "attachment" in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "姓名"
    (row,) = [row for row in rows if row[3] == liaison.email]
    assert row[1] == '=cmd|"/c calc"!A1'
    assert b"<f>" not in answer.content


def test_the_roster_takes_two_queries_whatever_its_size(client, operator, account, assign, queries):
    for _ in range(3):
        liaison = account(Role.LIAISON)[0]
        assign(liaison)
        assign(liaison)
    queries.clear()
    client.get("/api/v1/liaisons", headers=operator)
    assert len(queries) == 2
