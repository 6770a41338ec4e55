"""A roadshow from the plan to the results: guests, an agenda without clashes, who sees what of it."""

import io
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.core.database import Overtaken
from app.models import Docking, Notice, RoadshowMeeting
from app.roadshows.agenda_schemas import MeetingIn

PATH = "/api/v1/roadshows"
WORKS, SMELTER, INSTITUTE, COLLEGE = (
    "云澜青檀泵阀有限公司（示例）", "云澜赤堇冶炼有限公司（示例）", "云澜水利学院（示例）", "云澜冶金学院（示例）",
)  # fmt: skip
NEEDS = {
    WORKS: (
        "渣浆泵过流件磨损快",
        "渣浆泵叶轮和护套输送尾矿浆，两个月就磨穿，想要耐磨陶瓷或高铬铸铁涂层，寿命提高一倍。",
    ),
    SMELTER: (
        "铜冶炼烟气除砷",
        "铜冶炼烟气含砷，骤冷收砷后仍超标，想要干法除砷工艺，出口砷低于0.4 mg/m³。",
    ),
}
ACHIEVEMENTS = {
    INSTITUTE: (
        "渣浆泵过流件耐磨陶瓷涂层",
        "在渣浆泵叶轮和护套上做碳化硅耐磨陶瓷涂层，输送尾矿浆寿命提高两倍以上，已在三家选厂使用。",
    ),
    COLLEGE: (
        "冶炼烟气干法骤冷收砷",
        "铜冶炼烟气骤冷到150℃，砷以三氧化二砷收下，出口砷低于0.3 mg/m³，干法除砷不产废酸。",
    ),
}


@pytest.fixture(scope="module")
def people(account):
    """Two enterprises and two universities with their headers, and staff."""
    found = {
        name: account(Role.ENTERPRISE if name in NEEDS else Role.UNIVERSITY, name) for name in (*NEEDS, *ACHIEVEMENTS)
    }
    return found | {
        "liaison": account(Role.LIAISON),
        "bureau": account(Role.BUREAU),
        "stranger": account(Role.ENTERPRISE),
        "expert": account(Role.EXPERT),
    }


@pytest.fixture(scope="module")
def headers(people):
    return {name: each[1] for name, each in people.items()}


@pytest.fixture(scope="module")
def records(create, people):
    """A need of either enterprise, one of them anonymous, and an achievement of either university."""
    made = {}
    for owner, text in NEEDS.items():
        visibility = "anonymous" if owner == WORKS else "public"
        made[owner] = create("needs", title=text[0], description=text[1], organisation=owner, visibility=visibility)
    for owner, text in ACHIEVEMENTS.items():
        made[owner] = create("achievements", title=text[0], summary=text[1], organisation=owner)
    return made


@pytest.fixture
def plan(client, headers):
    """Plan a roadshow today."""

    def made(**fields):
        body = {"title": "装备与冶炼双向对接会（示例）", "held_on": str(today()), "starts": "09:00", "ends": "10:00",
                "place": "云澜会展中心 2 号厅", "slot_minutes": 20, "tables": 2, "most_meetings": 2}  # fmt: skip
        answer = client.post(PATH, json=body | fields, headers=headers["liaison"])
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def ask(client, headers):
    """Call the contract below a roadshow as somebody; return status and answer."""

    def made(method, roadshow, path="", who="liaison", match=None, **body):
        extra = {} if match is None else {"If-Match": f'"{match}"'}
        sent = {} if method in {"GET", "DELETE"} else {"json": body}
        answer = client.request(method, f"{PATH}/{roadshow['id']}{path}", headers=headers[who] | extra, **sent)
        text = answer.headers.get("content-type", "")
        return answer.status_code, answer.json() if "json" in text and answer.content else answer.content

    return made


