"""Challenges of 揭榜挂帅 from the candidate to the reviews years after, and who may do and read what."""

import io

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from app.challenges.projects import months_after
from app.challenges.schemas import StepIn
from app.challenges.stages import StepName
from app.codes.service import codes_in
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import CodeList, Docking, Notice
from app.models.base import now
from tests.api.challenge_life import CHALLENGES, CRITERIA, DAY, SUMMARY, Life
from tests.asking import written


@pytest.fixture
def life(client, account, create):
    def made(state="candidate", **fields):
        return Life(client, account, create, **fields).to(state)

    return made


def test_the_whole_life(client, life, create, callers, refused):
    one = life("closed")
    assert one.get()["bid_count"] == 2
    refused(one.step("select", one.owner_headers, bid_id=one.bids()[0]["id"], decision="选定。"), 409)
    achievement = create("achievements", organisation=one.universities[0])
    one.to("accepted")
    shown = one.get()
    assert shown["winner"] == one.universities[0]
    assert (shown["total_wan"], shown["fiscal_wan"], shown["own_wan"]) == ("200", "60", "120")
    assert [each["months"] for each in shown["evaluations"]] == [6, 12, 24]
    assert [each["due_on"] for each in shown["evaluations"]] == [
        str(months_after(today(), months)) for months in (6, 12, 24)
    ]
    body = {"months": 6, "in_use": True, "score": 5, "text": "运行半年，滤饼水分稳定在11.6%（示例）。"}
    refused(client.put(f"{one.path}/evaluations", json=body, headers=one.owner_headers), 409)
    one.evaluations_due(today() - DAY)
    one.backdate(achievement_id=achievement["id"])
    due = client.get(f"{CHALLENGES}/evaluations", headers=one.staff).json()["items"]
    assert [each["months"] for each in due if each["challenge_id"] == one.id] == [6, 12, 24]
    refused(client.put(f"{one.path}/evaluations", json=body, headers=one.staff), 403)
    assert client.put(f"{one.path}/evaluations", json=body, headers=one.owner_headers).status_code == 200
    path = f"/api/v1/achievements/{achievement['id']}/evaluations"
    (told,) = client.get(path, headers=callers[Role.ANYBODY]).json()["items"]
    assert (told["score"], told["text"], told["organisation"]) == (5, body["text"], one.name)
    assert "滤饼水分稳定在11.6%" in client.get(path.removeprefix("/api/v1"), headers=callers[Role.EXPERT]).text
    due = client.get(f"{CHALLENGES}/evaluations", headers=one.owner_headers).json()["items"]
    assert [each["months"] for each in due] == [12, 24]


def test_what_is_late_tells_nobody_of_a_need_for_liaisons_alone(client, life, callers):
    running, accepted = life("in_progress"), life("accepted")
    running.milestones_due(today() - DAY)
    accepted.evaluations_due(today() - DAY)

    def told(headers):
        due = client.get(f"{CHALLENGES}/evaluations", headers=headers).json()["items"]
        page = client.get("/challenges/due", headers=headers).text
        found = {one.id for one in (running, accepted) if one.title in page}
        assert (accepted.id in {each["challenge_id"] for each in due}) is (accepted.id in found)
        return found

    assert told(callers[Role.BUREAU]) == told(running.staff) == {running.id, accepted.id}
    for one in (running, accepted):
        one.change_need(visibility="liaison")
    assert told(callers[Role.BUREAU]) == set()
    assert told(running.staff) == {running.id, accepted.id}


def test_a_step_is_taken_back_with_what_was_to_follow_it(client, life):
    one = life("review")
    before = one.get()
    challenges, step = client.app.state.services.challenges, StepIn(step=StepName.RETURN, note="材料不全。")

    def returned_and_failed(session):
        assert challenges.take(session, one.id, step, OPERATOR).state == "pool"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        written(client.app.state.database, returned_and_failed)
    assert one.get() == before


