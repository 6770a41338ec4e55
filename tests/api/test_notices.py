"""Standing matches and the list of notices: who is told of what, what they see of it, and what they have seen."""

import io
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app.core.caller import Role
from app.core.identifiers import new_id
from app.models import Assignment, Change, Notice, NoticeTopic
from app.notices.reading import GONE
from app.notices.repository import NoticeRepository
from app.notices.telling import Told, tell

NEED = {
    "title": "化工废水COD深度脱除达不到50 mg/L",
    "description": "化工园区废水生化后COD仍有180 mg/L，含盐2%，想用臭氧催化氧化深度处理，出水COD降到50 mg/L（示例）。",
    "indicators": "出水COD≤50 mg/L",
}
ACHIEVEMENT = {
    "title": "化工废水COD臭氧催化氧化深度脱除技术",
    "summary": "对化工园区废水生化出水做臭氧催化氧化深度处理，含盐2%时出水COD稳定低于50 mg/L，已建成装置（示例）。",
    "indicators": "出水COD≤50 mg/L",
}
OTHER = {"title": "矿井提升机制动闸瓦磨损在线监测", "summary": "用位移传感器测闸瓦间隙，磨损超过2 mm报警（示例）。"}


@pytest.fixture(scope="module")
def work(client):
    """Take steps, as the server does beside answering, until nothing is new."""
    step = dict(client.app.state.services.notice_work._steps)["standing"]

    def done():
        while step():
            pass

    done()
    return done


@pytest.fixture
def people(account, client):
    """Owners of both sides, the liaison of each, and everybody whom nothing of it concerns."""
    mark = new_id()[-6:]
    asks, offers = f"云澜{mark}化工有限公司（示例）", f"云澜{mark}工业大学（示例）"
    found = {
        "enterprise": account(Role.ENTERPRISE, asks),
        "university": account(Role.UNIVERSITY, offers),
        "liaison": account(Role.LIAISON),
        "other enterprise": account(Role.ENTERPRISE),
        "other university": account(Role.UNIVERSITY),
        "other liaison": account(Role.LIAISON),
        "expert": account(Role.EXPERT),
        "bureau": account(Role.BUREAU),
        "admin": account(Role.ADMIN),
    }
    with client.app.state.database.write() as session:
        session.add(
            Assignment(liaison_id=found["liaison"][0].id, organisation_id=found["enterprise"][0].organisation_id)
        )
    return SimpleNamespace(asks=asks, offers=offers, **{name.replace(" ", "_"): each for name, each in found.items()})


@pytest.fixture
def notices(client):
    """Read an account's notices."""

    def read(who, **query):
        answer = client.get("/api/v1/notices", params={"limit": 100, **query}, headers=who[1])
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    return read


@pytest.fixture
def pair(create, people, work):
    """Publish a need and then an achievement that fits it; return both."""

    def made(need=None, achievement=None):
        mark = new_id()[-5:]
        asked = create(
            "needs", **{**NEED, "organisation": people.asks, "title": f"{NEED['title']}{mark}甲", **(need or {})}
        )
        work()
        offered = create(
            "achievements",
            **{
                **ACHIEVEMENT,
                "organisation": people.offers,
                "title": f"{ACHIEVEMENT['title']}{mark}乙",
                **(achievement or {}),
            },
        )
        work()
        return asked, offered

    return made