@pytest.fixture
def invited(plan, ask, people, records):
    """A roadshow whose guests were told."""

    def made(*names, **fields):
        roadshow = plan(**fields)
        ids = [people[name][0].organisation_id for name in names or (*NEEDS, *ACHIEVEMENTS)]
        assert ask("POST", roadshow, "/guests", organisation_ids=ids)[1] == {"invited": len(ids), "already": 0}
        assert ask("POST", roadshow, "/steps", step="invite")[1]["state"] == "open"
        return roadshow

    return made


@pytest.fixture
def settled(invited, ask):
    def made(**fields):
        roadshow = invited(**fields)
        assert ask("POST", roadshow, "/agenda")[0] == 200
        assert ask("POST", roadshow, "/steps", step="settle")[0] == 200
        return roadshow

    return made


def _without_clash(items):
    places = [(each["slot"], each["table"]) for each in items]
    assert len(set(places)) == len(places)
    for one, other in combinations(items, 2):
        if one["slot"] == other["slot"]:
            assert one["need"]["organisation_id"] != other["need"]["organisation_id"]
            assert one["achievement"]["organisation_id"] != other["achievement"]["organisation_id"]


def test_a_plan_is_refused_with_a_remedy(client, headers, refused):
    body = {"title": "对接会（示例）", "held_on": str(today()), "starts": "09:00", "ends": "10:00"}
    for fields, field in (
        ({"link": "http://meet.example/1"}, "link"), ({"link": "https://user@meet.example"}, "link"),
        ({"link": "javascript:alert(1)"}, "link"), ({"starts": "9:00"}, "starts"), ({"starts": "24:00"}, "starts"),
        ({"tables": 0}, "tables"), ({"slot_minutes": 3}, "slot_minutes"), ({"kind": "party"}, "kind"),
    ):  # fmt: skip
        refused(client.post(PATH, json=body | fields, headers=headers["liaison"]), 422, field)
    for fields in ({"ends": "08:00"}, {"ends": "09:10"}):
        refused(client.post(PATH, json=body | fields, headers=headers["liaison"]), 422)


def test_the_same_request_twice_makes_one(client, headers):
    body = {"title": "同一场（示例）", "held_on": str(today()), "starts": "09:00", "ends": "10:00"}
    again = headers["liaison"] | {"Idempotency-Key": "roadshow-once"}
    first, second = (client.post(PATH, json=body, headers=again).json() for _ in range(2))
    assert first["id"] == second["id"]
    assert client.post(PATH, json=body | {"tables": 3}, headers=again).status_code == 409


def test_a_change_needs_the_version_that_was_read(plan, ask):
    roadshow = plan()
    assert ask("PATCH", roadshow, title="改名（示例）")[0] == 428
    assert ask("PATCH", roadshow, match=9, title="改名（示例）")[0] == 412
    status, changed = ask("PATCH", roadshow, match=1, title="改名（示例）", capacity=60)
    assert (status, changed["title"], changed["capacity"], changed["version"]) == (200, "改名（示例）", 60, 2)
    assert ask("PATCH", roadshow, match=2, capacity=None)[1]["capacity"] is None
    assert ask("PATCH", roadshow, match=3, ends="09:05")[0] == 422


def test_guests_know_of_it_once_they_were_told(client, plan, ask, people, headers):
    roadshow = plan(place="", link="")
    own = people[WORKS][0]
    assert ask("POST", roadshow, "/guests", organisation_ids=[own.organisation_id])[0] == 200
    assert ask("GET", roadshow, who=WORKS)[0] == 404
    assert ask("GET", roadshow, who="bureau")[0] == 404
    assert ask("POST", roadshow, "/steps", step="invite")[0] == 409  # nobody would know where
    ask("PATCH", roadshow, match=1, link="https://meet.example/8")
    assert ask("POST", roadshow, "/steps", step="invite")[0] == 200
    assert ask("GET", roadshow, who=WORKS)[1]["your_answer"] == "none"
    assert ask("GET", roadshow, who="bureau")[1]["your_answer"] is None
    for other in ("stranger", SMELTER):
        assert ask("GET", roadshow, who=other)[0] == 404
        assert ask("POST", roadshow, "/answer", who=other, answer="accepted")[0] == 404
        assert roadshow["id"] not in {each["id"] for each in client.get(PATH, headers=headers[other]).json()["items"]}
    assert ask("GET", roadshow, who="expert")[0] == 403
    assert _told(client, own, roadshow) == ["邀请贵单位参加：" + roadshow["title"]]
    assert ask("POST", roadshow, "/guests", organisation_ids=[own.organisation_id])[1] == {"invited": 0, "already": 1}
    assert len(_told(client, own, roadshow)) == 1


