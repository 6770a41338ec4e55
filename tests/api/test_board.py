"""The board over HTTP: targets, settings, figures and their rows, exports, and what the bureau may not learn."""

import io
import itertools
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from app.board.repository import Grouping, _sums
from app.core.caller import OPERATOR, Role
from app.core.city_time import CITY_TIME, today
from app.core.identifiers import new_id
from app.models import (
    Docking,
    DockingAction,
    DockingEvent,
    DockingStage,
    Judgement,
    Organisation,
    OrganisationKind,
    Team,
)
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.targets.measures import BUYER_MEASURES

PATH = "/api/v1/board"
YEARS = itertools.count(2051)
COUNTY = "矿南区"


@pytest.fixture(scope="module")
def seeded_settings(seeded_settings):
    """Without a worker inside the server, which looks for jobs once a second."""
    return seeded_settings.model_copy(update={"worker": False})


@pytest.fixture(scope="module")
def bureau(account):
    return account(Role.BUREAU)[1]


@pytest.fixture(scope="module", autouse=True)
def settings(client, bureau):
    """The counties and parks of the city, as the bureau sets them."""
    found = client.get(f"{PATH}/settings", headers=bureau)
    assert found.json()["first_month"] == 1
    body = {"city": "云澜市", "places": f"{COUNTY}：装备园\n青石县"}
    answer = client.patch(f"{PATH}/settings", json=body, headers=bureau | {"If-Match": found.headers["etag"]})
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def enter(client, operator):
    def made(**fields):
        day = fields.pop("on", today()).isoformat()
        body = {
            "registration_number": new_id(), "title": "板厂余热利用（示例）", "kind": "service", "amount_wan": "10.5",
            "technology_amount_wan": "10", "signed_on": day, "registered_on": day, "buyer": "甲（示例）",
            "buyer_local": True, "buyer_district": COUNTY, "buyer_park": "装备园", "seller": "乙（示例）",
            "seller_local": False, **fields,
        }  # fmt: skip
        answer = client.post("/api/v1/contracts", json=body, headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


def read(client, headers, path="", **query):
    answer = client.get(f"{PATH}{path}", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_target_is_set_once_changed_and_removed(client, bureau, refused):
    year = next(YEARS)
    body = {"year": year, "measure": "absorbed", "scope": "park", "district": COUNTY, "park": "装备园", "amount": "80"}
    made = client.post(f"{PATH}/targets", json=body, headers=bureau)
    assert made.status_code == 201, made.text
    problem = refused(client.post(f"{PATH}/targets", json=body | {"amount": "90"}, headers=bureau), 409)
    assert "装备园" in problem["detail"]
    assert "80" in problem["detail"]
    path = f"{PATH}/targets/{made.json()['id']}"
    refused(client.patch(path, json={"amount": "85"}, headers=bureau), 428)
    changed = client.patch(path, json={"amount": "85.5"}, headers=bureau | {"If-Match": made.headers["etag"]})
    assert changed.json()["amount"] == "85.5"
    refused(client.patch(path, json={"amount": "1"}, headers=bureau | {"If-Match": made.headers["etag"]}), 412)
    assert [each["amount"] for each in read(client, bureau, "/targets", year=year)["items"]] == ["85.5"]
    refused(client.delete(path, headers=bureau | {"If-Match": '"1"'}), 412)
    assert client.delete(path, headers=bureau | {"If-Match": changed.headers["etag"]}).status_code == 204
    assert read(client, bureau, "/targets", year=year)["items"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "district"},
        {"scope": "park", "district": COUNTY},
        {"district": COUNTY},
        {"measure": "landed"},
        {"measure": "gdp"},
        {"amount": "-1"},
        {"amount": "1e9"},
        {"year": 1999},
    ],
)
def test_targets_that_make_no_sense_are_refused(client, bureau, refused, fields):
    body = {"year": 2050, "measure": "absorbed", "scope": "city", "amount": "1", **fields}
    refused(client.post(f"{PATH}/targets", json=body, headers=bureau), 422)


def test_settings_need_their_version_and_name_a_county_once(client, bureau, refused):
    refused(client.patch(f"{PATH}/settings", json={"first_month": 7}, headers=bureau), 428)
    twice = {"places": "矿南区\n矿南区：园"}
    refused(client.patch(f"{PATH}/settings", json=twice, headers=bureau | {"If-Match": "*"}), 422, "places")
    refused(client.patch(f"{PATH}/settings", json={"first_month": 13}, headers=bureau | {"If-Match": "*"}), 422)


def test_liaisons_read_and_do_not_set(client, account, refused):
    _, liaison = account(Role.LIAISON)
    read(client, liaison)
    refused(client.post(f"{PATH}/targets", json={}, headers=liaison), 403)
    refused(client.patch(f"{PATH}/settings", json={}, headers=liaison), 403)


