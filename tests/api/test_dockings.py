"""A docking from a match to the contract, closed, reopened, and what each side sees of it."""

import io

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role
from app.core.city_time import today
from app.dockings.stages import OPEN, STEPS, Taker, Way
from app.models import CloseReason, DockingStage, Judgement, Notice

PATH = "/api/v1/dockings"
HIDDEN = "云澜槐荫窑炉有限公司（示例）"
ENTERPRISE, UNIVERSITY = "云澜柳河铸造有限公司（示例）", "云澜工程大学（示例）"
SHORTEST = ("contacted", "interested", "negotiating", "signed", "landed")


@pytest.fixture(scope="module")
def people(account):
    """A member of either side, others of their kind, two liaisons and the bureau, with their headers."""
    found = {
        "enterprise": account(Role.ENTERPRISE, ENTERPRISE, manages_organisation=True),
        "colleague": account(Role.ENTERPRISE, ENTERPRISE),
        "university": account(Role.UNIVERSITY, UNIVERSITY),
        "hidden": account(Role.ENTERPRISE, HIDDEN),
        "hiding_liaison": account(Role.LIAISON, unit="槐荫区专班", phone="0370-5550009"),
        "rival": account(Role.ENTERPRISE),
        "stranger": account(Role.UNIVERSITY),
        "liaison": account(Role.LIAISON, unit="柳河县专班", phone="0370-5550003"),
        "other_liaison": account(Role.LIAISON, unit="双需专班"),
        "bureau": account(Role.BUREAU),
        "expert": account(Role.EXPERT),
    }
    return {name: headers for name, (_, headers) in found.items()} | {"accounts": found, "anybody": {}}


@pytest.fixture
def pair(create):
    """A need of the enterprise and an achievement of the university, published."""

    def made(visibility="public", achievement="public", enterprise=ENTERPRISE):
        need = create("needs", visibility=visibility, organisation=enterprise)
        offered = create("achievements", organisation=UNIVERSITY, visibility=achievement)
        return {"need_id": need["id"], "achievement_id": offered["id"]}

    return made


@pytest.fixture
def begin(client, people, pair):
    """Open a docking as the liaison."""

    def made(visibility="public", who="liaison", **fields):
        answer = client.post(PATH, json=pair(visibility, **fields), headers=people[who])
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def act(client, people):
    """Do something with a docking; return status and body."""

    def done(docking, action, who="liaison", method="POST", etag=None, **body):
        headers = people[who] | ({"If-Match": etag} if etag else {})
        answer = client.request(method, f"{PATH}/{docking['id']}{action}", json=body or None, headers=headers)
        return answer.status_code, (answer.json() if answer.content else None)

    return done


@pytest.fixture
def walk(act):
    """Take steps one after another; return the docking."""

    def taken(docking, *stages):
        for stage in stages:
            status, docking = act(docking, "/steps", to=stage)
            assert status == 200, docking
        return docking

    return taken


@pytest.fixture
def seen_by(client, people):
    def read(docking, who):
        one = client.get(f"{PATH}/{docking['id']}", headers=people[who])
        listed = {each["id"]: each for each in _everything(client, people[who])}
        assert (one.status_code == 200) == (docking["id"] in listed)
        if one.status_code != 200:
            assert one.status_code == 404
            return None
        assert listed[docking["id"]] == one.json()
        return one.json()

    return read


def _everything(client, headers, **query):
    items, cursor = [], None
    while True:
        page = client.get(PATH, params=query | ({"cursor": cursor} if cursor else {}), headers=headers)
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return items


@pytest.fixture
def agree(client, people):
    """Let both sides of a pair agree in an interest."""

    def made(pair, enterprise="enterprise", by="liaison"):
        interest = client.post("/api/v1/interests", json=pair, headers=people[by]).json()
        path = f"/api/v1/interests/{interest['id']}"
        client.post(f"{path}/forward", headers=people["liaison"])
        for who in (each for each in (enterprise, "university") if each != by):
            answer = client.post(f"{path}/consent", json={}, headers=people[who])
            assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "agreed"
        return interest

    return made


