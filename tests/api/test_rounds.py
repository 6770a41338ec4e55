"""Rounds of 需求征集: asked, reminded, answered, counted by county and park."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role
from app.core.city_time import today

pytestmark = pytest.mark.worker

ROUNDS = "/api/v1/rounds"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def enterprises(account, client, operator):
    """Four enterprises in two districts: their accounts and ids."""
    made = []
    for name, district, park in (
        ("甲", "东河县", "一园"),
        ("乙", "东河县", "一园"),
        ("丙", "东河县", None),
        ("丁", "西山区", None),
    ):
        one, headers = account(Role.ENTERPRISE, f"云澜征集{name}厂（示例）")
        path = f"/api/v1/organisations/{one.organisation_id}"
        version = client.get(path, headers=operator).headers["ETag"]
        body = {"district": district} | ({"park": park} if park else {})
        assert client.patch(path, json=body, headers=operator | {"If-Match": version}).status_code == 200
        made.append((one.organisation_id, headers))
    return made


def _round(client, operator, opens=-1, closes=10, **fields):
    body = {
        "title": "三季度技术需求征集（示例）",
        "opens_on": str(today() + opens * DAY),
        "closes_on": str(today() + closes * DAY),
    }
    answer = client.post(ROUNDS, json=body | fields, headers=operator)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_round_from_invitation_to_completion(client, operator, enterprises, body):
    round = _round(client, operator)
    path = f"{ROUNDS}/{round['id']}"
    assert (round["open"], round["days_left"]) == (True, 10)
    ids = [id for id, _ in enterprises]
    invited = client.post(f"{path}/invitations", json={"district": "东河县"}, headers=operator).json()
    assert invited == {"invited": 3, "already": 0}
    assert client.post(f"{path}/invitations", json={"organisation_ids": ids}, headers=operator).json() == {
        "invited": 1, "already": 3,
    }  # fmt: skip

    need = client.post("/api/v1/needs", json=body("needs", round_id=round["id"]), headers=enterprises[0][1])
    assert need.status_code == 201, need.text
    assert need.json()["round_id"] == round["id"]
    told = client.post(f"{path}/decline", json={"reason": "本轮暂无"}, headers=enterprises[1][1])
    assert told.status_code == 204

    silent = client.get(f"{path}/invitations", params={"silent": True}, headers=operator).json()["items"]
    assert {each["organisation_id"] for each in silent} == {ids[2], ids[3]}
    reminded = client.post(f"{path}/reminders", headers=operator).json()["items"]
    assert [each["reminders"] for each in reminded] == [1, 1]
    assert client.post(f"{path}/reminders", headers=operator).json()["items"] == [], "not twice in a day"

    found = client.get(f"{path}/completion", headers=operator).json()
    rows = {(row["district"], row["park"]): row for row in found["items"]}
    counts = {
        place: (row["asked"], row["answered"], row["declined"], row["silent"], row["needs"])
        for place, row in rows.items()
    }
    assert counts == {
        ("东河县", "一园"): (2, 1, 1, 0, 1), ("东河县", None): (1, 0, 0, 1, 0), ("西山区", None): (1, 0, 0, 1, 0),
    }  # fmt: skip
    assert (found["total"]["asked"], found["total"]["done"]) == (4, 0.5)
    content = client.get(f"{path}/completion.xlsx", headers=operator).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[-1][:7] == ["合计", "", 4, 1, 1, 2, 1]

    sheets = [
        CalamineWorkbook.from_filelike(
            io.BytesIO(client.get(f"{path}/invitations.xlsx", params=query, headers=operator).content)
        ).get_sheet_by_index(0).to_python()
        for query in ({}, {"silent": True})
    ]  # fmt: skip
    assert [len(each) for each in sheets] == [5, 3]
    answers = {row[2]: row[3] for row in sheets[0]}
    assert (answers["云澜征集甲厂（示例）"], answers["云澜征集乙厂（示例）"]) == ("已提交", "无需求：本轮暂无")
    assert client.get(f"{path}/invitations.xlsx", headers=enterprises[0][1]).status_code == 403


def test_a_rounds_workbook_is_taken_in_as_answers(client, operator, enterprises, send):
    round = _round(client, operator)
    path = f"{ROUNDS}/{round['id']}"
    client.post(f"{path}/invitations", json={"organisation_ids": [enterprises[3][0]]}, headers=operator)
    content = "企业名称,需求名称,需求描述\n云澜征集丁厂（示例）,窑炉烟气余热利用,烟气280℃希望回收余热发电（示例）。\n"
    found = send(content.encode("gb18030"), "回收表.csv", operator, kind="needs", round_id=round["id"])
    assert found["created"] == 1, found
    assert client.get(f"{path}/completion", headers=operator).json()["total"]["answered"] == 1


def test_enterprises_see_open_rounds_and_those_they_were_asked_in(client, operator, enterprises):
    coming, over = _round(client, operator, 1, 5), _round(client, operator, -9, -1)
    headers = enterprises[0][1]
    assert client.get(f"{ROUNDS}/{coming['id']}", headers=headers).status_code == 404
    assert client.get(f"{ROUNDS}/{over['id']}", headers=headers).status_code == 404
    client.post(f"{ROUNDS}/{over['id']}/invitations", json={"organisation_ids": [enterprises[0][0]]}, headers=operator)
    shown = client.get(f"{ROUNDS}/{over['id']}", headers=headers).json()
    assert (shown["open"], shown["created_by"]) == (False, None)
    assert client.get(f"{ROUNDS}/{over['id']}", headers=enterprises[1][1]).status_code == 404


def test_a_round_that_is_over_takes_no_more_answers_from_members(client, operator, enterprises, body, refused):
    over = _round(client, operator, -9, -1)
    client.post(f"{ROUNDS}/{over['id']}/invitations", json={"organisation_ids": [enterprises[0][0]]}, headers=operator)
    answer = client.post("/api/v1/needs", json=body("needs", round_id=over["id"]), headers=enterprises[0][1])
    refused(answer, 422, "round_id")
    assert client.post("/api/v1/needs", json=body("needs", round_id=over["id"]), headers=operator).status_code == 201
    refused(client.post(f"{ROUNDS}/{over['id']}/reminders", headers=operator), 409)


@pytest.mark.parametrize("body", [{}, {"everybody": True, "district": "东河县"}, {"district": "没有的县"}])
def test_an_invitation_must_name_somebody(client, operator, refused, body):
    round = _round(client, operator)
    refused(client.post(f"{ROUNDS}/{round['id']}/invitations", json=body, headers=operator), 422)


def test_a_round_is_changed_by_one_at_a_time(client, operator, refused):
    round = _round(client, operator)
    path = f"{ROUNDS}/{round['id']}"
    refused(client.patch(path, json={"title": "改"}, headers=operator), 428)
    later = {"closes_on": str(today() + 30 * DAY)}
    assert client.patch(path, json=later, headers=operator | {"If-Match": '"1"'}).json()["days_left"] == 30
    problem = refused(client.patch(path, json={"title": "改"}, headers=operator | {"If-Match": '"1"'}), 412)
    assert problem["current"]["version"] == 2
    earlier = {"closes_on": str(today() - 30 * DAY)}
    refused(client.patch(path, json=earlier, headers=operator | {"If-Match": '"2"'}), 422, "closes_on")