def test_a_figure_its_target_and_its_rows(client, bureau, operator, enter):
    year = today().year
    before = Decimal(read(client, bureau)["city"]["absorbed"]["value"])
    made = enter()
    client.post(
        f"/api/v1/contracts/{made['id']}/adjustments", headers=operator,
        json={"kind": "refund", "amount_wan": "0.5", "technology_amount_wan": "0.5", "reason": "示例",
              "effective_on": today().isoformat()},
    )  # fmt: skip
    target = {"year": year, "measure": "absorbed", "scope": "district", "district": COUNTY, "amount": "100"}
    assert client.post(f"{PATH}/targets", json=target, headers=bureau).status_code == 201
    board = read(client, bureau)
    assert Decimal(board["city"]["absorbed"]["value"]) == before + 10
    county = next(line for line in board["districts"] if line["key"] == COUNTY)["figures"]["absorbed"]
    assert county["target"] == "100"
    assert county["done"] == pytest.approx(float(county["value"]) / 100)
    rows = read(client, bureau, "/rows", figure="absorbed", district=COUNTY, park="装备园")
    mine = [row for row in rows["items"] if row["id"] == made["id"]]
    assert [(row["value"], row["path"]) for row in mine] == [("10", f"/contracts/{made['id']}")]
    assert sum(Decimal(row["value"]) for row in rows["items"]) == Decimal(rows["total"])


def test_a_year_may_begin_in_another_month(client, bureau, enter):
    made = enter(on=today().replace(year=today().year - 2, month=3, day=2))
    try:
        answer = client.patch(f"{PATH}/settings", json={"first_month": 7}, headers=bureau | {"If-Match": "*"})
        assert answer.json()["first_month"] == 7
        number = today().year - 3  # July three years ago until June two years ago
        board = read(client, bureau, year=number)
        assert (board["start"], board["until"]) == (f"{number}-07-01", f"{number + 1}-06-30")
        rows = read(client, bureau, "/rows", figure="absorbed", year=number)
        assert made["id"] in {row["id"] for row in rows["items"]}
    finally:
        client.patch(f"{PATH}/settings", json={"first_month": 1}, headers=bureau | {"If-Match": "*"})


@pytest.fixture(scope="module")
def busy(client, create, account):
    """A liaison who visited, judged, opened and signed; with an anonymous need and one for liaisons alone."""
    person, headers = account(Role.LIAISON)
    enterprise = "云澜考核保密公司（示例）"
    hidden = create("needs", organisation=enterprise, visibility="liaison", title="只给情报员的难题（示例）")
    named = create("needs", organisation=enterprise, visibility="anonymous", title="匿名的难题（示例）")
    achievement = create("achievements", organisation="云澜考核大学（示例）", title="公开的成果（示例）")
    old = create("needs", organisation=enterprise, title="去年签约的难题（示例）")
    late = today() - timedelta(days=3)
    eve = datetime(today().year - 1, 12, 31, 10, tzinfo=CITY_TIME)
    with client.app.state.database.write() as session:
        owner = OrganisationRepository(session).by_name(enterprise)
        common = {"achievement_id": achievement["id"], "liaison_id": person.id}
        stuck = Docking(need_id=hidden["id"], stage=DockingStage.PILOT, next_due_on=late, **common)
        stuck.blocked_team = Team.FINANCE
        judged = Judgement(need_id=named["id"], achievement_id=achievement["id"], judge=person.email, grade=4)
        signed = Docking(need_id=named["id"], stage=DockingStage.LANDED, **common)
        # Signed on the last day of a year, and in use in the next one.
        earlier = Docking(need_id=old["id"], stage=DockingStage.LANDED, created_at=eve, **common)
        session.add_all([stuck, signed, earlier, judged])
        session.flush()
        for docking, at in ((signed, now()), (earlier, eve)):
            step = DockingEvent(docking_id=docking.id, action=DockingAction.STEP, after=DockingStage.SIGNED, at=at)
            session.add(step)
        owner_id = owner.id
    services = client.app.state.services
    with client.app.state.database.read() as session:
        assert session.get(Organisation, owner_id).kind == OrganisationKind.ENTERPRISE
    with services.database.write() as session:
        duty = services.liaisons.assign(session, person.id, owner_id, None, OPERATOR)
        services.liaisons.contact(session, duty.id, today(), "visit", "看了车间", OPERATOR)
    return person, headers


def test_what_a_liaison_did_is_counted_and_listed(client, busy):
    person, headers = busy
    line = next(each for each in read(client, headers)["liaisons"] if each["key"] == person.id)
    assert line["activities"] == {"contacts": 1, "judgements": 1, "opened": 2, "signed": 1}
    for activity, count in line["activities"].items():
        rows = read(client, headers, "/rows", figure=activity, liaison=person.id)
        assert len(rows["items"]) == int(rows["total"]) == count
        assert all(row["title"] for row in rows["items"])
    before = read(client, headers, "/rows", figure="signed", liaison=person.id, year=today().year - 1)
    assert [row["on"] for row in before["items"]] == [f"{today().year - 1}-12-31"]
    opened = read(client, headers, "/rows", figure="opened", liaison=person.id, limit=1)
    assert opened["next_cursor"] == "1"
    assert "只给情报员的难题（示例）" in str(read(client, headers, "/rows", figure="opened", liaison=person.id))