def _pair_of(docking):
    return {"need_id": docking["need"]["id"], "achievement_id": docking["achievement"]["id"]}


def _judgements(client, docking):
    with client.app.state.database.read() as session:
        rows = session.query(Judgement).filter_by(**_pair_of(docking)).all()
        return [(each.judge, each.grade, each.reason_code) for each in rows]


def _notices(client, docking):
    with client.app.state.database.read() as session:
        rows = session.query(Notice).filter_by(path=f"/dockings/{docking['id']}").order_by(Notice.id).all()
        return [(each.account_id, each.title, each.text) for each in rows]


def test_a_docking_goes_from_a_match_to_the_product_in_use(client, operator, people, begin, act, walk):
    docking = begin()
    assert (docking["stage"], docking["origin"], docking["liaison"]["name"]) == ("recommended", "match", "liaison")
    assert [each["to"] for each in docking["steps"]] == ["contacted"]
    again = client.post(PATH, json=_pair_of(docking), headers=people["other_liaison"])
    assert (again.status_code, again.json()["id"]) == (200, docking["id"])
    docking = walk(docking, "contacted", "interested", "negotiating", "pilot")
    assert [(each["to"], each["back"]) for each in docking["steps"]] == [("signed", False), ("negotiating", True)]
    assert act(docking, "/steps", to="negotiating")[0] == 422
    status, docking = act(docking, "/steps", to="negotiating", note="样件开裂，退回重谈")
    assert (status, docking["stage"]) == (200, "negotiating")
    docking = walk(docking, "signed", "landed")
    assert (docking["steps"][0]["to"], docking["may_close"]) == ("signed", False)
    history = client.get(f"{PATH}/{docking['id']}/history", headers=people["liaison"]).json()["items"]
    assert [each["text"] for each in history][:3] == [
        "从“签约”进到“落地”",
        "从“洽谈”进到“签约”",
        "从“中试/验证”退回“洽谈”",
    ]
    assert (history[2]["note"], history[2]["by"], history[-1]["text"]) == (
        "样件开裂，退回重谈",
        "liaison",
        "从匹配开始对接",
    )
    log = client.get("/api/v1/audit", params={"object_id": docking["id"]}, headers=operator).json()["items"]
    assert [each["action"] for each in reversed(log)] == ["docking.open", *["docking.step"] * 7]
    assert "样件" not in str(log)


def test_a_pair_is_published_and_of_two_organisations(client, people, create, pair, refused):
    headers = people["liaison"]
    draft = create("needs", status="draft", organisation=ENTERPRISE)
    refused(client.post(PATH, json=pair() | {"need_id": draft["id"]}, headers=headers), 409)
    refused(client.post(PATH, json=pair() | {"need_id": "0" * 32}, headers=headers), 404)
    own = create("needs", organisation=UNIVERSITY)
    refused(client.post(PATH, json=pair() | {"need_id": own["id"]}, headers=headers), 422)
    for who in ("enterprise", "university", "bureau", "expert"):
        refused(client.post(PATH, json=pair(), headers=people[who]), 403)