def test_the_choice_opens_a_docking_and_tells_everybody(client, life, create):
    one = life("published")
    achievement = create("achievements", organisation=one.universities[0])
    refused = one.bid(1, achievement_id=achievement["id"])
    assert refused.status_code == 422, "another's achievement"
    assert one.bid(0, achievement_id=achievement["id"]).status_code == 201
    assert one.bid(1).status_code == 201
    one.backdate(closes_on=today() - DAY)
    one.took("close")
    one.to("selected")
    with client.app.state.database.read() as session:
        (docking,) = session.query(Docking).filter_by(challenge_id=one.id)
        assert (docking.need_id, docking.achievement_id) == (one.need["id"], achievement["id"])
        assert (docking.origin, docking.liaison_id) == ("challenge", one.liaison.id)
        told = {
            who: [each.text for each in session.query(Notice).filter_by(account_id=account.id)]
            for who, account in (
                ("winner", one.bidders[0][0]), ("loser", one.bidders[1][0]), ("owner", one.owner),
            )
        }  # fmt: skip
    assert any("被选定" in text for text in told["winner"])
    (text,) = told["loser"]
    assert "感谢贵单位" in text
    assert one.universities[0] not in text
    assert any("评分并择优" in text for text in told["owner"])


def test_only_the_owner_writes_criteria_and_evaluates(life, refused):
    one = life("pool")
    refused(one.criteria("review", one.staff), 403)
    assert one.criteria("review").status_code == 200
    one.to("closed")
    refused(one.mark(one.bids()[0], 5, 5, headers=one.staff), 403)
    for bid in one.bids():
        assert one.mark(bid, 5, 5).status_code == 200
    refused(one.step("select", bid_id=one.bids()[0]["id"], decision="选定。"), 403)
    one.to("acceptance")
    for step in ("accept", "fail"):
        refused(one.step(step, score=70, text="通过"), 403)
    refused(one.step("accept", one.bidders[0][1], score=70, text="通过"), 403)


def test_what_several_enterprises_need_is_evaluated_by_staff(client, account, create, life, refused):
    first = life()
    other = create("needs", organisation="云澜共性第二厂（示例）", visibility="anonymous")
    third = create("needs", organisation="云澜共性第三厂（示例）", visibility="anonymous")
    body = {"title": "尾矿共性脱水（示例）", "summary": SUMMARY, "need_ids": [other["id"], third["id"]]}
    once = first.staff | {"Idempotency-Key": "once"}
    made = client.post(CHALLENGES, json=body, headers=once).json()
    assert client.post(CHALLENGES, json=body, headers=once).json()["id"] == made["id"]
    refused(client.post(CHALLENGES, json=body | {"title": "另一份"}, headers=once), 409)
    assert (made["owner"], made["evaluator"]) == (None, "staff")
    path = f"{CHALLENGES}/{made['id']}/criteria"
    written = client.put(
        path, json={"purpose": "review", "items": CRITERIA}, headers=first.staff | {"If-Match": f'"{made["version"]}"'}
    )
    assert written.status_code == 200
    # How many stand behind it, and who, is for staff alone.
    _, mine = account(Role.ENTERPRISE, "云澜共性第二厂（示例）")
    seen = client.get(f"{CHALLENGES}/{made['id']}", headers=mine).json()
    assert [each["id"] for each in seen["needs"]] == [other["id"]]
    assert "第三厂" not in str(seen)
    refused(
        client.put(path, json={"purpose": "review", "items": CRITERIA}, headers=mine | {"If-Match": '"2"'}), 403
    )  # fmt: skip
    refused(client.post(CHALLENGES, json=body, headers=first.staff), 409)


@pytest.mark.parametrize("visibility", ["liaison", "anonymous", "public"])
def test_a_need_that_hides_stays_hidden(client, life, callers, visibility):
    if visibility == "liaison":
        one = life(visibility="liaison")
        answer = one.step("pool", grade="A", need_class="joint")
        assert answer.status_code == 409
        for role in (Role.BUREAU, Role.EXPERT, Role.UNIVERSITY, Role.ENTERPRISE):
            assert client.get(one.path, headers=callers[role]).status_code == 404
        assert client.get(one.path, headers=one.owner_headers).status_code == 200
        return
    one = life("published", visibility=visibility, district="隐区")
    readers = [callers[role] for role in (Role.BUREAU, Role.EXPERT, Role.UNIVERSITY, Role.ENTERPRISE)]
    readers += [one.bidders[0][1], one.experts["scientist"][1]]
    for headers in readers:
        answers = [
            one.client.get(path, headers=headers).text
            for path in (
                one.path, CHALLENGES, f"/challenges/{one.id}", "/challenges", "/challenges/guide",
                f"/challenges/{one.id}/bid", f"/challenges/{one.id}/ballot",
            )
        ]  # fmt: skip
        assert ("隐区" in str(answers)) is False
        assert (one.name in str(answers)) is (visibility == "public"), headers


