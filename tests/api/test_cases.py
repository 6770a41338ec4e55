"""A case is published with both consents and never without, and names nobody who hides."""

import io
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from sqlalchemy import select

from app.accounts.identification import caller_of
from app.core.caller import OPERATOR, Role
from app.dockings.opening import open_docking
from app.models import CaseConsent, Contract, ContractAdjustment, Docking, DockingOrigin, Notice

PATH = "/api/v1/cases"
ENTERPRISE, UNIVERSITY = "云澜白芷面粉有限公司（示例）", "云澜粮食学院（示例）"
TEXTS = {
    "title": "磨粉电费一年省了三十万元（示例）",
    "problem": "我们磨一吨小麦要用七十二度电。同行只要六十度。",
    "solution": "学院的老师把磨辊的齿改浅了，又加了一套测温。",
    "effect": "现在一吨用电六十一度，一年省三十万元。",
}


@pytest.fixture(scope="module")
def people(account):
    return {
        "need": account(Role.ENTERPRISE, ENTERPRISE),
        "achievement": account(Role.UNIVERSITY, UNIVERSITY),
        "liaison": account(Role.LIAISON),
        "bureau": account(Role.BUREAU),
        "stranger": account(Role.ENTERPRISE),
    }


@pytest.fixture(scope="module")
def headers(people):
    return {name: each[1] for name, each in people.items()} | {"anybody": {}}


@pytest.fixture
def docking(client, create):
    """A docking of a stage, of an anonymous or named enterprise."""

    def made(stage="signed", visibility="anonymous"):
        need = create("needs", organisation=ENTERPRISE, visibility=visibility, industries=["1311"], district="东河县")
        achievement = create("achievements", organisation=UNIVERSITY)
        with client.app.state.database.write() as session:
            found = open_docking(session, OPERATOR, need["id"], achievement["id"], DockingOrigin.MATCH)
            found.stage = stage
            return found.id

    return made


@pytest.fixture
def ask(client, headers):
    """Call the contract of a case as somebody; return status and answer."""

    def made(method, case, path="", who="liaison", match=None, **body):
        extra = {} if match is None else {"If-Match": f'"{match}"'}
        sent = {} if method == "GET" else {"json": body}
        answer = client.request(method, f"{PATH}/{case['id']}{path}", headers=headers[who] | extra, **sent)
        return answer.status_code, answer.json()

    return made


@pytest.fixture
def draft(client, headers, docking, ask):
    """A case with a text of ours."""

    def made(visibility="anonymous", **fields):
        answer = client.post(PATH, json={"docking_id": docking(visibility=visibility)}, headers=headers["liaison"])
        assert answer.status_code == 201, answer.text
        status, changed = ask("PATCH", answer.json(), match=1, **TEXTS | fields)
        assert status == 200, changed
        return changed

    return made


@pytest.fixture
def asked(draft, ask):
    def made(**fields):
        case = draft(**fields)
        assert ask("POST", case, "/steps", step="ask")[1]["state"] == "consent"
        return case

    return made


@pytest.fixture
def published(asked, ask):
    def made(**fields):
        case = asked(**fields)
        for side in ("need", "achievement"):
            assert ask("POST", case, "/consents", who=side, person="经办人", amount=True)[0] == 200
        status, shown = ask("POST", case, "/steps", step="publish")
        assert (status, shown["state"]) == (200, "published")
        return shown

    return made


def test_a_case_begins_with_what_the_records_say(client, headers, docking, refused):
    id = docking()
    made = client.post(PATH, json={"docking_id": id}, headers=headers["liaison"]).json()
    assert (made["state"], made["enterprise"], made["university"]) == ("draft", "本市某农副食品加工企业", UNIVERSITY)
    assert made["problem"].startswith("对浮选尾矿浆")
    assert UNIVERSITY in made["solution"]
    refused(client.post(PATH, json={"docking_id": id}, headers=headers["liaison"]), 409)
    refused(client.post(PATH, json={"docking_id": docking("negotiating")}, headers=headers["liaison"]), 409)
    refused(client.post(PATH, json={"docking_id": "0" * 32}, headers=headers["liaison"]), 404)