def test_closing_tells_both_sides_and_teaches_the_ranking(client, people, begin, act, walk, seen_by):
    docking = walk(begin("anonymous"), "contacted")
    status, closed = act(docking, "/close", reason="technical_mismatch", note="企业要的是湿法")
    assert (status, closed["stage"], closed["closed_from"]) == (200, "closed", "contacted")
    assert (closed["close_reason"], closed["close_note"], closed["may_reopen"]) == (
        "technical_mismatch", "企业要的是湿法", True,
    )  # fmt: skip
    liaison = people["accounts"]["liaison"][0]
    assert _judgements(client, docking) == [(liaison.email, 2, "object_differs")]
    told = _notices(client, docking)
    # Who manages the enterprise; of the university, where nobody manages, its members.
    whom = {people["accounts"][name][0].id for name in ("enterprise", "university")}
    assert {each[0] for each in told} == whom
    assert all("告一段落" in title and "不完全对路" in text for _, title, text in told)
    assert ENTERPRISE not in str(told)
    assert "湿法" not in str([each[1:] for each in told]).replace(closed["need"]["title"], "")
    for who in ("enterprise", "university"):
        seen = seen_by(docking, who)
        assert (seen["close_reason"], seen["close_note"], seen["may_reopen"]) == ("technical_mismatch", None, False)
    # Taken back, it is as if it had not been closed.
    status, opened = act(closed, "/reopen")
    assert (status, opened["stage"], opened["close_reason"]) == (200, "contacted", None)
    assert _judgements(client, docking) == []


def test_reasons_that_say_nothing_of_the_match_judge_nothing(client, begin, act, walk):
    for reason in CloseReason:
        docking = begin()
        assert act(docking, "/close", reason=reason.value)[0] == 200
        given = [(grade, code) for _, grade, code in _judgements(client, docking)]
        expected = {
            "too_early": [(3, "too_early")], "price": [(3, "too_expensive")],
            "technical_mismatch": [(2, "object_differs")],
        }  # fmt: skip
        assert given == expected.get(reason.value, []), reason


def test_a_signature_is_a_good_fit_until_it_falls_through(client, people, begin, act, walk):
    docking = walk(begin(), "contacted", "interested", "negotiating", "signed")
    email = people["accounts"]["liaison"][0].email
    assert _judgements(client, docking) == [(email, 4, "good_fit")]
    walk(docking, "landed")
    assert _judgements(client, docking) == [(email, 4, "good_fit")]
    act(docking, "/steps", to="signed", note="登记早了")
    act(docking, "/steps", to="negotiating", note="合同解除")
    assert _judgements(client, docking) == []
    walk(docking, "signed")
    assert act(docking, "/close", reason="price")[0] == 200
    assert _judgements(client, docking) == [(email, 3, "too_expensive")]
    act(docking, "/reopen")
    assert _judgements(client, docking) == [(email, 4, "good_fit")]
    assert act(docking, "/close", reason="no_answer")[0] == 200
    assert _judgements(client, docking) == []


def test_a_judgement_by_hand_stays(client, people, begin, act, walk):
    first, second = begin(), walk(begin(), "contacted", "interested", "negotiating", "signed")
    for docking in (first, second):
        ids = _pair_of(docking)
        path = f"/api/v1/needs/{ids['need_id']}/matches/{ids['achievement_id']}/judgement"
        body = {"grade": 1, "reason_code": "field_differs"}
        assert client.put(path, json=body, headers=people["liaison"]).status_code == 200
    by_hand = [(people["accounts"]["liaison"][0].email, 1, "field_differs")]
    act(first, "/close", reason="technical_mismatch")
    assert _judgements(client, first) == by_hand
    act(first, "/reopen")
    assert _judgements(client, first) == by_hand
    # The second was judged by the signature before, and by hand since.
    act(second, "/close", reason="price")
    assert _judgements(client, second) == by_hand


def test_a_pair_has_one_open_docking(client, people, begin, act, refused):
    first = begin()
    act(first, "/close", reason="no_answer")
    second = client.post(PATH, json=_pair_of(first), headers=people["liaison"])
    assert second.status_code == 201
    refused(client.post(f"{PATH}/{first['id']}/reopen", headers=people["liaison"]), 409)
    act(second.json(), "/close", reason="no_answer")
    assert act(first, "/reopen", note="又联系上了")[1]["stage"] == "recommended"