@pytest.mark.parametrize("visibility", ["anonymous", "public"])
def test_the_guide_tells_nobody_who_hides(client, life, visibility):
    one = life("published", visibility=visibility, district="隐区", budget_max_wan="120")
    for headers in (one.staff, one.owner_headers, one.bidders[0][1]):
        document = Document(io.BytesIO(client.get(f"{CHALLENGES}/guide.docx", headers=headers).content))
        texts = [each.text for each in document.paragraphs]
        texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        book = CalamineWorkbook.from_filelike(
            io.BytesIO(client.get(f"{CHALLENGES}/guide.xlsx", headers=headers).content)
        )
        cells = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        page = client.get("/challenges/guide", headers=headers).text.partition("<main")[2]  # below who has signed in
        for text in ("\n".join(texts), cells, page):
            assert one.get()["title"] in text
            assert "120 万元" in text
            assert (one.name in text) is (visibility == "public")
            assert "隐区" not in text


def test_texts_that_name_a_hidden_enterprise_are_refused(client, life, refused):
    one = life("closed", visibility="anonymous")
    one.owner_name = one.name.removesuffix("（示例）")
    for bid in one.bids():
        one.mark(bid, 5, 5)
    answer = one.step("select", one.owner_headers, bid_id=one.bids()[0]["id"], decision=f"{one.owner_name}选定。")
    refused(answer, 422, "decision")
    one.to("accepted")
    one.evaluations_due(today())
    body = {"months": 6, "in_use": True, "score": 4, "text": f"{one.owner_name}一直在用。"}
    refused(client.put(f"{one.path}/evaluations", json=body, headers=one.owner_headers), 422, "text")
    body["text"] = "一直在用，联系 13800138000。"
    refused(client.put(f"{one.path}/evaluations", json=body, headers=one.owner_headers), 422, "text")


def test_bids_are_for_staff_the_owner_and_the_bidder(client, life, callers, refused):
    one = life("published")
    assert one.bid(0, approach="独家的微波预热方案（示例）").status_code == 201
    refused(one.bid(0), 409)
    others = [callers[role] for role in (Role.BUREAU, Role.EXPERT, Role.UNIVERSITY, Role.ENTERPRISE)]
    for headers in [*others, one.bidders[1][1], one.experts["scientist"][1]]:
        for path in (f"{one.path}/bids", f"{one.path}/bids.xlsx", f"{one.path}/bid", one.path, f"/challenges/{one.id}"):
            assert "独家的微波预热" not in client.get(path, headers=headers).text
        assert client.get(f"{one.path}/bids", headers=headers).status_code == 403
    for headers in (one.staff, one.owner_headers):
        assert "独家的微波预热" in client.get(f"{one.path}/bids", headers=headers).text
        assert "独家的微波预热" in client.get(f"/challenges/{one.id}", headers=headers).text
    own = one.bidders[0][1]
    answer = client.get(f"{one.path}/bid", headers=own)
    assert "独家的微波预热" in answer.text
    refused(client.patch(f"{one.path}/bid", json={"months": 9}, headers=own), 428)
    changed = client.patch(f"{one.path}/bid", json={"months": 9}, headers=own | {"If-Match": answer.headers["ETag"]})
    assert (changed.status_code, changed.json()["months"]) == (200, 9)
    refused(client.patch(f"{one.path}/bid", json={"months": 8}, headers=own | {"If-Match": '"1"'}), 412)
    assert client.delete(f"{one.path}/bid", headers=own | {"If-Match": '"2"'}).status_code == 204
    assert client.get(f"{one.path}/bid", headers=own).status_code == 404
    assert one.bid(0).status_code == 201
    one.backdate(closes_on=today() - DAY)
    refused(client.patch(f"{one.path}/bid", json={"months": 7}, headers=own | {"If-Match": "*"}), 409)
    refused(client.delete(f"{one.path}/bid", headers=own | {"If-Match": "*"}), 409)
    refused(one.bid(1), 409)
    # The marks are not for the bidder.
    one.took("close")
    one.mark(one.bids()[0], 10, 5)
    mine = client.get(f"{one.path}/bid", headers=own).json()
    assert (mine["scores"], mine["comment"], mine["total"], mine["rank"]) == (None, None, None, None)


