"""The ledger of contracts: entering, adjusting, linking, and who reads what."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from app.core.caller import Role
from app.core.city_time import today
from app.core.identifiers import new_id
from app.models import Account, Docking, DockingStage, Organisation, OrganisationKind
from app.organisations.repository import OrganisationRepository

PATH = "/api/v1/contracts"
DAY = timedelta(days=1)
PLACES = "矿南区：装备园、煤化工园\n青石县：石材园\n高新区"


@pytest.fixture(scope="module")
def seeded_settings(seeded_settings):
    """Without a worker inside the server, which looks for jobs once a second."""
    return seeded_settings.model_copy(update={"worker": False})


@pytest.fixture(scope="module", autouse=True)
def places(client, operator):
    """The counties and parks of the city."""
    headers = operator | {"If-Match": '"1"'}
    body = {"city": "云澜市", "places": PLACES}
    answer = client.patch("/api/v1/board/settings", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def body_of(**fields):
    return {
        "registration_number": f"2026-{new_id()}".upper(), "title": "井下煤泥水浓缩技术开发（示例）",
        "kind": "development", "amount_wan": "120.5", "technology_amount_wan": "100", "signed_on": "2026-03-01",
        "registered_on": "2026-03-09", "buyer": "云澜某矿（示例）", "buyer_local": True, "buyer_district": "矿南区",
        "seller": "外地研究院（示例）", "seller_local": False, "seller_district": "省城", **fields,
    }  # fmt: skip


@pytest.fixture(scope="module")
def entered(client, operator):
    """Enter a contract; return it."""

    def made(**fields):
        answer = client.post(PATH, json=body_of(**fields), headers=operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


def read(client, id, headers):
    answer = client.get(f"{PATH}/{id}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def adjust(client, headers, id, **fields):
    body = {"kind": "correction", "effective_on": "2026-04-01", "reason": "登记证明复核（示例）", **fields}
    return client.post(f"{PATH}/{id}/adjustments", json=body, headers=headers)


def test_a_contract_is_entered_read_and_listed(client, operator, entered):
    made = entered(chains=["新材料", "新材料", "先进制造"], buyer_park="装备园")
    assert read(client, made["id"], operator) == made
    assert (made["amount_wan"], made["current_amount_wan"], made["cancelled"]) == ("120.5", "120.5", False)
    assert sorted(made["chains"]) == ["先进制造", "新材料"]
    listed = client.get(PATH, params={"q": made["registration_number"]}, headers=operator).json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]


def test_the_same_number_again_is_refused_and_the_known_one_is_named(client, operator, entered, refused):
    made = entered()
    again = body_of(registration_number=f" {made['registration_number'].lower()} ")
    problem = refused(client.post(PATH, json=again, headers=operator), 409)
    assert made["registration_number"] in problem["detail"]
    assert made["title"] in problem["detail"]
    assert "2026-03-09" in problem["detail"]


def test_a_number_entered_twice_at_once_makes_one_contract(client, operator):
    body = body_of()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.post(PATH, json=body, headers=operator).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]


def test_the_same_request_again_makes_nothing_more(client, operator, entered):
    headers = operator | {"Idempotency-Key": new_id()}
    body = body_of()
    first, second = (client.post(PATH, json=body, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    made = entered()
    headers = operator | {"Idempotency-Key": new_id()}
    for _ in range(2):
        assert adjust(client, headers, made["id"], kind="refund", amount_wan="20").status_code == 201
    assert len(read(client, made["id"], operator)["adjustments"]) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"technology_amount_wan": "121"}, "body"),
        ({"registered_on": "2026-02-28"}, "body"),
        ({"registered_on": (today() + DAY).isoformat()}, "registered_on"),
        ({"registered_on": "0226-03-09", "signed_on": "0226-03-01"}, "registered_on"),
        ({"amount_wan": "-1"}, "amount_wan"),
        ({"amount_wan": "120.1234567"}, "amount_wan"),
        ({"amount_wan": "10000000"}, "amount_wan"),
        ({"amount_wan": "NaN"}, "amount_wan"),
        ({"kind": "loan"}, "kind"),
        ({"registration_number": " - "}, "registration_number"),
        ({"registration_number": "X" * 61}, "registration_number"),
        ({"title": "名" * 301}, "title"),
        ({"buyer": " "}, "buyer"),
        ({"buyer_district": "河西区"}, "buyer_district"),
        ({"buyer_park": "石材园"}, "buyer_park"),
        ({"buyer_district": None, "buyer_park": "装备园"}, "buyer_district"),
        ({"seller_park": "装备园"}, "seller_park"),
        ({"buyer_local": False}, "seller_local"),
        ({"seller_local": None, "seller_district": None}, "seller_local"),
        ({"buyer_id": "0" * 32}, "buyer_id"),
        ({"docking_id": "0" * 32}, "docking_id"),
        ({"achievement_id": "0" * 32}, "achievement_id"),
        ({"liaison_id": "0" * 32}, "liaison_id"),
        ({"unknown": 1}, "unknown"),
        ({"note": "备" * 2001}, "note"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(client, operator, refused, fields, field):
    problem = refused(client.post(PATH, json=body_of(**fields), headers=operator), 422, field)
    assert problem["code"] == "invalid_input"


def test_parties_are_known_by_code_and_by_name_whatever_the_brackets(client, operator, entered):
    database = client.app.state.database
    with database.write() as session:
        university = OrganisationRepository(session).ensure(
            "云澜合同大学（示例）", OrganisationKind.UNIVERSITY, "高新区"
        )
        mine = OrganisationRepository(session).ensure(
            "云澜合同矿业有限公司（示例）", OrganisationKind.ENTERPRISE, "矿南区"
        )
        mine.park, mine.credit_code = "装备园", "91340400MA0000001D"
        session.flush()
        ids = mine.id, university.id
    made = entered(
        buyer="从前的名称（示例）", buyer_id=ids[0], buyer_local=None, buyer_district=None,
        seller="云澜合同大学(示例) ", seller_local=None, seller_district=None,
    )  # fmt: skip
    assert (made["buyer_id"], made["seller_id"]) == ids
    assert (made["buyer_local"], made["buyer_district"], made["buyer_park"]) == (True, "矿南区", "装备园")
    assert (made["seller_local"], made["seller_district"]) == (True, "高新区")
    # A university that works for an enterprise: 横向, unless somebody says otherwise.
    assert made["horizontal"] is True
    assert (
        entered(seller="云澜合同大学（示例）", seller_local=None, seller_district=None, horizontal=False)["horizontal"]
        is False
    )


def test_adjustments_change_what_a_contract_is_worth_from_their_day_on(client, operator, entered):
    made = entered()
    answer = adjust(client, operator, made["id"], amount_wan="-20.25", technology_amount_wan="-5")
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"2"'
    adjust(client, operator, made["id"], kind="refund", amount_wan="10", technology_amount_wan="10")
    found = read(client, made["id"], operator)
    assert (found["amount_wan"], found["technology_amount_wan"]) == ("120.5", "100")
    assert (found["current_amount_wan"], found["current_technology_amount_wan"]) == ("90.25", "85")
    assert [each["amount_wan"] for each in found["adjustments"]] == ["-20.25", "-10"]
    assert adjust(client, operator, made["id"], kind="cancellation").status_code == 201
    found = read(client, made["id"], operator)
    assert (found["current_amount_wan"], found["current_technology_amount_wan"], found["cancelled"]) == ("0", "0", True)
    listed = client.get(PATH, params={"q": made["registration_number"]}, headers=operator).json()["items"][0]
    assert (listed["current_amount_wan"], listed["cancelled"]) == ("0", True)


def test_adjustments_that_make_no_sense_are_refused(client, operator, entered, refused):
    id = entered()["id"]
    cases = [
        ({"amount_wan": "-120.6"}, "amount_wan"),
        ({"amount_wan": "-30"}, "amount_wan"),  # the technology would be more than the whole
        ({"technology_amount_wan": "-101"}, "amount_wan"),
        ({"amount_wan": "1", "effective_on": "2026-03-08"}, "effective_on"),
        ({"amount_wan": "1", "effective_on": (today() + DAY).isoformat()}, "effective_on"),
        ({"amount_wan": "0"}, "body"),
        ({"kind": "cancellation", "amount_wan": "-1"}, "body"),
        ({"amount_wan": "1", "reason": " "}, "reason"),
    ]
    for fields, field in cases:
        refused(adjust(client, operator, id, **fields), 422, field)
    assert adjust(client, operator, id, amount_wan="5", effective_on="2026-06-01").status_code == 201
    # Earlier than what is known already: the days between must make sense too.
    refused(adjust(client, operator, id, amount_wan="-122", technology_amount_wan="-100"), 422, "amount_wan")
    refused(adjust(client, operator, id, kind="cancellation"), 422, "effective_on")
    assert adjust(client, operator, id, kind="cancellation", effective_on="2026-06-02").status_code == 201
    refused(adjust(client, operator, id, amount_wan="1", effective_on="2026-06-03"), 409)


def test_refunds_at_once_never_take_more_than_there_is(client, operator, entered):
    id = entered()["id"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: (
                    adjust(client, operator, id, kind="refund", amount_wan="50", technology_amount_wan="50").status_code
                ),
                range(4),
            )
        )
    assert sorted(answers) == [201, 201, 422, 422]
    assert read(client, id, operator)["current_amount_wan"] == "20.5"


def test_a_change_needs_the_version_and_leaves_the_amounts(client, operator, entered, refused):
    made = entered()
    path = f"{PATH}/{made['id']}"
    refused(client.patch(path, json={"title": "改名"}, headers=operator), 428)
    refused(client.patch(path, json={"amount_wan": "1"}, headers=operator | {"If-Match": '"1"'}), 422, "amount_wan")
    changed = client.patch(
        path, json={"title": "改名（示例）", "chains": ["新材料"], "buyer_district": "青石县", "buyer_park": None},
        headers=operator | {"If-Match": '"1"'},
    )  # fmt: skip
    assert changed.status_code == 200, changed.text
    assert changed.json()["buyer_district"] == "青石县"
    assert changed.json()["chains"] == ["新材料"]
    assert changed.headers["etag"] == '"2"'
    problem = refused(client.patch(path, json={"title": "再改"}, headers=operator | {"If-Match": '"1"'}), 412)
    assert problem["current"]["title"] == "改名（示例）"
    assert problem["submitted"] == {"title": "再改"}
    wrong = {"buyer_local": False}
    refused(client.patch(path, json=wrong, headers=operator | {"If-Match": '"2"'}), 422, "seller_local")
    late = {"signed_on": "2026-03-10"}
    refused(client.patch(path, json=late, headers=operator | {"If-Match": '"2"'}), 422, "signed_on")


def test_each_step_is_in_the_audit_log(client, operator, entered):
    made = entered()
    adjust(client, operator, made["id"], kind="refund", amount_wan="20.5")
    client.patch(f"{PATH}/{made['id']}", json={"note": "备注"}, headers=operator | {"If-Match": "*"})
    entries = client.get("/api/v1/audit", params={"object_id": made["id"]}, headers=operator).json()["items"]
    assert [each["action"] for each in entries] == ["contract.change", "contract.adjust", "contract.create"]
    assert entries[1]["after"]["amount_wan"] == "-20.5"
    assert entries[0]["after"] == {"note": "备注"}


# --- linking ---


@pytest.fixture(scope="module")
def pair(client, create):
    """Make a docking of two new organisations in a stage; return their names and its id."""
    database = client.app.state.database

    def made(stage, **fields):
        stamp = new_id()[-8:]
        buyer, seller = f"云澜链接{stamp}公司（示例）", f"云澜链接{stamp}大学（示例）"
        need = create("needs", organisation=buyer)
        achievement = create("achievements", organisation=seller)
        with database.write() as session:
            for name, district in ((buyer, "矿南区"), (seller, "高新区")):
                OrganisationRepository(session).by_name(name).district = district
            row = Docking(need_id=need["id"], achievement_id=achievement["id"], open_key=stamp, stage=stage, **fields)
            session.add(row)
            session.flush()
            return buyer, seller, row.id

    return made


@pytest.fixture(scope="module")
def liaison(client):
    with client.app.state.database.write() as session:
        made = Account(email="ledger@example.cn", name="台账情报员", role=Role.LIAISON)
        session.add(made)
        session.flush()
        return made.id


def test_a_docking_of_the_same_two_is_proposed_and_brings_its_liaison(client, operator, entered, pair, liaison):
    buyer, seller, docking = pair(DockingStage.SIGNED, liaison_id=liaison)
    made = entered(buyer=buyer, seller=seller, seller_local=True, seller_district="高新区")
    assert [(each["id"], each["signed"]) for each in made["proposals"]] == [(docking, True)]
    assert made["liaison_id"] is None
    linked = client.patch(
        f"{PATH}/{made['id']}", json={"docking_id": docking}, headers=operator | {"If-Match": '"1"'}
    ).json()
    assert (linked["docking_id"], linked["liaison_id"], linked["liaison"]) == (docking, liaison, "台账情报员")
    assert linked["achievement_id"] is not None
    assert linked["proposals"] == []
    assert linked["docking_behind"] is False
    # Once it is linked it is proposed to no other contract.
    assert entered(buyer=buyer, seller=seller, seller_local=True, seller_district="高新区")["proposals"] == []


def test_a_docking_before_signing_is_pointed_out(client, operator, entered, pair):
    buyer, seller, docking = pair(DockingStage.NEGOTIATING)
    made = entered(buyer=buyer, seller=seller, seller_local=True, seller_district="高新区", docking_id=docking)
    assert made["docking_behind"] is True


def test_a_docking_of_others_is_refused(client, operator, entered, pair, refused):
    buyer, _, _ = pair(DockingStage.SIGNED)
    _, _, other = pair(DockingStage.SIGNED)
    refused(client.post(PATH, json=body_of(buyer=buyer, docking_id=other), headers=operator), 422, "docking_id")


# --- reading ---


def test_a_side_reads_its_contracts_and_nobody_elses(client, account, entered, refused):
    person, buyer = account(Role.ENTERPRISE)
    other, stranger = account(Role.ENTERPRISE)
    _, seller = account(Role.UNIVERSITY, "云澜卖方大学（示例）")
    names = {}
    with client.app.state.database.write() as session:
        for each in (person, other):
            names[each.id] = session.get(Organisation, each.organisation_id).name
    made = entered(
        buyer=names[person.id],
        seller="云澜卖方大学（示例）",
        seller_local=True,
        seller_district="高新区",
        note="内部备注",
    )
    for headers in (buyer, seller):
        found = read(client, made["id"], headers)
        assert found["current_amount_wan"] == "120.5"
        assert found["note"] is found["liaison"] is found["docking_id"] is None
        assert [each["id"] for each in client.get(PATH, headers=headers).json()["items"]] == [made["id"]]
        book = client.get(f"{PATH}/list.xlsx", headers=headers)
        assert "内部备注" not in str(_cells(book))
        assert len(_cells(book)) == 2
    refused(client.get(f"{PATH}/{made['id']}", headers=stranger), 404)
    assert client.get(PATH, headers=stranger).json()["items"] == []
    assert client.get(PATH, params={"q": made["registration_number"]}, headers=stranger).json()["items"] == []
    assert len(_cells(client.get(f"{PATH}/list.xlsx", headers=stranger))) == 1
    for headers in (buyer, seller, stranger):
        refused(client.post(PATH, json=body_of(), headers=headers), 403)
        refused(adjust(client, headers, made["id"], amount_wan="1"), 403)
        refused(client.get("/api/v1/board", headers=headers), 403)


def test_the_bureau_reads_all_and_writes_nothing(client, account, entered, refused):
    _, bureau = account(Role.BUREAU)
    made = entered(note="核对过")
    found = read(client, made["id"], bureau)
    assert (found["note"], found["docking_id"], found["proposals"]) == ("核对过", None, [])
    refused(client.post(PATH, json=body_of(), headers=bureau), 403)
    refused(client.patch(f"{PATH}/{made['id']}", json={}, headers=bureau | {"If-Match": "*"}), 403)


def _cells(answer):
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_the_list_is_narrowed_and_read_part_by_part(client, operator, entered, everything):
    stamp = new_id()[-10:]
    local = {"seller_local": True, "seller_district": "青石县", "seller_park": "石材园"}
    made = [
        entered(title=f"{stamp}一", registered_on="2025-12-31", signed_on="2025-12-01"),
        entered(title=f"{stamp}二", kind="service", **local),
        entered(title=f"{stamp}三", buyer_local=False, buyer_district="外省", **local),
        entered(title=f"{stamp}四", registered_on="2026-03-09"),
    ]

    def found(**query):
        items = everything("contracts", operator, q=stamp, **({"limit": 2} | query))
        return [each["title"][-1] for each in items]

    def narrowed(query):
        items = client.get(f"{PATH}?q={stamp}&{query}", headers=operator).json()["items"]
        return [each["title"][-1] for each in items]

    assert found() == ["四", "三", "二", "一"]
    assert found(year=2025) == ["一"]
    assert found(side="output") == ["三", "二"]
    assert found(side="absorbed", district="矿南区") == ["四", "二", "一"]
    assert found(side="absorbed", district="青石县") == []
    assert found(district="青石县", park="石材园") == ["三", "二"]
    assert narrowed("kind=service") == ["二"]
    assert narrowed("linked=true") == []
    assert narrowed("linked=false&year=&side=&kind=&district=") == ["四", "三", "二", "一"]
    assert [row[0] for row in _cells(client.get(f"{PATH}/list.xlsx?q={stamp}&side=output", headers=operator))[1:]] == [
        made[2]["registration_number"], made[1]["registration_number"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", ["cursor=zz", "cursor=ffffffff", "year=1", "side=both", "limit=0", "cursor=000000abc"]
)
def test_conditions_that_mean_nothing_are_refused(client, operator, refused, query):
    refused(client.get(f"{PATH}?{query}", headers=operator), 422)


def test_text_of_users_stays_text(client, operator, entered):
    made = entered(title='=HYPERLINK("x")<script>alert(1)</script>', buyer="@SUM(A1)（示例）")
    rows = _cells(client.get(f"{PATH}/list.xlsx?q={made['registration_number']}", headers=operator))
    assert rows[1][1] == made["title"]
    page = client.get(f"/contracts/{made['id']}", headers=operator).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


QUERIES = {"/contracts": 7, "/contracts/{id}": 6, "/contracts/{id}/edit": 8, "/contracts/import": 4, PATH: 4}


def test_pages_cost_the_same_for_few_contracts_and_many(client, account, entered):
    _, headers = account(Role.ADMIN)
    client.get("/account", headers=headers)
    sent = []
    engine = client.app.state.database.engine

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    counts = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(2):
            id = [entered(chains=["甲", "乙"]) for _ in range(5)][-1]["id"]
            found = {}
            for path in QUERIES:
                sent.clear()
                assert client.get(path.format(id=id), headers=headers).status_code == 200
                found[path] = len(sent)
            counts.append(found)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counts == [QUERIES] * 2


def test_amounts_are_exact(client, operator, entered):
    made = entered(amount_wan="9999999.999999", technology_amount_wan="0.000001")
    assert Decimal(made["current_amount_wan"]) == Decimal("9999999.999999")
    adjust(client, operator, made["id"], amount_wan="-0.000001")
    assert read(client, made["id"], operator)["current_amount_wan"] == "9999999.999998"