def test_the_bureau_counts_without_learning_whom(client, bureau, busy):
    person, _ = busy
    for activity in ("contacts", "judgements", "opened", "signed"):
        answer = client.get(f"{PATH}/rows?figure={activity}&liaison={person.id}", headers=bureau)
        page = client.get(f"/board/rows?figure={activity}&liaison={person.id}", headers=bureau)
        assert answer.status_code == page.status_code == 200
        for text in (answer.text, page.text):
            for secret in ("考核保密公司", "只给情报员的难题", "匿名的难题", "看了车间"):
                assert secret not in text, (activity, secret)
        assert all(row["path"] is None for row in answer.json()["items"])


def test_the_pack_names_no_party_and_no_hidden_need(client, bureau, busy, enter):
    enter(title="最大的合同（示例）", amount_wan="99999", technology_amount_wan="1")
    pack = read(client, bureau, "/pack")
    assert pack["top"][0]["title"] == "最大的合同（示例）"
    line = next(each for each in pack["overdue"] if each["achievement"] == "公开的成果（示例）")
    assert (line["need"], line["team"], line["stage"]) == ("（不公开的需求）", "金融专班", "中试/验证")
    assert line["id"] in {each["id"] for each in pack["at_risk"]}
    document = client.get(f"{PATH}/pack.docx", headers=bureau)
    assert document.status_code == 200
    text = zipfile.ZipFile(io.BytesIO(document.content)).read("word/document.xml").decode()
    page = client.get("/board/pack", headers=bureau).text
    for shown in (text, page, str(pack)):
        assert "最大的合同（示例）" in shown
        assert "考核保密公司" not in shown
        assert "只给情报员的难题" not in shown


def test_the_map_shows_what_the_caller_may_see(client, bureau, operator, create):
    create("needs", industries=["9711"], visibility="liaison")
    create("needs", industries=["9600"], visibility="anonymous")

    def needs(headers):
        found = read(client, headers, "/supply")
        return {row["division"]: row["needs"] for part in found.values() for row in part}

    assert needs(operator).get("97", 0) == needs(bureau).get("97", 0) + 1
    assert needs(bureau)["96"] >= 1
    # A link leads to as many as are counted.
    listed = client.get("/api/v1/needs?industry=96&limit=100", headers=bureau).json()["items"]
    assert len(listed) == needs(bureau)["96"]


def test_the_workbook_has_a_sheet_for_each_table(client, bureau):
    answer = client.get(f"{PATH}/board.xlsx", headers=bureau)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["全市", "县区", "园区", "合同类别", "产业链", "高校院所", "情报员", "供需地图"]
    city = book.get_sheet_by_name("全市").to_python()
    board = read(client, bureau)["city"]
    assert {row[0]: row[2] for row in city[1:]}["吸纳技术合同成交额"] == float(board["absorbed"]["value"])


@pytest.mark.parametrize(
    "query",
    [
        "/rows",
        "/rows?figure=gdp",
        "/rows?figure=contacts",
        "?year=1",
        "?until=x",
        "?until=0001-01-01",
        "/rows?figure=amount&cursor=-1",
    ],
)
def test_questions_that_mean_nothing_are_refused(client, bureau, refused, query):
    refused(client.get(f"{PATH}{query}", headers=bureau), 422)


def test_hostile_cuts_find_nothing(client, bureau):
    for value in ("' OR 1=1 --", "%", "<script>", "不存在"):
        for name in ("district", "park", "liaison", "university", "chain", "kind"):
            found = read(client, bureau, "/rows", figure="amount", **{name: value})
            assert (found["items"], found["total"]) == ([], "0")


QUERIES = {"/board": 38, "/board/rows?figure=absorbed": 5, "/board/pack": 39, "/board/targets": 5, "/": 36}


def test_pages_cost_the_same_for_few_contracts_and_many(client, bureau, enter):
    client.get("/account", headers=bureau)
    sent = []
    engine = client.app.state.database.engine

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    counts = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            for district in (COUNTY, "青石县", COUNTY):
                enter(buyer_district=district, buyer_park=None, chains=[new_id()])
            found = {}
            for path in QUERIES:
                sent.clear()
                assert client.get(path, headers=bureau).status_code == 200
                found[path] = len(sent)
            counts.append(found)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counts == [QUERIES] * 2


def test_figures_come_by_their_indexes(client):
    """The ledger of past years is not read for this year's figures."""
    engine = client.app.state.database.engine
    with engine.connect() as connection:
        query = _sums(BUYER_MEASURES, Grouping.DISTRICT).params(start=today(), until=today())
        text = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall()
    steps = " ".join(row[-1] for row in plan)
    assert "ix_contracts_registered_on_id" in steps
    assert "ix_contract_adjustments_effective_on" in steps
    assert "SCAN contracts" not in steps