def _told(client, account, roadshow):
    with client.app.state.database.read() as session:
        query = select(Notice).where(Notice.account_id == account.id, Notice.path == f"/roadshows/{roadshow['id']}")
        return [each.title for each in session.scalars(query.order_by(Notice.id))]


def test_a_guest_answers_and_says_why_not(client, invited, ask, people):
    roadshow = invited()
    assert ask("POST", roadshow, "/answer", who=WORKS, answer="declined")[0] == 422
    assert ask("POST", roadshow, "/answer", who=WORKS, answer="none")[0] == 422
    assert ask("POST", roadshow, "/answer", who=WORKS, answer="declined", reason="当天停产检修")[0] == 204
    shown = ask("GET", roadshow, who=WORKS)[1]
    assert (shown["your_answer"], shown["your_reason"]) == ("declined", "当天停产检修")
    guests = {each["organisation"]: each for each in ask("GET", roadshow, "/guests")[1]["items"]}
    assert (guests[WORKS]["answer"], guests[WORKS]["reason"]) == ("declined", "当天停产检修")
    assert ask("GET", roadshow, "/guests", who=INSTITUTE)[0] == 403
    assert ask("GET", roadshow, "/guests", who="bureau")[0] == 403
    assert _told(client, people["liaison"][0], roadshow) == [f"{WORKS} 谢绝：{roadshow['title']}"]
    assert ask("POST", roadshow, "/answer", who=WORKS, answer="accepted")[0] == 204
    other = people[SMELTER][0].organisation_id
    assert ask("PUT", roadshow, f"/guests/{other}", answer="accepted")[1]["answer"] == "accepted"
    assert ask("PUT", roadshow, f"/guests/{other}", attended=True)[0] == 409  # it has not begun


def test_only_enterprises_and_universities_are_invited(plan, ask, refused):
    assert ask("POST", plan(), "/guests", organisation_ids=["0" * 32])[0] == 422


def test_the_agenda_seats_what_belongs_together(invited, ask, records):
    roadshow = invited()
    status, agenda = ask("POST", roadshow, "/agenda")
    assert status == 200
    assert (agenda["slots"], agenda["tables"]) == (3, 2)
    _without_clash(agenda["items"])
    pairs = {(each["need"]["id"], each["achievement"]["id"]) for each in agenda["items"]}
    assert (records[WORKS]["id"], records[INSTITUTE]["id"]) in pairs
    assert (records[SMELTER]["id"], records[COLLEGE]["id"]) in pairs
    assert all(each["probability"] >= 0.2 for each in agenda["items"])
    assert ask("GET", roadshow, "/agenda")[1] == agenda


def test_who_declined_is_left_out_and_holds_the_agenda_up(invited, ask, records):
    roadshow = invited()
    ask("POST", roadshow, "/agenda")
    ask("POST", roadshow, "/answer", who=INSTITUTE, answer="declined", reason="老师出差")
    status, problem = ask("POST", roadshow, "/steps", step="settle")
    assert (status, INSTITUTE in problem["detail"]) == (409, True)
    items = ask("POST", roadshow, "/agenda")[1]["items"]
    assert items
    assert records[INSTITUTE]["id"] not in {each["achievement"]["id"] for each in items}
    assert ask("POST", roadshow, "/steps", step="settle")[0] == 200