def test_an_agreed_interest_opens_or_advances(client, people, pair, agree, begin, walk, seen_by):
    ids = pair("anonymous")
    interest = agree(ids)
    (opened,) = [each for each in _everything(client, people["liaison"]) if _pair_of(each) == ids]
    assert (opened["stage"], opened["origin"], opened["agreed"]) == ("interested", "interest", True)
    assert opened["liaison"]["name"] == "liaison"
    docking = begin("anonymous")
    agree(_pair_of(docking))
    assert seen_by(docking, "liaison")["stage"] == "interested"
    # Further on, agreement changes what is shown and not the stage.
    late = walk(begin("anonymous"), "contacted", "interested", "negotiating")
    assert seen_by(late, "university")["need"]["organisation"] is None
    agree(_pair_of(late))
    seen = seen_by(late, "university")
    assert (seen["stage"], seen["need"]["organisation"]) == ("negotiating", ENTERPRISE)
    # A pair that agreed once is known to one another in its next docking too.
    assert client.post(f"{PATH}/{opened['id']}/close", json={"reason": "price"}, headers=people["liaison"]).is_success
    again = client.post(PATH, json=ids, headers=people["liaison"]).json()
    assert (again["stage"], again["agreed"]) == ("interested", True)
    assert interest["id"]


def test_both_sides_that_agree_anew_bring_a_docking_that_went_back_to_where_they_agreed(begin, agree, act, seen_by):
    docking = begin("anonymous")
    for by in ("liaison", "enterprise", "university"):
        agree(_pair_of(docking), by=by)
        assert seen_by(docking, "liaison")["stage"] == "interested"
        assert act(docking, "/steps", to="contacted", note="对方换了人")[1]["stage"] == "contacted"
    assert seen_by(docking, "university")["agreed"]


def test_an_anonymous_need_hides_its_enterprise_until_both_agreed(client, people, begin, walk, agree, seen_by, act):
    docking = begin("anonymous", "hiding_liaison", enterprise=HIDDEN)
    docking = walk(docking, "contacted", "interested", "negotiating", "signed")
    act(docking, "/entries", "hidden", text="我们可以先寄样", shared=True)
    act(docking, "/entries", "hiding_liaison", text="下周请双方看样", kind="note", shared=True)
    enterprise, liaison = (people["accounts"][name][0] for name in ("hidden", "hiding_liaison"))
    path = f"{PATH}/{docking['id']}"
    for who in ("university", "bureau"):
        headers = people[who]
        seen = seen_by(docking, who)
        assert (seen["need"]["organisation"], seen["liaison"]) == (None, None)
        addresses = [path, f"{path}/history", f"{path}/entries", PATH, "/dockings", f"/dockings/{docking['id']}"]
        whole = "".join(client.get(address, headers=headers).text for address in addresses)
        whole += str(_sheet(client, headers))
        assert docking["need"]["title"] in whole
        for hidden in (HIDDEN, "槐荫", "0370-5550009", enterprise.id, enterprise.organisation_id, liaison.id):
            assert hidden not in whole, (who, hidden)
        of_enterprise = _everything(client, headers, organisation=enterprise.organisation_id)
        assert [each["id"] for each in of_enterprise + _everything(client, headers, q="槐荫")] == []
        for query in ({"liaison": "x"}, {"mine": True}) + (
            ({"team": "finance"}, {"overdue": True}) if who == "university" else ()
        ):
            assert client.get(PATH, params=query, headers=headers).status_code == 403
    agree(_pair_of(docking), "hidden")
    assert seen_by(docking, "university")["need"]["organisation"] == HIDDEN
    # What two sides agreed to show each other was not agreed with a third.
    assert seen_by(docking, "bureau")["need"]["organisation"] is None


