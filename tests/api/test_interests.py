"""Contact goes through the liaison; nothing of the other side is shown before both agreed."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role

PATH = "/api/v1/interests"
ENTERPRISE = "云澜棠溪锻造有限公司（示例）"


@pytest.fixture(scope="module")
def people(account):
    """A member of either side, and of others of their kind, with their headers."""
    found = {
        "enterprise": account(Role.ENTERPRISE, ENTERPRISE, phone="0370-5550001"),
        "university": account(Role.UNIVERSITY, "云澜理工学院（示例）", phone="0370-5550002"),
        "rival": account(Role.ENTERPRISE),
        "stranger": account(Role.UNIVERSITY),
        "liaison": account(Role.LIAISON, unit="棠溪县专班", phone="0370-5550003"),
    }
    return {name: headers for name, (_, headers) in found.items()} | {"accounts": found}


@pytest.fixture
def pair(client, operator, create, people):
    """An anonymous need of the enterprise and a public achievement of the university, published."""
    need = create("needs", visibility="anonymous", organisation=ENTERPRISE, contact="李工 139-0000-1234")
    owner = "云澜理工学院（示例）"
    achievement = create("achievements", organisation=owner, contact="成果转化办 0370-5559999")
    return {"need_id": need["id"], "achievement_id": achievement["id"]}


@pytest.fixture
def express(client, people, pair):
    def made(who, **fields):
        answer = client.post(PATH, json=pair | fields, headers=people[who])
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def act(client, people):
    """Do something with an interest; return status and body."""

    def done(interest, action, who, **body):
        answer = client.post(f"{PATH}/{interest['id']}/{action}", json=body, headers=people[who])
        return answer.status_code, answer.json()

    return done


@pytest.fixture
def seen_by(client, people):
    def read(interest, who):
        headers = people[who]
        one = client.get(f"{PATH}/{interest['id']}", headers=headers)
        listed = {each["id"]: each for each in client.get(PATH, headers=headers).json()["items"]}
        assert (one.status_code == 200) == (interest["id"] in listed)
        if one.status_code == 200:
            assert listed[interest["id"]] == one.json()
        return one.json() if one.status_code == 200 else None

    return read


def _contacts(client, interest, headers):
    return client.get(f"{PATH}/{interest['id']}/contacts", headers=headers)


@pytest.mark.parametrize(("first", "second"), [("enterprise", "university"), ("university", "enterprise")])
def test_an_interest_goes_through_the_liaison_and_both_sides(
    client, people, express, act, seen_by, refused, first, second
):
    interest = express(first, message="想请贵方来看中试线。")
    assert (interest["state"], interest["your_side"] == interest["started_by"]) == ("submitted", True)
    # The other side knows nothing, whatever it tries.
    assert seen_by(interest, second) is None
    for action in ("consent", "decline"):
        assert act(interest, action, second)[0] == 404
    assert act(interest, "forward", second)[0] == act(interest, "forward", first)[0] == 403
    assert seen_by(interest, "liaison")["state"] == "submitted"

    assert act(interest, "forward", "liaison")[0] == 200
    assert seen_by(interest, second)["message"] == "想请贵方来看中试线。"
    for who in ("enterprise", "university", "liaison"):
        refused(_contacts(client, interest, people[who]), 409)
    # The university does not learn who the enterprise is, nor through the liaison where it is.
    hidden = seen_by(interest, "university")
    assert (hidden["need"]["organisation"], hidden["liaison"]) == (None, None)
    assert ENTERPRISE not in str(hidden)
    assert seen_by(interest, "enterprise")["achievement"]["organisation"] == "云澜理工学院（示例）"
    assert seen_by(interest, "enterprise")["liaison"]["unit"] == "棠溪县专班"

    assert act(interest, "consent", first)[0] == 409
    assert act(interest, "consent", second)[1]["state"] == "agreed"
    assert seen_by(interest, "university")["need"]["organisation"] == ENTERPRISE
    (shown,) = _contacts(client, interest, people["university"]).json()["items"]
    assert (shown["organisation"], shown["contact"]) == (ENTERPRISE, "李工 139-0000-1234")
    assert (shown["phone"], shown["email"]) == ("0370-5550001", people["accounts"]["enterprise"][0].email)
    (shown,) = _contacts(client, interest, people["enterprise"]).json()["items"]
    assert (shown["contact"], shown["phone"]) == ("成果转化办 0370-5559999", "0370-5550002")
    for who in ("rival", "stranger"):
        assert seen_by(interest, who) is None
        refused(_contacts(client, interest, people[who]), 404)


def test_each_disclosure_is_kept_and_shown_to_whose_contact_it_was(client, operator, people, express, act):
    interest = express("enterprise")
    act(interest, "forward", "liaison")
    act(interest, "consent", "university")
    _contacts(client, interest, people["university"])
    _contacts(client, interest, people["university"])
    own = _contacts(client, interest, people["enterprise"]).json()["disclosed"]
    assert [(each["side"], each["to"]) for each in own] == [("need", "university")] * 2
    all_of_them = _contacts(client, interest, operator).json()
    assert {each["side"] for each in all_of_them["items"]} == {"need", "achievement"}
    assert len(all_of_them["disclosed"]) == 5
    log = client.get("/api/v1/audit", params={"object_id": interest["id"]}, headers=operator).json()["items"]
    actions = [each["action"].removeprefix("interests.") for each in reversed(log)]
    assert actions == ["create", "forward", "consent", *["disclose"] * 4]
    assert log[-4]["after"] == {"state": "agreed", "shown": ["need"]}
    assert log[-4]["account_id"] == people["accounts"]["university"][0].id


def test_either_side_declines_and_the_liaison_does_before_anybody_sees_it(express, act, seen_by, people, client):
    interest = express("university")
    assert act(interest, "decline", "liaison")[0] == 422
    assert act(interest, "decline", "liaison", reason="指标相差太远")[1]["state"] == "declined"
    assert seen_by(interest, "enterprise") is None
    assert seen_by(interest, "university")["reason"] == "指标相差太远"
    assert act(interest, "forward", "liaison")[0] == 409
    again = express("university")
    act(again, "forward", "liaison")
    assert act(again, "decline", "enterprise", reason="暂不考虑")[1]["state"] == "declined"
    assert _contacts(client, again, people["university"]).status_code == 409


def test_who_asked_takes_it_back_and_nobody_else(client, people, express, act, seen_by):
    interest = express("enterprise")
    act(interest, "forward", "liaison")
    path = f"{PATH}/{interest['id']}"
    assert client.delete(path, headers=people["university"]).status_code == 403
    assert client.delete(path, headers=people["rival"]).status_code == 404
    assert client.delete(path, headers=people["enterprise"]).status_code == 204
    assert seen_by(interest, "university")["state"] == "withdrawn"
    assert act(interest, "consent", "university")[0] == 409
    assert client.delete(path, headers=people["enterprise"]).status_code == 409


def test_one_asks_once_and_does_not_learn_that_the_other_asked(client, people, pair, express, refused):
    express("enterprise")
    refused(client.post(PATH, json=pair, headers=people["enterprise"]), 409)
    express("university")


@pytest.mark.parametrize("who", ["rival", "stranger"])
def test_nobody_asks_for_others(client, people, pair, refused, who):
    refused(client.post(PATH, json=pair, headers=people[who]), 403)


def test_a_hidden_record_cannot_be_asked_for(client, operator, people, pair, create, refused):
    hidden = create("needs", visibility="liaison")
    sent = pair | {"need_id": hidden["id"]}
    unknown = pair | {"need_id": "0" * 32}
    answers = [client.post(PATH, json=body, headers=people["university"]) for body in (sent, unknown)]
    for answer in answers:
        refused(answer, 404)
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


@pytest.mark.parametrize(
    ("who", "text", "part"),
    [
        ("enterprise", "请直接打13900001234", "13900001234"),
        ("university", "邮箱 office@example.edu.cn", "office@example.edu.cn"),
        ("enterprise", "棠溪锻造诚邀贵方", "棠溪锻造"),
    ],
)
def test_a_message_carries_no_contact_and_no_hidden_name(client, people, pair, refused, who, text, part):
    answer = client.post(PATH, json=pair | {"message": text}, headers=people[who])
    refused(answer, 422, "message")
    assert part in answer.json()["detail"]


def test_a_liaison_brings_two_together_and_records_how_they_agreed(client, people, pair, express, act, seen_by):
    interest = express("liaison")
    assert (interest["started_by"], interest["your_side"]) == (None, None)
    act(interest, "forward", "liaison")
    assert act(interest, "consent", "liaison")[0] == 422
    assert act(interest, "consent", "liaison", side="need")[0] == 422
    assert act(interest, "consent", "enterprise", side="achievement")[0] == 403
    assert act(interest, "consent", "liaison", side="need", note="电话同意")[1]["state"] == "forwarded"
    assert act(interest, "consent", "university")[1]["state"] == "agreed"
    (shown,) = _contacts(client, interest, people["university"]).json()["items"]
    # The liaison recorded it: that is not the enterprise's own person.
    assert (shown["contact"], shown["person"]) == ("李工 139-0000-1234", None)


def test_it_reaches_who_looks_after_the_enterprise(client, operator, people, express):
    liaison = people["accounts"]["liaison"][0]
    enterprise = people["accounts"]["enterprise"][0].organisation_id
    path = f"/api/v1/liaisons/{liaison.id}/assignments"
    assert client.post(path, json={"organisation_id": enterprise}, headers=operator).status_code == 201
    interest = express("university")
    mine = client.get(PATH, params={"mine": True, "state": "submitted"}, headers=people["liaison"]).json()["items"]
    assert interest["id"] in {each["id"] for each in mine}
    assert all(each["liaison"]["name"] == "liaison" for each in mine)


def test_the_list_goes_on(client, people, express):
    express("university")
    express_ids = []
    cursor = None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get(PATH, params=query, headers=people["liaison"]).json()
        express_ids += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(express_ids) == len(set(express_ids)) > 3
    assert express_ids == sorted(express_ids, reverse=True)


def test_whose_turn_it_is_is_told_the_same_by_the_list_and_by_each(client, people, express, act, seen_by):
    own = express("enterprise")
    listed = {who: lambda who=who: _turn(client, who, people) for who in ("liaison", "enterprise", "university")}
    assert (seen_by(own, "liaison")["your_turn"], seen_by(own, "enterprise")["your_turn"]) == (True, False)
    assert own["id"] in listed["liaison"]()
    act(own, "forward", "liaison")
    told = {who: seen_by(own, who) for who in listed}
    assert {who: each["your_turn"] for who, each in told.items()} == {
        "liaison": False, "enterprise": False, "university": True,
    }  # fmt: skip
    assert {who for who in listed if own["id"] in listed[who]()} == {"university"}
    assert told["university"]["forwarded_at"] >= told["university"]["created_at"]
    act(own, "consent", "university")
    assert {who for who in listed if own["id"] in listed[who]()} == set()
    both = express("liaison")
    act(both, "forward", "liaison")
    for who, left in (("university", {"enterprise"}), ("enterprise", set())):
        assert seen_by(both, who)["your_turn"]
        act(both, "consent", who)
        assert {each for each in listed if both["id"] in listed[each]()} == left


def _turn(client, who, people):
    """Return the ids that the page of what waits for somebody links to."""
    page = client.get("/interests?turn=true", headers=people[who]).text
    return set(re.findall(r'href="/interests/([0-9a-f]{32})"', page))


def test_the_workbook_tells_no_more_than_the_list(client, people, express, act):
    interest = express("enterprise")
    act(interest, "forward", "liaison")
    for who, owner in (("university", ""), ("enterprise", ENTERPRISE), ("liaison", ENTERPRISE)):
        header, row = _row_of(client, people[who], interest)
        told = dict(zip(header, row, strict=True))
        assert (told["需求方"], told["进展"], told["成果方"]) == (owner, "已转达，待答复", "云澜理工学院（示例）")
        assert (ENTERPRISE in str(row)) == bool(owner)
    assert _row_of(client, people["rival"], interest)[1] is None


def _row_of(client, headers, interest):
    """Return the header of the workbook, and the row of an interest."""
    answer = client.get(f"{PATH}/list.xlsx", params={"state": "forwarded"}, headers=headers)
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return header, next((row for row in rows if row[-1] == interest["id"]), None)