def test_an_agenda_needs_both_sides(invited, ask):
    assert ask("POST", invited(WORKS, SMELTER), "/agenda")[0] == 409
    roadshow = invited()
    assert ask("POST", roadshow, "/steps", step="settle")[0] == 409  # it is empty


def test_what_is_for_liaisons_alone_is_not_seated(invited, ask, create, records):
    title, text = "渣浆泵叶轮耐磨涂层", NEEDS[WORKS][1]
    hidden = create("needs", title=title, description=text, organisation=WORKS, visibility="liaison")
    roadshow = invited(most_meetings=3)
    items = ask("POST", roadshow, "/agenda")[1]["items"]
    assert hidden["id"] not in {each["need"]["id"] for each in items}
    body = {"need_id": hidden["id"], "achievement_id": records[COLLEGE]["id"], "slot": 3, "table": 2}
    status, problem = ask("POST", roadshow, "/meetings", **body)
    assert (status, "只给情报员看" in problem["detail"]) == (409, True)


def test_seats_moved_by_hand_stay_and_a_clash_is_named(invited, ask, records):
    roadshow = invited()
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[COLLEGE]["id"]}
    status, made = ask("POST", roadshow, "/meetings", **pair, slot=2, table=2)
    assert (status, made["pinned"], made["code"]) == (201, True, "2-2")
    assert ask("POST", roadshow, "/meetings", **pair, slot=3, table=1)[0] == 409  # the pair is seated
    other = {"need_id": records[SMELTER]["id"], "achievement_id": records[COLLEGE]["id"]}
    for slot, table, name in ((2, 1, COLLEGE), (2, 2, made["need"]["title"])):
        status, problem = ask("POST", roadshow, "/meetings", **other, slot=slot, table=table)
        assert (status, name in problem["detail"]) == (409, True), problem
    assert ask("POST", roadshow, "/meetings", **other, slot=4, table=1)[0] == 422
    assert ask("POST", roadshow, "/meetings", **other, slot=1, table=3)[0] == 422
    agenda = ask("POST", roadshow, "/agenda")[1]["items"]
    _without_clash(agenda)
    assert {"2-2"} <= {each["code"] for each in agenda if each["id"] == made["id"]}
    path = f"/meetings/{made['id']}"
    assert ask("PATCH", roadshow, path, slot=3)[0] == 428
    assert ask("PATCH", roadshow, path, match=7, slot=3)[0] == 412
    (blocking,) = [each for each in agenda if each["slot"] == 1 and each["need"]["organisation"] == WORKS] or [None]
    if blocking:
        status, problem = ask("PATCH", roadshow, path, match=1, slot=1, table=blocking["table"])
        assert status == 409, problem
    assert ask("DELETE", roadshow, path)[0] == 428
    assert ask("DELETE", roadshow, path, match=1)[0] == 204
    assert ask("PATCH", roadshow, path, match=1, slot=3)[0] == 404


def test_a_free_seat_is_taken_and_what_is_loosened_is_seated_anew(invited, ask, records):
    roadshow = invited(tables=3)
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[INSTITUTE]["id"]}
    made = ask("POST", roadshow, "/meetings", **pair, slot=3, table=3)[1]
    moved = ask("PATCH", roadshow, f"/meetings/{made['id']}", match=1, slot=2)[1]
    assert (moved["code"], moved["pinned"], moved["version"]) == ("2-3", True, 2)
    assert ask("PATCH", roadshow, f"/meetings/{made['id']}", match=2, pinned=False)[1]["pinned"] is False
    items = ask("POST", roadshow, "/agenda")[1]["items"]
    again = [each for each in items if each["need"]["id"] == pair["need_id"] and each["achievement"]["id"] == pair["achievement_id"]]  # noqa: E501  # fmt: skip
    assert [each["slot"] for each in again] == [1]