def test_bids_are_ranked_and_another_than_the_first_is_explained(life, refused):
    one = life("closed")
    first, second = one.bids()
    one.mark(first, 9, 5)
    refused(one.mark(second, 11, 5), 422, "scores")
    one.mark(second, 6, 3)
    assert [(each["total"], each["rank"]) for each in one.bids()] == [("94.00", 1), ("60.00", 2)]
    answer = one.step("select", one.owner_headers, bid_id=second["id"], decision="选乙。")
    refused(answer, 422, "departure")
    one.took("select", one.owner_headers, bid_id=second["id"], decision="选乙。", departure="甲的工期赶不上大修窗口。")
    assert one.get()["winner"] == one.universities[1]
    one.to("established")


def test_amounts_milestones_and_rework(client, life, refused):
    one = life("selected")
    refused(one.step("establish", total_wan="100", fiscal_wan="60", own_wan="60"), 422, "total_wan")
    refused(one.step("establish", total_wan="0", fiscal_wan="0", own_wan="0"), 422, "total_wan")
    one.to("established")
    refused(one.step("start"), 409)
    one.to("in_progress")
    refused(one.step("submit"), 409)
    late = client.post(
        f"{one.path}/milestones", json={"title": "试车", "due_on": str(today())}, headers=one.owner_headers
    )
    assert late.json()["overdue"] is False
    refused(
        client.post(f"{one.path}/milestones", json={"title": "早", "due_on": "2020-01-01"}, headers=one.staff),
        422, "due_on",
    )  # fmt: skip
    path = f"{one.path}/milestones/{late.json()['id']}"
    refused(client.delete(path, headers=one.bidders[0][1]), 403)
    assert client.delete(path, headers=one.owner_headers).status_code == 204
    refused(client.put(f"{path}/done", json={"evidence": "报告"}, headers=one.bidders[0][1]), 404)
    one.to("acceptance")
    refused(one.step("rework", one.owner_headers), 422, "note")
    one.took("rework", one.owner_headers, note="补做连续72小时试验。")
    assert one.get(one.bidders[0][1])["history"][-1]["note"] == "补做连续72小时试验。"
    one.to("accepted")


def test_steps_back_and_out(client, life, refused):
    one = life("listed")
    refused(one.step("return"), 422, "note")
    one.took("return", note="指标太笼统，重写后再评")
    one.to("review")
    # A second review counts its own ballots.
    assert one.get()["tally"]["overall"] is None
    one.to("closed")
    one.took("relist", note="没有合适的方案")
    one.took("publish", closes_on=str(today() + 5 * DAY))
    assert client.get(f"{one.path}/bid", headers=one.bidders[0][1]).status_code == 404
    one.took("withdraw", one.owner_headers, note="产线已停")
    assert client.get(one.path, headers=one.experts["industry"][1]).status_code == 200, "still on its panel"
    refused(one.step("close"), 409)
    one.took("restore")
    assert one.get()["days_in_pool"] == 0


