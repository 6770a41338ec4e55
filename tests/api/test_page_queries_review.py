"""How many queries the pages of review, duplicates, captures and rounds cost: the same for few rows and many."""

import re
from datetime import timedelta

import pytest

from app.core.caller import Role
from app.core.city_time import today
from app.models import NearDuplicate

ROUNDS = "/api/v1/rounds"


@pytest.fixture
def cost(client, queries):
    """Open a page and return how many statements read for it, with its text."""

    def opened(path, headers):
        queries.clear()
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(queries), answer.text

    return opened


def _round(client, operator, number):
    body = {
        "title": f"第{number}轮征集（示例）",
        "opens_on": str(today()),
        "closes_on": str(today() + timedelta(days=9)),
    }
    answer = client.post(ROUNDS, json=body, headers=operator)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_the_queue_costs_the_same_for_few_and_many(create, cost, operator):
    costs = []
    for count in (2, 10):  # each resembles the others
        for number in range(count):
            create("needs", title=f"待审的第{count}批第{number}项（示例）", status="submitted")
        costs.append(cost("/admin/review?kind=needs", operator))
    waiting = [int(re.findall(r"(\d+) 条", text)[0]) for _, text in costs]
    assert waiting[1] - waiting[0] == 10
    # The queue of a kind, who waits and how many in each kind; what the first resembles, and its history.
    assert costs[0][0] == costs[1][0] == 10


def test_duplicates_cost_the_same_for_few_and_many(client, create, cost, operator):
    first = create("achievements")["id"]
    counts = []
    for count in (1, 9):
        others = [create("achievements")["id"] for _ in range(count)]
        with client.app.state.database.write() as session:
            session.add_all(
                NearDuplicate(kind="achievements", first_id=first, second_id=other, similarity=0.9, verdict="different")
                for other in others
            )
        counts.append(cost("/duplicates?kind=achievements&decided=true", operator)[0])
    assert counts == [4, 4]  # the pairs, their records, how many are left of each kind


def test_captures_cost_one_query(client, cost, operator):
    for number in range(4):
        body = {"title": f"捕捉{number}（示例）", "summary": "展会上看到的成果（示例）。", "source": "展会（示例）"}
        assert client.post("/api/v1/captures", json=body, headers=operator).status_code == 201
        assert cost("/captures", operator)[0] == 1


def test_rounds_cost_the_same_for_few_and_many(client, account, cost, operator):
    one, headers = account(Role.ENTERPRISE)
    counts = []
    for count in (1, 9):
        for number in range(count):
            id = _round(client, operator, number)
            asked = {"organisation_ids": [one.organisation_id]}
            assert client.post(f"{ROUNDS}/{id}/invitations", json=asked, headers=operator).status_code == 200
        counts.append([cost("/rounds", operator)[0], cost("/rounds", headers)[0]])
    assert counts[0] == counts[1]
    assert counts[0][0] == 2  # the rounds, how many answered


def test_a_round_costs_the_same_for_few_and_many(client, account, body, cost, operator):
    id = _round(client, operator, 0)
    costs = []
    for count in (1, 7):
        for _ in range(count):
            one, headers = account(Role.ENTERPRISE)
            asked = {"organisation_ids": [one.organisation_id]}
            assert client.post(f"{ROUNDS}/{id}/invitations", json=asked, headers=operator).status_code == 200
            need = client.post("/api/v1/needs", json=body("needs", round_id=id), headers=headers)
            assert need.status_code == 201, need.text
        costs.append(cost(f"/rounds/{id}", operator))
    assert costs[1][1].count("已提交 1 项") == 8
    # The round, three times as each part checks it; its needs, figures, names and places.
    assert costs[0][0] == costs[1][0] == 8