def test_what_is_changed_or_withdrawn_while_pairs_are_sought_is_not_seated_as_it_was(
    invited, ask, create, client, records, operator
):
    roadshow = invited()
    need = create("needs", title=NEEDS[SMELTER][0], description=NEEDS[SMELTER][1], organisation=SMELTER)
    agendas, database = client.app.state.services.roadshow_agendas, client.app.state.database
    body = MeetingIn(need_id=need["id"], achievement_id=records[COLLEGE]["id"], slot=1, table=1)
    with database.read() as session:
        pair = agendas.prepare_seat(session, roadshow["id"], body, OPERATOR)
        proposal = agendas.prepare_agenda(session, roadshow["id"], OPERATOR)
    assert need["id"] in {each.need.id for _, each in proposal.seats}
    path = f"/api/v1/needs/{need['id']}"
    answer = client.patch(path, json={"description": "改成湿法除砷。"}, headers=operator | {"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    with pytest.raises(Overtaken), database.write() as session:
        agendas.seat(session, roadshow["id"], body, pair, OPERATOR)
    assert client.delete(path, headers=operator | {"If-Match": answer.headers["ETag"]}).status_code == 204
    with pytest.raises(Overtaken), database.write() as session:
        agendas.propose(session, roadshow["id"], proposal, OPERATOR)
    assert ask("GET", roadshow, "/agenda")[1]["items"] == []
    assert ask("POST", roadshow, "/meetings", **body.model_dump())[0] == 404


@pytest.mark.parametrize("meanwhile", ["declined", "moved", "shortened"])
def test_an_agenda_is_made_anew_where_its_ground_changed_as_it_was_made(
    invited, ask, client, people, records, meanwhile
):
    roadshow = invited()
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[INSTITUTE]["id"]}
    made = ask("POST", roadshow, "/meetings", **pair, slot=3, table=2)[1]
    agendas, database = client.app.state.services.roadshow_agendas, client.app.state.database
    with database.read() as session:
        proposal = agendas.prepare_agenda(session, roadshow["id"], OPERATOR)
    whom = people[SMELTER][0].organisation_id
    change = {
        "declined": lambda: ask("PUT", roadshow, f"/guests/{whom}", answer="declined", reason="停产检修。"),
        "moved": lambda: ask("PATCH", roadshow, f"/meetings/{made['id']}", match=1, slot=1),
        "shortened": lambda: ask("PATCH", roadshow, match=ask("GET", roadshow)[1]["version"], most_meetings=1),
    }[meanwhile]
    assert change()[0] == 200
    with pytest.raises(Overtaken), database.write() as session:
        agendas.propose(session, roadshow["id"], proposal, OPERATOR)


def test_nobody_meets_more_often_than_is_allowed(invited, ask, records):
    roadshow = invited(most_meetings=1)
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[COLLEGE]["id"]}
    assert ask("POST", roadshow, "/meetings", **pair, slot=1, table=1)[0] == 201
    other = {"need_id": records[WORKS]["id"], "achievement_id": records[INSTITUTE]["id"]}
    status, problem = ask("POST", roadshow, "/meetings", **other, slot=2, table=1)
    assert (status, WORKS in problem["detail"]) == (409, True)


def test_strangers_are_not_seated(invited, ask, records):
    roadshow = invited(SMELTER, COLLEGE)
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[COLLEGE]["id"], "slot": 1, "table": 1}
    status, problem = ask("POST", roadshow, "/meetings", **pair)
    assert (status, WORKS in problem["detail"]) == (409, True)


def test_a_guest_with_meetings_and_a_table_in_use_are_not_taken_away(invited, ask, people, records):
    roadshow = invited()
    pair = {"need_id": records[WORKS]["id"], "achievement_id": records[COLLEGE]["id"], "slot": 3, "table": 2}
    made = ask("POST", roadshow, "/meetings", **pair)[1]
    guest = f"/guests/{people[WORKS][0].organisation_id}"
    assert ask("DELETE", roadshow, guest)[0] == 409
    version = ask("GET", roadshow)[1]["version"]
    for fields in ({"tables": 1}, {"ends": "09:40"}):
        assert ask("PATCH", roadshow, match=version, **fields)[0] == 409
    ask("DELETE", roadshow, f"/meetings/{made['id']}", match=1)
    assert ask("DELETE", roadshow, guest)[0] == 204
    assert ask("DELETE", roadshow, guest)[0] == 404