def test_what_came_to_something_is_offered_until_it_is_a_case(client, headers, docking):
    signed, early, contracted = docking(), docking("negotiating"), docking("pilot")
    _contract(client, contracted, "120")
    listed = {each["docking_id"] for each in _candidates(client, headers)}
    assert {signed, contracted} <= listed
    assert early not in listed
    assert client.post(PATH, json={"docking_id": contracted}, headers=headers["liaison"]).status_code == 201
    assert contracted not in {each["docking_id"] for each in _candidates(client, headers)}


def test_of_what_came_to_something_each_is_offered_what_they_may_see(client, docking, people):
    id, services = docking(), client.app.state.services
    with services.database.read() as session:
        offered = {
            name: id in {each.id for each in services.cases.candidates(session, caller_of(person, ""))}
            for name, (person, _) in people.items()
        }
    # The route is for staff; the rule of dockings holds for whoever else is let in.
    assert offered == {"need": True, "achievement": True, "liaison": True, "bureau": True, "stranger": False}


def _candidates(client, headers):
    return client.get(f"{PATH}/candidates", headers=headers["liaison"]).json()["items"]


def _contract(client, docking_id, amount):
    fields = {
        "registration_number": f"2026-{docking_id[-12:]}", "title": "合同（示例）", "kind": "development",
        "amount_wan": Decimal(amount), "technology_amount_wan": Decimal(amount), "signed_on": date(2026, 9, 1),
        "registered_on": date(2026, 9, 2), "buyer": "甲方", "buyer_local": True, "seller": "乙方",
        "seller_local": True, "docking_id": docking_id,
    }  # fmt: skip
    with client.app.state.database.write() as session:
        session.add(Contract(**fields))


def test_without_both_consents_nothing_is_published(asked, ask):
    case = asked()
    assert ask("POST", case, "/steps", step="publish")[0] == 409
    assert ask("POST", case, "/consents", who="need", person="厂长")[1]["agreed"] == ["need"]
    status, problem = ask("POST", case, "/steps", step="publish")
    assert (status, "成果方" in problem["detail"]) == (409, True)
    assert ask("GET", case, who="anybody")[0] == 404
    assert ask("POST", case, "/consents", who="achievement", person="转化办")[0] == 200
    assert ask("POST", case, "/steps", step="publish")[1]["state"] == "published"
    assert ask("GET", case, who="anybody")[0] == 200


@pytest.mark.parametrize("side", ["need", "achievement"])
def test_it_is_withdrawn_at_once_when_a_side_takes_its_consent_back(client, published, ask, people, side):
    case = published()
    assert ask("GET", case, who="anybody")[0] == 200
    assert ask("POST", case, "/consents/end", who=side, reason="换了负责人")[1]["state"] == "withdrawn"
    for path in ("", "/document.docx"):
        assert client.get(f"{PATH}/{case['id']}{path}").status_code == 404
    assert client.get(f"/cases/{case['id']}").status_code == 404
    assert case["id"] not in {each["id"] for each in client.get(PATH).json()["items"]}
    assert ask("POST", case, "/steps", step="publish")[0] == 409
    assert ask("POST", case, "/consents/end", who=side)[0] == 409
    assert _told(client, people["liaison"][0], case)[-1].endswith(TEXTS["title"])
    # Published again it takes both consents anew.
    assert ask("POST", case, "/steps", step="revise")[1]["agreed"] == []
    ask("POST", case, "/steps", step="ask")
    assert ask("POST", case, "/steps", step="publish")[0] == 409


def _told(client, account, case):
    with client.app.state.database.read() as session:
        query = select(Notice).where(Notice.account_id == account.id, Notice.path == f"/cases/{case['id']}")
        return [each.title for each in session.scalars(query.order_by(Notice.id))]


def test_a_text_that_was_agreed_to_is_not_changed_behind_the_sides(asked, ask):
    case = asked()
    ask("POST", case, "/consents", who="need", person="厂长")
    version = ask("GET", case)[1]["version"]
    assert ask("PATCH", case, match=version, effect="省了一个亿。")[0] == 409
    revised = ask("POST", case, "/steps", step="revise")[1]
    assert (revised["agreed"], revised["state"]) == ([], "draft")
    assert revised["consents"][0]["end_reason"] == "文字退回修改"


