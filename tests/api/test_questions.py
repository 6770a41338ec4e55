"""What to ask first, what several enterprises need alike, and what achievements meet together."""

import pytest

from app.search.search_session import SearchSession


def clarity(client, id, headers=None):
    answer = client.get(f"/api/v1/needs/{id}/clarity", headers=headers)
    assert answer.status_code == 200
    return answer.json()


def test_a_vague_need_is_asked_at_most_three_questions_the_most_useful_first(client, operator, create):
    need = create("needs", title="想降低能耗", description="车间能耗太高，想降下来。", visibility="public")
    asked = clarity(client, need["id"])["next_questions"]
    assert 1 <= len(asked) <= 3
    changes = [each["expected_change"] for each in asked]
    assert changes == sorted(changes, reverse=True)
    assert all(0 < change <= 1 for change in changes)
    assert all(each["question"].endswith("？") or each["question"].endswith("。") for each in asked)
    assert all(each["suggestions"] for each in asked)
    assert clarity(client, need["id"])["next_questions"] == asked


def test_what_a_need_states_is_not_asked(client, create):
    need = create(
        "needs",
        title="矿井水膜法深度处理",
        description="矿井水处理规模800 m³/h，采用超滤加反渗透，浓水回收率要达到85%以上。",
        visibility="public",
        district="示例区",
        budget_max_wan="300",
    )
    pieces = {each["piece"] for each in clarity(client, need["id"])["next_questions"]}
    assert pieces.isdisjoint({"indicator", "scale", "budget", "district"})


def test_posting_a_need_answers_with_the_questions(client, operator, body):
    posted = client.post("/api/v1/needs", json=body("needs"), headers=operator).json()
    assert posted["clarity"] == clarity(client, posted["id"], operator)


def test_suggestions_come_from_achievements_that_the_caller_may_see(client, operator, create):
    word = "玄武硒烷"
    for number in range(3):
        create(
            "achievements",
            title=f"{word}涂层防腐{number}",
            summary=f"在罐体内壁喷涂{word}涂层，耐酸浸泡2000 h（示例）。",
            visibility="liaison",
            district=f"{word}区",
        )
    need = create("needs", title="罐体内壁防腐涂层", description="罐体内壁喷涂防腐，耐酸浸泡。", visibility="public")
    assert word not in str(clarity(client, need["id"]))
    assert word in str(clarity(client, need["id"], operator))


def test_needs_of_several_enterprises_about_one_thing_are_grouped(client, operator, create):
    titles = ("刮板输送机链条断裂在线监测", "综采面刮板输送机断链监测预警", "刮板输送机链条断链与张力监测")
    made = [
        create(
            "needs",
            title=title,
            description=f"{title}，断链后半小时才发现，希望在线识别。",
            organisation=f"测试矿{at}（示例）",
        )
        for at, title in enumerate(titles)
    ]
    groups = client.get("/api/v1/needs/common", headers=operator).json()["items"]
    mine = next(group for group in groups if made[0]["id"] in {each["id"] for each in group["members"]})
    assert {each["id"] for each in made} <= {each["id"] for each in mine["members"]}
    assert mine["enterprises"] >= 3
    assert "刮板输送机" in mine["title"]
    words = "\n".join(each["title"] for each in mine["members"])
    assert all(part in words for part in mine["title"].split("、"))
    assert [group["enterprises"] for group in groups] == sorted((g["enterprises"] for g in groups), reverse=True)
    few = client.get("/api/v1/needs/common?min_enterprises=100", headers=operator).json()["items"]
    assert few == []


def test_common_needs_are_for_the_operator_alone(client, refused):
    refused(client.get("/api/v1/needs/common"), 401)


@pytest.mark.parametrize("number", ["1", "0", "x"])
def test_one_enterprise_has_nothing_in_common(client, operator, refused, number):
    refused(client.get(f"/api/v1/needs/common?min_enterprises={number}", headers=operator), 422)


def test_achievements_that_complete_one_another_are_proposed(client, create):
    first, second = "出水浊度不超过5 NTU", "氨氮去除率不低于92%"
    # The encoder of these tests knows letters alone: by these it sees that all three are about one thing.
    about = "焦化蒸氨废液水量大、水质波动，回用之前要处理。"
    need = create("needs", title="焦化蒸氨废液回用处理", description=f"{about}{first}；{second}。", visibility="public")
    one = create("achievements", title="焦化蒸氨废液精密过滤", summary=f"{about}经精密过滤后出水浊度≤3 NTU（示例）。")
    other = create("achievements", title="焦化蒸氨废液生物脱氮", summary=f"{about}氨氮去除率达到95%（示例）。")
    answer = client.get(f"/api/v1/needs/{need['id']}/matches").json()
    proposal = answer["combinations"][0]
    parts = {part["id"]: part["clauses"] for part in proposal["parts"]}
    assert set(parts) == {one["id"], other["id"]}
    assert any(first in clause for clause in parts[one["id"]])
    assert any(second in clause for clause in parts[other["id"]])
    assert proposal["gained"] >= 1


def test_a_need_that_is_stored_is_not_said_to_have_failed(client, operator, body, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(SearchSession, "match", broken)
    answer = client.post("/api/v1/needs?match=3", json=body("needs"), headers=operator)
    assert answer.status_code == 201
    posted = answer.json()
    assert (posted["matches"], posted["clarity"]["next_questions"]) == (None, [])
    assert 0 <= posted["clarity"]["score"] <= 1
    monkeypatch.undo()
    assert client.get(f"/api/v1/needs/{posted['id']}", headers=operator).status_code == 200