def _sheet(client, headers, **query):
    answer = client.get(f"{PATH}/list.xlsx", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_needs_for_liaisons_are_nobody_elses_until_both_agreed(client, begin, agree, seen_by, act):
    docking = begin("liaison")
    assert seen_by(docking, "enterprise")["need"]["organisation"] == ENTERPRISE
    for who in ("university", "bureau"):
        assert seen_by(docking, who) is None
    assert act(docking, "/close", reason="need_gone")[0] == 200
    assert [each[0] for each in _notices(client, docking)] != []
    assert "云澜" not in str(_notices(client, docking))
    act(docking, "/reopen")
    agree(_pair_of(docking))
    assert seen_by(docking, "university")["need"]["organisation"] == ENTERPRISE
    assert seen_by(docking, "bureau") is None


def test_who_is_told_may_see_it(client, people, begin, act):
    docking = begin("liaison")
    act(docking, "/close", reason="need_gone")
    university = {people["accounts"]["university"][0].id}
    assert not university & {each[0] for each in _notices(client, docking)}


def test_what_is_not_theirs_is_not_there(client, people, begin, act, refused):
    docking = begin()
    entry = act(docking, "/entries", text="先寄样", kind="note", shared=True)[1]
    for who in ("rival", "stranger"):
        headers = people[who]
        for method, action in (
            ("GET", ""), ("GET", "/history"), ("GET", "/entries"), ("POST", "/entries"), ("GET", "/files"),
            ("DELETE", f"/entries/{entry['id']}"),
        ):  # fmt: skip
            body = {"text": "能看到吗"} if method == "POST" else None
            refused(client.request(method, f"{PATH}/{docking['id']}{action}", json=body, headers=headers), 404)
        file = {"file": ("说明.txt", "说明".encode())}
        refused(client.post(f"{PATH}/{docking['id']}/files", files=file, headers=headers), 404)
        assert client.get(f"/dockings/{docking['id']}", headers=headers).status_code == 404
    for who, status in (("expert", 403), ("anybody", 401)):
        assert client.get(f"{PATH}/{docking['id']}", headers=people[who]).status_code == status


def test_members_move_nothing(begin, act):
    docking = begin()
    for who in ("enterprise", "university", "bureau", "expert"):
        assert act(docking, "/steps", who, to="contacted")[0] == 403
        assert act(docking, "/close", who, reason="price")[0] == 403
        assert act(docking, "/reopen", who)[0] == 403
        assert act(docking, "/block", who, "PUT", team="finance", note="缺钱")[0] == 403
        assert act(docking, "", who, "PATCH", '"1"', next_action="催一催")[0] == 403


def test_the_next_action_is_planned_and_done(client, people, begin, act, refused):
    docking, other = begin(), people["accounts"]["other_liaison"][0]
    day = str(today())
    plan = {"next_action": "寄样件到学校", "next_owner_id": other.id, "next_due_on": day}
    refused(client.patch(f"{PATH}/{docking['id']}", json=plan, headers=people["liaison"]), 428)
    status, planned = act(docking, "", "liaison", "PATCH", '"1"', **plan)
    assert (status, planned["next_owner"]["name"], planned["next_due_on"]) == (200, "liaison", day)
    assert [each[:2] for each in _notices(client, docking)] == [
        (other.id, f"有一件对接工作请您办：{docking['need']['title']}")
    ]
    status, problem = act(docking, "", "liaison", "PATCH", '"1"', next_action="先打电话")
    assert (status, problem["current"]["next_action"], problem["submitted"]) == (
        412,
        "寄样件到学校",
        {"next_action": "先打电话"},
    )
    for field, value in (
        ("next_due_on", "2020-01-01"),
        ("next_due_on", "2099-01-01"),
        ("next_owner_id", people["accounts"]["enterprise"][0].id),
        ("liaison_id", "0" * 32),
    ):
        answer = client.patch(
            f"{PATH}/{docking['id']}", json={field: value}, headers=people["liaison"] | {"If-Match": "*"}
        )
        refused(answer, 422, field)
    status, done = act(docking, "", "liaison", "PATCH", "*", next_action="")
    assert (status, done["next_action"], done["next_owner"], done["next_due_on"]) == (200, "", None, None)
    history = client.get(f"{PATH}/{docking['id']}/history", headers=people["liaison"]).json()["items"]
    assert [each["text"] for each in history[:2]] == [
        "办结：寄样件到学校",
        f"定下一步：寄样件到学校（由liaison办，{day} 前）",
    ]
    # What staff plan is theirs: not in what the sides read.
    assert "寄样件" not in client.get(f"{PATH}/{docking['id']}/history", headers=people["university"]).text


def test_lists_are_narrowed(client, people, begin, act, walk, operator):
    docking, other = begin(), people["accounts"]["other_liaison"][0]
    act(docking, "", "liaison", "PATCH", "*", liaison_id=other.id)
    act(docking, "/block", "liaison", "PUT", team="finance", note="企业缺流动资金")

    def ids(who="liaison", **query):
        return {each["id"] for each in _everything(client, people[who], **query)}

    assert docking["id"] in ids("other_liaison", mine=True)
    assert docking["id"] not in ids(mine=True)
    assert docking["id"] in ids(liaison=other.id)
    assert docking["id"] in ids(team="finance")
    assert docking["id"] not in ids(team="talent")
    assert docking["id"] in ids(stage="recommended")
    assert docking["id"] not in ids(stage="signed")
    assert docking["id"] in ids(organisation=people["accounts"]["enterprise"][0].organisation_id)
    assert docking["id"] in ids(q=docking["need"]["title"])
    assert docking["id"] in ids(q="柳河铸造")
    assert docking["id"] not in ids(overdue=True)
    _make_overdue(client, docking)
    assert docking["id"] in ids(overdue=True)
    assert docking["id"] in ids("bureau", overdue=True)
    (row,) = [row for row in _sheet(client, people["liaison"], overdue=True) if row[-1] == docking["id"]]
    assert row[0] == "推荐"
    assert "金融专班" in row
    seen = client.get(f"{PATH}/{docking['id']}", headers=people["bureau"]).json()
    assert (seen["blocked"]["team"], seen["blocked"]["note"], seen["overdue"]) == ("finance", None, True)
    assert client.get(f"{PATH}/{docking['id']}", headers=people["university"]).json()["blocked"] is None
    assert act(docking, "/block?note=已放款", "liaison", "DELETE")[1]["blocked"] is None
    assert act(docking, "/block", "liaison", "DELETE")[0] == 409
    figures = client.get(f"{PATH}/figures", headers=people["bureau"]).json()
    assert figures == client.get(f"{PATH}/figures", headers=operator).json()
    assert figures["total"] == sum(figures["stages"].values()) == len(_everything(client, operator))
    theirs = client.get(f"{PATH}/figures", headers=people["university"]).json()
    assert theirs["total"] == len(_everything(client, people["university"]))
    assert client.get(f"{PATH}/figures", headers=people["stranger"]).json()["total"] == 0


def _make_overdue(client, docking):
    from datetime import timedelta

    from app.models import Docking

    with client.app.state.database.write() as session:
        row = session.get(Docking, docking["id"])
        row.next_action, row.next_due_on = "催寄样件", today() - timedelta(days=2)


def test_the_table_is_what_staff_are_offered(client, begin, walk):
    """Whatever the stage, the steps that a docking names are those of the table."""
    docking = begin()
    for stage in (DockingStage.RECOMMENDED, *map(DockingStage, SHORTEST)):
        if stage is not DockingStage.RECOMMENDED:
            docking = walk(docking, stage.value)
        allowed = {
            end.value
            for (start, end), step in STEPS.items()
            if start is stage and step.way in {Way.ON, Way.BACK} and Taker.STAFF in step.takers
        }
        assert {each["to"] for each in docking["steps"]} == allowed
        assert docking["may_close"] == (stage in OPEN)