def test_consent_says_who_when_and_how(client, asked, ask, people):
    case = asked()
    assert ask("POST", case, "/consents", person="厂长", means="call")[0] == 422
    assert ask("POST", case, "/consents", side="need", person="厂长")[0] == 422
    assert ask("POST", case, "/consents", side="need", person=" ", means="call")[0] == 422
    shown = ask("POST", case, "/consents", side="need", person="厂长", means="call")[1]
    (kept,) = shown["consents"]
    assert (kept["side"], kept["person"], kept["means"], kept["ended_at"]) == ("need", "厂长", "call", None)
    assert kept["given_at"].endswith("+08:00")
    assert ask("POST", case, "/consents", side="need", person="别人", means="call")[0] == 409
    assert ask("POST", case, "/consents", who="achievement", side="need", person="冒充")[0] == 422
    assert ask("POST", case, "/consents", who="achievement", person="转化办", means="written")[1]["consents"] != []
    with client.app.state.database.read() as session:
        rows = session.scalars(select(CaseConsent).where(CaseConsent.case_id == case["id"])).all()
        by_side = {each.side: each for each in rows}
        assert by_side["need"].recorded_by == people["liaison"][0].id
        # Whoever agrees for the own side does so here, whatever they write.
        assert (by_side["achievement"].means, by_side["achievement"].recorded_by) == (
            "online", people["achievement"][0].id,
        )  # fmt: skip


def test_strangers_see_what_is_published_and_sides_what_concerns_them(client, draft, ask, headers):
    case = draft()
    for who in ("need", "achievement", "stranger", "bureau", "anybody"):
        assert ask("GET", case, who=who)[0] == 404, who
    ask("POST", case, "/steps", step="ask")
    for who in ("need", "achievement"):
        assert ask("GET", case, who=who)[1]["your_side"] == who
    for who in ("stranger", "bureau", "anybody"):
        assert ask("GET", case, who=who)[0] == 404, who
    assert ask("POST", case, "/consents", who="stranger", person="路人")[0] == 404
    ask("POST", case, "/consents", who="need", person="厂长")
    assert ask("GET", case, who="achievement")[1]["consents"] == []
    ask("POST", case, "/consents", who="achievement", person="转化办")
    ask("POST", case, "/steps", step="publish")
    for who in ("stranger", "bureau", "anybody"):
        shown = ask("GET", case, who=who)[1]
        assert (shown["consents"], shown["agreed"], shown["docking_id"]) == ([], [], None)
    assert ask("POST", case, "/consents", who="stranger", person="路人")[0] == 404
    assert ask("POST", case, "/consents/end", who="stranger")[0] == 404


def test_a_hidden_enterprise_is_not_named_anywhere(client, published, headers, refused):
    case = published()
    for who in ("anybody", "stranger", "bureau", "achievement"):
        for path in (f"{PATH}/{case['id']}", PATH, f"/cases/{case['id']}", "/cases"):
            answer = client.get(path, headers=headers[who])
            assert answer.status_code == 200
            assert ENTERPRISE not in answer.text, (who, path)
            assert "东河县" not in answer.text, (who, path)
        document = Document(io.BytesIO(client.get(f"{PATH}/{case['id']}/document.docx", headers=headers[who]).content))
        assert ENTERPRISE not in "\n".join(each.text for each in document.paragraphs)
    assert ENTERPRISE not in client.get(f"{PATH}/list.xlsx").text


@pytest.mark.parametrize(
    ("field", "text", "part"),
    [
        ("problem", "白芷面粉去年电费三百万元。", "白芷面粉"),
        ("effect", "东河县的厂一年省了三十万元。", "东河县"),
        ("solution", "想了解请打13900001234。", "13900001234"),
        ("title", "白芷面粉省了三十万元", "白芷面粉"),
        ("enterprise_label", "东河县某面粉企业", "东河县"),
    ],
)
def test_a_text_that_gives_it_away_is_not_asked_for(draft, ask, field, text, part):
    case = draft(**{field: text})
    status, problem = ask("POST", case, "/steps", step="ask")
    assert (status, part in problem["detail"]) == (422, True), problem
    assert problem["errors"][0]["field"] == field