def _rows(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def _of(items, need, achievement):
    path = f"/needs/{need['id']}/matches/{achievement['id']}"
    return [each for each in items if each["path"] == path]


def test_a_new_achievement_is_told_to_both_owners_and_the_liaison_and_to_nobody_else(people, pair, notices):
    need, achievement = pair()
    for who in (people.enterprise, people.university, people.liaison):
        (told,) = _of(notices(who), need, achievement)
        assert (told["topic"], told["seen"], told["gone"]) == ("match", False, False)
        assert need["title"] in told["title"]
        assert achievement["title"] in told["title"]
    for who in (people.other_enterprise, people.other_university, people.other_liaison, people.expert, people.bureau):
        assert notices(who) == []
    assert notices(people.admin) == []


def test_a_new_need_is_told_too_and_a_change_tells_nothing_twice(client, create, operator, people, work, notices):
    achievement = create("achievements", **ACHIEVEMENT, organisation=people.offers)
    work()
    need = create("needs", **NEED, organisation=people.asks)
    work()
    assert len(_of(notices(people.university), need, achievement)) == 1
    for _ in range(2):
        read = client.get(f"/api/v1/needs/{need['id']}", headers=operator)
        changed = client.patch(
            f"/api/v1/needs/{need['id']}",
            json={"contact": new_id()},
            headers=operator | {"If-Match": read.headers["etag"]},
        )
        assert changed.status_code == 200, changed.text
        work()
    assert len(_of(notices(people.university), need, achievement)) == 1
    assert len(_of(notices(people.enterprise), need, achievement)) == 1


def test_what_has_nothing_to_do_with_it_is_not_told(create, people, work, notices):
    create("needs", **NEED, organisation=people.asks)
    work()
    before = notices(people.enterprise)
    other = create("achievements", **OTHER, organisation=people.offers)
    work()
    assert notices(people.university) == []
    assert not [each for each in notices(people.enterprise) if other["id"] in (each["path"] or "")]
    assert len(notices(people.enterprise)) == len(before)


def test_a_draft_is_not_told_until_it_is_published(client, create, operator, people, work, notices):
    need = create("needs", **NEED, organisation=people.asks, status="draft")
    achievement = create("achievements", **ACHIEVEMENT, organisation=people.offers)
    work()
    assert _of(notices(people.university), need, achievement) == []
    assert _of(notices(people.enterprise), need, achievement) == []
    client.patch(f"/api/v1/needs/{need['id']}", json={"status": "published"}, headers=operator | {"If-Match": '"1"'})
    work()
    assert len(_of(notices(people.university), need, achievement)) == 1


def test_hidden_needs_are_told_to_nobody_who_may_not_see_them(client, create, people, pair, notices):
    """Canaries over everything that shows notices, of every role."""
    canary = new_id()[-8:]
    hidden, first = pair(need={"title": f"{NEED['title']}密{canary}", "visibility": "liaison"})
    anonymous, second = pair(need={"title": f"{NEED['title']}匿", "visibility": "anonymous", "district": f"县{canary}"})
    assert len(_of(notices(people.enterprise), hidden, first)) == 1
    assert len(_of(notices(people.liaison), hidden, first)) == 1
    everybody = {name: who for name, who in vars(people).items() if isinstance(who, tuple)}
    for name, (_, headers) in everybody.items():
        seen = client.get("/api/v1/notices?limit=100", headers=headers).text
        seen += client.get("/notices", headers=headers).text
        seen += str(_rows(client.get("/api/v1/notices/list.xlsx", headers=headers).content))
        if name not in {"enterprise", "liaison"}:
            assert canary not in seen, name
            assert hidden["id"] not in seen, name
            assert people.asks not in seen, name
    (told,) = _of(notices(people.university), anonymous, second)
    assert told["text"].startswith("需求方：某企业（匿名发布）")
    (told,) = _of(notices(people.liaison), anonymous, second)
    assert people.asks in told["text"]


def test_achievements_for_liaisons_alone_are_not_told_to_the_need(people, pair, notices):
    need, achievement = pair(achievement={"visibility": "liaison"})
    assert _of(notices(people.enterprise), need, achievement) == []
    assert len(_of(notices(people.university), need, achievement)) == 1
    assert len(_of(notices(people.liaison), need, achievement)) == 1


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("needs", {"status": "withdrawn"}), ("needs", {"visibility": "liaison"}), ("needs", {"valid_until": "2020-01-01"}),
     ("achievements", {"status": "withdrawn"}), ("achievements", {"visibility": "liaison"})],
)  # fmt: skip
def test_what_was_hidden_afterwards_takes_its_words_out_of_every_notice(
    client, operator, people, pair, notices, kind, fields
):
    need, achievement = pair()
    record, reader = (need, people.university) if kind == "needs" else (achievement, people.enterprise)
    assert len(_of(notices(reader), need, achievement)) == 1
    headers = operator | {"If-Match": '"1"'}
    answer = client.patch(f"/api/v1/{kind}/{record['id']}", json=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    assert _of(notices(reader), need, achievement) == []
    (shown,) = [each for each in notices(reader) if each["gone"]]
    assert (shown["title"], shown["text"], shown["path"]) == (GONE, "", None)
    assert record["title"] not in client.get("/notices", headers=reader[1]).text


def test_a_pair_of_one_organisation_and_one_that_a_condition_rules_out_are_not_told(create, people, work, notices):
    mine = create("achievements", **ACHIEVEMENT, organisation=people.asks)
    other = create("achievements", **ACHIEVEMENT, organisation=people.offers, price_min_wan="900")
    need = create("needs", **NEED, organisation=people.asks, budget_max_wan="50", hard_conditions=["budget"])
    work()
    told = notices(people.enterprise) + notices(people.university) + notices(people.liaison)
    assert _of(told, need, mine) + _of(told, need, other) == []


def test_a_hidden_district_rules_nothing_out_that_could_be_read_from_silence(create, people, work, notices):
    need = create(
        "needs",
        **NEED,
        organisation=people.asks,
        visibility="anonymous",
        district="矿南区",
        hard_conditions=["district"],
    )
    achievement = create("achievements", **ACHIEVEMENT, organisation=people.offers, district="高新区")
    work()
    assert len(_of(notices(people.university), need, achievement)) == 1
    assert _of(notices(people.enterprise), need, achievement) == []


def test_what_a_person_judged_to_be_unrelated_is_not_told(client, create, operator, people, work, notices):
    need = create("needs", **NEED, organisation=people.asks)
    achievement = create("achievements", **ACHIEVEMENT, organisation=people.offers)
    judged = client.put(
        f"/api/v1/needs/{need['id']}/matches/{achievement['id']}/judgement",
        json={"grade": 1, "reason_code": "other", "comment": "工况不同"}, headers=operator,
    )  # fmt: skip
    assert judged.status_code in {200, 201}, judged.text
    work()
    assert _of(notices(people.university), need, achievement) == []


def test_an_account_that_was_disabled_is_told_nothing(client, account, people, pair, notices):
    gone, _ = account(Role.ENTERPRISE, people.asks)
    with client.app.state.database.write() as session:
        session.merge(gone).disabled_at = gone.created_at
    pair()
    with client.app.state.database.read() as session:
        assert session.query(Notice).filter_by(account_id=gone.id).count() == 0


def test_the_cursor_stands_at_the_end_of_the_log(client, pair):
    pair()
    with client.app.state.database.read() as session:
        last = session.query(Change).order_by(Change.sequence.desc()).first().sequence
        assert NoticeRepository(session).cursor("standing").position == last


# The list.


@pytest.fixture
def reader(account, client):
    """Somebody who has been told some things."""

    def told(count, topic=NoticeTopic.DOCKING):
        who = account(Role.LIAISON)
        with client.app.state.database.write() as session:
            tell(
                session,
                [Told(who[0].id, topic, f"第{at}件事", f"/needs?at={at}", f"test:{at}", "说明") for at in range(count)],
            )
        return who

    return told


def test_a_list_is_read_part_by_part_and_counted(client, reader, everything):
    who = reader(7)
    items = everything("notices", who[1], limit=3)
    assert len({each["id"] for each in items}) == 7
    assert [each["id"] for each in items] == sorted((each["id"] for each in items), reverse=True)
    assert client.get("/api/v1/notices/unseen", headers=who[1]).json() == {"unseen": 7, "capped": False}
    many = reader(130)
    assert client.get("/api/v1/notices/unseen", headers=many[1]).json() == {"unseen": 100, "capped": True}
    assert "99+" in client.get("/", headers=many[1]).text
    assert client.get("/api/v1/notices?topic=match", headers=who[1]).json()["items"] == []
    assert len(client.get("/api/v1/notices?topic=docking", headers=who[1]).json()["items"]) == 7


def test_one_is_marked_as_seen_by_its_owner_alone(client, reader, refused):
    who, other = reader(2), reader(1)
    id = client.get("/api/v1/notices", headers=who[1]).json()["items"][0]["id"]
    refused(client.put(f"/api/v1/notices/{id}/seen", headers=other[1]), 404)
    assert client.put(f"/api/v1/notices/{id}/seen", headers=who[1]).json()["seen"]
    assert client.put(f"/api/v1/notices/{id}/seen", headers=who[1]).status_code == 200
    assert client.get("/api/v1/notices/unseen", headers=who[1]).json()["unseen"] == 1
    left = client.get("/api/v1/notices?unseen=true", headers=who[1]).json()["items"]
    assert [each["id"] == id for each in left] == [False]
    refused(client.put("/api/v1/notices/%00/seen", headers=who[1]), 404)


def test_all_are_marked_at_once_and_that_is_taken_back(client, reader, refused):
    who, other = reader(4), reader(2)
    items = client.get("/api/v1/notices", headers=who[1]).json()["items"]
    client.put(f"/api/v1/notices/{items[3]['id']}/seen", headers=who[1])
    # Up to the second newest: what came later stays new.
    body = {"sweep": "ab" * 8, "until": items[1]["id"]}
    assert client.put("/api/v1/notices/seen", json=body, headers=who[1]).json() == {"sweep": "ab" * 8, "changed": 2}
    assert client.get("/api/v1/notices/unseen", headers=who[1]).json()["unseen"] == 1
    # Nobody else's sweep.
    assert client.put("/api/v1/notices/unseen", json={"sweep": "ab" * 8}, headers=other[1]).json()["changed"] == 0
    assert client.put("/api/v1/notices/unseen", json={"sweep": "ab" * 8}, headers=who[1]).json()["changed"] == 2
    assert client.get("/api/v1/notices/unseen", headers=who[1]).json()["unseen"] == 3
    assert client.put("/api/v1/notices/seen", json={}, headers=who[1]).json()["changed"] == 3
    assert client.get("/api/v1/notices/unseen", headers=other[1]).json()["unseen"] == 2
    refused(client.put("/api/v1/notices/seen", json={"sweep": "'; drop"}, headers=who[1]), 422, "sweep")


def test_the_operator_has_no_account_and_so_no_notices(client, operator, refused):
    assert client.get("/api/v1/notices", headers=operator).json() == {"items": [], "next_cursor": None}
    assert client.get("/notices", headers=operator).status_code == 200
    assert client.get("/notices/preferences", headers=operator).status_code == 200
    refused(client.put("/api/v1/notices/seen", json={}, headers=operator), 422)


def test_words_in_a_workbook_are_words(client, account):
    who = account(Role.LIAISON)
    with client.app.state.database.write() as session:
        tell(session, [Told(who[0].id, NoticeTopic.RECORD, '=HYPERLINK("http://x")', "/needs", "formula")])
    rows = _rows(client.get("/api/v1/notices/list.xlsx", headers=who[1]).content)
    assert rows[1][1:4] == ["成果与需求", '=HYPERLINK("http://x")', ""]


# What it costs.

PINNED = {"/notices": 5, "/api/v1/notices": 4, "/api/v1/notices/unseen": 2, "/notices/preferences": 4}


def test_pages_cost_the_same_for_few_notices_and_many(client, people, pair, queries):
    def counted():
        found = {}
        for path in PINNED:
            client.get(path, headers=people.university[1])  # a key notes its first use
            queries.clear()
            answer = client.get(path, headers=people.university[1])
            assert answer.status_code == 200, answer.text
            found[path] = len(queries)
        return found

    pair()
    few = counted()
    pair()
    pair()
    assert (counted(), few) == (PINNED, PINNED)


def test_the_bell_costs_no_query_of_its_own_and_reads_an_index(client, reader, queries):
    who = reader(3)
    client.get("/account", headers=who[1])
    queries.clear()
    client.get("/account", headers=who[1])
    (bell,) = [each for each in queries if "notices" in each]
    assert "JOIN organisations" in bell
    with client.app.state.database.read() as session:
        query = "EXPLAIN QUERY PLAN SELECT id FROM notices WHERE account_id = 'x' AND seen_at IS NULL LIMIT 101"
        plan = str(session.execute(text(query)).all())
    assert "ix_notices_account_id_seen_at" in plan