def test_a_challenge_is_changed_by_one_at_a_time(client, life, refused):
    one = life("pool")
    refused(client.patch(one.path, json={"title": "改名（示例）"}, headers=one.staff), 428)
    version = one.get()["version"]
    match = {"If-Match": f'"{version}"'}
    assert client.patch(one.path, json={"title": "改名（示例）"}, headers=one.staff | match).status_code == 200
    problem = refused(client.patch(one.path, json={"title": "又改（示例）"}, headers=one.staff | match), 412)
    assert problem["current"]["title"] == "改名（示例）"
    refused(client.put(f"{one.path}/criteria", json={"purpose": "bids", "items": CRITERIA},
                       headers=one.owner_headers | match), 412)  # fmt: skip
    light = [{"name": "只有一项", "weight": 90, "maximum": 10}]
    refused(one.criteria("bids", items=light), 422)
    one.to("published")
    refused(client.patch(one.path, json={"title": "晚了"}, headers=one.staff | {"If-Match": "*"}), 409)
    earlier, later = str(today() + DAY), str(today() + 40 * DAY)
    refused(client.patch(one.path, json={"closes_on": earlier}, headers=one.staff | {"If-Match": "*"}), 422)
    moved = client.patch(one.path, json={"closes_on": later}, headers=one.staff | {"If-Match": "*"}).json()
    assert moved["closes_on"] == later


def test_the_list_is_narrowed_and_shows_ageing(client, life):
    one = life("pool")
    one.backdate(pooled_at=now() - 45 * DAY)
    other = life("pool")

    def listed(**query):
        rows = client.get(CHALLENGES, params={"limit": 100, **query}, headers=one.staff).json()["items"]
        return {each["id"]: each for each in rows}

    assert listed()[one.id]["days_in_pool"] == 45
    assert {one.id, other.id} <= set(listed(state="pool", grade="A", need_class="common_key"))
    assert other.id not in listed(older_than=30)
    assert one.id in listed(older_than=44)
    assert one.id not in listed(older_than=45)
    assert set(listed(mine=True)) == {one.id}
    assert one.id not in listed(state="review")
    sheet = (
        CalamineWorkbook.from_filelike(
            io.BytesIO(client.get(f"{CHALLENGES}/list.xlsx", params={"state": "pool"}, headers=one.staff).content)
        )
        .get_sheet_by_index(0)
        .to_python()
    )
    assert one.get()["title"] in [row[0] for row in sheet]


def test_candidates_are_groups_and_needs_of_the_citys_chains(client, operator, create, life, tmp_path):
    staff = life().staff
    found = client.get(f"{CHALLENGES}/candidates", headers=staff).json()
    assert found["clusters"]
    assert found["singles"] == []
    file = tmp_path / "chains.csv"
    file.write_text("代码,名称\nC1,矿山装备链\nC2,煤化工链\n", "utf-8")
    services = client.app.state.services
    written(services.database, services.codes.replace, CodeList.CHAINS, codes_in(file), OPERATOR)
    fits = create("needs", organisation="云澜链上厂（示例）", chains=["矿山装备链"])
    create("needs", organisation="云澜链上厂（示例）", chains=["别的链"])
    create("needs", organisation="云澜链上厂（示例）", chains=["矿山装备链"], visibility="liaison")
    found = client.get(f"{CHALLENGES}/candidates", headers=staff).json()
    assert [each["id"] for each in found["singles"]] == [fits["id"]]
    assert found["chains"] == ["矿山装备链", "煤化工链"]
    all_groups = found["clusters"]
    wide = client.get(f"{CHALLENGES}/candidates", params={"min_enterprises": 3}, headers=staff).json()["clusters"]
    assert all(each["enterprises"] >= 3 for each in wide)
    assert len(wide) <= len(all_groups)
    sure = max(each["cohesion"] for each in all_groups)
    tight = client.get(f"{CHALLENGES}/candidates", params={"min_cohesion": sure}, headers=staff).json()["clusters"]
    assert {each["cohesion"] for each in tight} == {sure}
    free = next(each for each in all_groups if not each["challenge_ids"])
    ids = [each["id"] for each in free["members"]]
    made = client.post(CHALLENGES, json={"title": free["title"], "need_ids": ids}, headers=staff)
    assert made.status_code == 201, made.text
    again = client.get(f"{CHALLENGES}/candidates", headers=staff).json()["clusters"]
    assert [each["challenge_ids"] for each in again if each["title"] == free["title"]] == [[made.json()["id"]]]