def test_only_a_need_that_names_its_enterprise_lets_a_case_name_it(client, draft, ask, published, operator):
    hidden = draft()
    assert ask("PATCH", hidden, match=hidden["version"], names_enterprise=True)[0] == 422
    named = published(visibility="public", problem="白芷面粉以前磨一吨小麦用七十二度电。")
    assert ask("GET", named, who="anybody")[1]["enterprise"] == ENTERPRISE
    # One that hides later is hidden in the case too.
    with client.app.state.database.read() as session:
        need_id = session.get(Docking, named["docking_id"]).need_id
    path = f"/api/v1/needs/{need_id}"
    tag = client.get(path, headers=operator).headers["ETag"]
    client.patch(path, json={"visibility": "anonymous"}, headers=operator | {"If-Match": tag})
    shown = ask("GET", named, who="anybody")[1]
    assert (shown["enterprise_named"], shown["enterprise"]) == (False, "本市某农副食品加工企业")


def test_the_amount_is_told_where_both_agreed_to_that(client, draft, ask):
    case = draft(shows_amount=True)
    _contract(client, case["docking_id"], "86.5")
    ask("POST", case, "/steps", step="ask")
    ask("POST", case, "/consents", who="need", person="厂长", amount=True)
    ask("POST", case, "/consents", who="achievement", person="转化办", amount=False)
    assert ask("POST", case, "/steps", step="publish")[1]["amount_wan"] is None
    ask("POST", case, "/steps", step="withdraw", reason="补充金额")
    ask("POST", case, "/steps", step="revise")
    ask("POST", case, "/steps", step="ask")
    for side in ("need", "achievement"):
        ask("POST", case, "/consents", who=side, person="经办人", amount=True)
    ask("POST", case, "/steps", step="publish")
    assert ask("GET", case, who="anybody")[1]["amount_wan"] == "86.5"
    # What was paid back is not boasted of.
    with client.app.state.database.write() as session:
        contract = session.query(Contract).filter_by(docking_id=case["docking_id"]).one()
        back = ContractAdjustment(contract_id=contract.id, kind="refund", amount_wan=Decimal("-6.5"))
        back.technology_amount_wan, back.effective_on, back.reason = Decimal("-6.5"), date(2026, 9, 3), "示例"
        back.created_by_name = "示例"
        session.add(back)
    assert ask("GET", case, who="anybody")[1]["amount_wan"] == "80"


def test_an_empty_part_is_not_asked_for_and_a_stale_change_is_refused(draft, ask):
    case = draft(effect="")
    status, problem = ask("POST", case, "/steps", step="ask")
    assert (status, problem["errors"][0]["field"]) == (422, "effect")
    assert ask("PATCH", case, effect="省了电。")[0] == 428
    assert ask("PATCH", case, match=1, effect="省了电。")[0] == 412


def test_both_sides_are_told_when_they_are_asked(client, asked, people):
    case = asked()
    for side in ("need", "achievement"):
        assert _told(client, people[side][0], case) == [f"请确认案例文字：{TEXTS['title']}"]
    assert _told(client, people["stranger"][0], case) == []


def test_plain_language_is_checked_on_demand(client, headers):
    body = TEXTS | {"solution": "在有关部门的大力支持下，双方深度融合，打造高质量发展新生态。"}
    found = client.post(f"{PATH}/check", json=body, headers=headers["liaison"]).json()["items"]
    assert {each["sort"] for each in found} == {"jargon", "officialese"}
    assert client.post(f"{PATH}/check", json=TEXTS, headers=headers["liaison"]).json()["items"] == []


def test_every_step_is_kept(client, published, ask, operator):
    case = published()
    ask("POST", case, "/consents/end", who="need")
    log = client.get("/api/v1/audit", params={"object_id": case["id"]}, headers=operator).json()["items"]
    actions = [each["action"].removeprefix("case.") for each in reversed(log)]
    assert actions == ["create", "change", "ask", "consent", "consent", "publish", "end_consent"]
    assert "经办人" not in str(log)