steps = st.lists(
    st.one_of(
        st.tuples(st.just("seat"), st.integers(0, 1), st.integers(0, 1), st.integers(1, 4), st.integers(1, 3)),
        st.tuples(st.just("move"), st.integers(0, 3), st.just(0), st.integers(1, 4), st.integers(1, 3)),
        st.tuples(st.just("drop"), st.integers(0, 3), st.just(0), st.just(0), st.just(0)),
        st.tuples(st.just("propose"), st.just(0), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_done_by_hand_no_clash_is_stored(invited, ask, records, done):
    roadshow = invited()
    for name, one, other, slot, table in done:
        items = ask("GET", roadshow, "/agenda")[1]["items"]
        if name == "seat":
            need, achievement = records[list(NEEDS)[one]], records[list(ACHIEVEMENTS)[other]]
            body = {"need_id": need["id"], "achievement_id": achievement["id"], "slot": slot, "table": table}
            assert ask("POST", roadshow, "/meetings", **body)[0] in {201, 409, 422}
        elif name == "propose":
            assert ask("POST", roadshow, "/agenda")[0] == 200
        elif one < len(items):
            path, version = f"/meetings/{items[one]['id']}", items[one]["version"]
            if name == "move":
                assert ask("PATCH", roadshow, path, match=version, slot=slot, table=table)[0] in {200, 409, 422}
            else:
                assert ask("DELETE", roadshow, path, match=version)[0] == 204
        _without_clash(ask("GET", roadshow, "/agenda")[1]["items"])


def test_others_see_an_anonymous_need_without_its_enterprise(client, settled, ask, people, headers):
    roadshow = settled()
    own_id = people[WORKS][0].organisation_id
    for who in ("liaison", WORKS):
        items = ask("GET", roadshow, "/agenda", who=who)[1]["items"]
        assert WORKS in {each["need"]["organisation"] for each in items}
    for who in (INSTITUTE, "bureau"):
        items = ask("GET", roadshow, "/agenda", who=who)[1]["items"]
        (hidden,) = [each for each in items if each["need"]["title"] == NEEDS[WORKS][0] and each["achievement"]["organisation"] == INSTITUTE]  # noqa: E501  # fmt: skip
        assert hidden["need"]["organisation"] == f"匿名企业 {hidden['code']}"
        for path in ("/agenda", "/agenda.xlsx", "/handout.docx", "/handout.docx?full=true", "/calendar.ics", ""):
            text = _text(ask("GET", roadshow, path, who=who)[1], path)
            assert WORKS not in text, (who, path)
            assert own_id not in text, (who, path)
        for path in ("", "/handout", "/handout?full=true"):
            answer = client.get(f"/roadshows/{roadshow['id']}{path}", headers=headers[who])
            assert (answer.status_code, roadshow["title"] in answer.text) == (200, True)
            assert WORKS not in answer.text, (who, path)
            assert own_id not in answer.text, (who, path)
    assert WORKS in _text(ask("GET", roadshow, "/agenda.xlsx")[1], ".xlsx")
    # What lies on the tables tells no more than a guest may know; the enterprise's own sheet names it.
    document = _text(ask("GET", roadshow, "/handout.docx")[1], ".docx")
    assert document.count(WORKS) < _text(ask("GET", roadshow, "/handout.docx?full=true")[1], ".docx").count(WORKS)


def _text(content, path):
    path = path.partition("?")[0]
    if path.endswith(".docx"):
        from docx import Document

        made = Document(io.BytesIO(content))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(each.text for each in made.paragraphs), *cells])
    if path.endswith(".xlsx"):
        return str(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    return content.decode().replace("\r\n ", "") if isinstance(content, bytes) else str(content)


def test_a_guest_sees_its_own_meetings_once_the_agenda_is_settled(invited, ask, client, people):
    roadshow = invited()
    ask("POST", roadshow, "/agenda")
    for who in (INSTITUTE, "bureau"):
        assert ask("GET", roadshow, "/agenda", who=who)[1]["items"] == []
    ask("POST", roadshow, "/steps", step="settle")
    items = ask("GET", roadshow, "/agenda", who=INSTITUTE)[1]["items"]
    assert items
    assert {each["achievement"]["organisation"] for each in items} == {INSTITUTE}
    assert all((each["grade"], each["note"], each["docking_id"]) == (None, "", None) for each in items)
    assert len(ask("GET", roadshow, "/agenda", who="bureau")[1]["items"]) > len(items)
    assert _told(client, people[INSTITUTE][0], roadshow)[-1].startswith("洽谈安排已定")
    calendar = _text(ask("GET", roadshow, "/calendar.ics", who=INSTITUTE)[1], ".ics")
    assert calendar.count("BEGIN:VEVENT") == 1 + len(items)
    assert ask("POST", roadshow, "/meetings", need_id="x", achievement_id="y", slot=1, table=1)[0] in {404, 409}
    assert ask("POST", roadshow, "/agenda")[0] == 409
    assert ask("POST", roadshow, "/steps", step="reopen")[0] == 200
    assert ask("POST", roadshow, "/agenda")[0] == 200


def test_a_pair_that_met_gets_a_docking_once(client, settled, ask, people):
    roadshow = settled()
    first, *others = ask("GET", roadshow, "/agenda")[1]["items"]
    path = f"/meetings/{first['id']}/result"
    assert ask("PUT", roadshow, path, outcome="not_met", note="对方迟到")[1]["docking_id"] is None
    made = ask("PUT", roadshow, path, outcome="met", note="约两周后看样件")[1]
    for outcome in ("met", "no_show", "met"):
        again = ask("PUT", roadshow, path, outcome=outcome)[1]
        assert (again["docking_id"], again["outcome"]) == (made["docking_id"], outcome)
    with client.app.state.database.read() as session:
        pair = (Docking.need_id == first["need"]["id"], Docking.achievement_id == first["achievement"]["id"])
        assert session.scalar(select(func.count()).select_from(Docking).where(*pair)) == 1
        docking = session.get(Docking, made["docking_id"])
        assert (docking.origin, docking.roadshow_id) == ("roadshow", roadshow["id"])
        assert docking.liaison_id == people["liaison"][0].id
    came = {each["organisation"]: each["attended"] for each in ask("GET", roadshow, "/guests")[1]["items"]}
    assert {name for name, there in came.items() if there} == {
        first["need"]["organisation"], first["achievement"]["organisation"],
    }  # fmt: skip
    assert ask("POST", roadshow, "/steps", step="hold")[0] == 200
    if others:
        assert ask("PUT", roadshow, f"/meetings/{others[0]['id']}/result", outcome="no_show")[0] == 200
    assert ask("POST", roadshow, "/steps", step="archive")[0] == 200
    assert ask("PUT", roadshow, path, outcome="not_met")[0] == 409
    shown = ask("GET", roadshow, "/agenda", who=INSTITUTE)[1]["items"]
    assert all(each["docking_id"] is None for each in shown)


def test_results_come_after_the_agenda_is_settled_and_nothing_is_held_ahead_of_its_day(invited, ask):
    roadshow = invited(held_on=str(today() + timedelta(days=1)))
    (item, *_) = ask("POST", roadshow, "/agenda")[1]["items"]
    assert ask("PUT", roadshow, f"/meetings/{item['id']}/result", outcome="met")[0] == 409
    ask("POST", roadshow, "/steps", step="settle")
    assert ask("POST", roadshow, "/steps", step="hold")[0] == 409
    assert ask("PUT", roadshow, f"/meetings/{item['id']}/result", outcome="met")[0] == 409


def test_guests_are_told_of_a_new_place_and_of_the_end(client, invited, ask, people):
    roadshow = invited()
    ask("POST", roadshow, "/answer", who=SMELTER, answer="declined", reason="不巧")
    version = ask("GET", roadshow)[1]["version"]
    ask("PATCH", roadshow, match=version, host="云澜市科技局（示例）")
    ask("PATCH", roadshow, match=version + 1, place="云澜图书馆")
    assert ask("POST", roadshow, "/steps", step="cancel")[0] == 422
    assert ask("POST", roadshow, "/steps", step="cancel", reason="场馆停电")[1]["reason"] == "场馆停电"
    titles = [each.partition("：")[0] for each in _told(client, people[WORKS][0], roadshow)]
    assert titles == ["邀请贵单位参加", "时间或地点有变", "活动取消"]
    assert len(_told(client, people[SMELTER][0], roadshow)) == 1
    assert ask("GET", roadshow, who=WORKS)[1]["state"] == "cancelled"
    assert "STATUS:CANCELLED" in _text(ask("GET", roadshow, "/calendar.ics", who=WORKS)[1], ".ics")
    assert ask("POST", roadshow, "/answer", who=WORKS, answer="accepted")[0] == 409
    assert ask("POST", roadshow, "/steps", step="invite")[0] == 409


def test_what_is_to_come_stands_in_order_and_what_is_over_the_last_first(client, plan, headers):
    days = [today() + timedelta(days=each) for each in (40, 10, 20, -10, -20)]
    made = [plan(held_on=str(day)) for day in days]
    own = {each["id"] for each in made}

    def listed(when):
        found, cursor = [], None
        while True:
            query = {"when": when, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = client.get(PATH, params=query, headers=headers["liaison"]).json()
            found += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                assert len(found) == len(set(found))
                return [each for each in found if each in own]

    assert listed("coming") == [made[at]["id"] for at in (1, 2, 0)]
    assert listed("past") == [made[at]["id"] for at in (3, 4)]


def test_every_step_is_in_the_audit_log(client, settled, ask, operator):
    roadshow = settled()
    query = {"object_id": roadshow["id"], "limit": 100}
    log = client.get("/api/v1/audit", params=query, headers=operator).json()["items"]
    actions = [each["action"].removeprefix("roadshow.") for each in reversed(log)]
    assert actions == ["create", "guests", "invite", "propose", "settle"]


def test_meetings_have_keys_that_hold_even_without_the_service(client, settled, ask):
    from sqlalchemy.exc import IntegrityError

    roadshow = settled()
    with client.app.state.database.read() as session:
        known = session.scalars(select(RoadshowMeeting).where(RoadshowMeeting.roadshow_id == roadshow["id"])).first()
    names = ("slot", "seat", "need_id", "achievement_id", "enterprise_id", "university_id", "roadshow_id")
    same = {name: getattr(known, name) for name in names}
    with pytest.raises(IntegrityError), client.app.state.database.write() as session:
        session.add(RoadshowMeeting(**same | {"seat": 50, "need_id": known.need_id}))


def test_pairs_that_are_not_seated_and_whom_to_invite_are_offered_in_parts(client, invited, ask, records, headers):
    roadshow = invited()
    pair = (records[WORKS]["id"], records[INSTITUTE]["id"])

    def offered():
        return {(each["need_id"], each["achievement_id"]) for each in ask("GET", roadshow, "/pairs")[1]["items"]}

    assert pair in offered()
    part = client.get(f"/roadshows/{roadshow['id']}/pairs", headers=headers["liaison"])
    assert (part.status_code, pair[0] in part.text) == (200, True)
    ask("POST", roadshow, "/meetings", need_id=pair[0], achievement_id=pair[1], slot=1, table=1)
    assert pair not in offered()
    part = client.get(f"/roadshows/{roadshow['id']}/candidates?q=青檀", headers=headers["liaison"])
    assert (part.status_code, "已在名单" in part.text) == (200, True)
