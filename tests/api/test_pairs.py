"""One need and one achievement explained, wherever the achievement would rank; lists and comparisons as workbooks."""

import io
import json

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role

TEXT = "以双层复合钴酸镧涂层催化燃烧低浓度煤层气，起燃温度320 ℃（示例）。"


def _pair(client, need, achievement, headers=None):
    return client.get(f"/api/v1/needs/{need}/matches/{achievement}", headers=headers)


@pytest.fixture
def ranked(client):
    """A need and its matches as they are now: other tests add achievements."""
    need = client.get("/api/v1/needs", params={"limit": 30}).json()["items"][20]["id"]
    return need, client.get(f"/api/v1/needs/{need}/matches", params={"top_k": 100, "explain": "full"}).json()


def test_a_pair_is_explained_as_in_the_list_wherever_it_ranks(client, ranked):
    need, listed = ranked
    for at in (0, 7, 99):
        result = listed["results"][at]
        alone = _pair(client, need, result["record"]["id"]).json()
        assert alone["excluded_by"] == []
        assert alone["model_id"] == listed["model_id"]
        # Rounded, as sums come out differently for one record and for many.
        assert alone["score"] == pytest.approx(result["score"], abs=1e-5)
        assert alone["grade_probabilities"] == pytest.approx(result["grade_probabilities"], abs=2e-4)
        for name in ("grade", "record"):
            assert alone[name] == result[name], (at, name)
        for name in ("terms", "evidence", "structured"):
            assert alone["explanation"][name] == result["explanation"][name], (at, name)
        said, listed_as = (
            [(clause["text"], clause["verdict"], clause["evidence"]) for clause in each["explanation"]["clauses"]]
            for each in (alone, result)
        )
        assert said == listed_as


def test_a_hard_condition_is_said_but_hides_nothing(client, create):
    asked = {"min_maturity": 7, "hard_conditions": ["maturity"]}
    need = create("needs", title="低浓度煤层气催化燃烧涂层", description=TEXT, **asked)["id"]
    achievement = create("achievements", title="低浓度煤层气催化燃烧涂层", summary=TEXT, maturity=6)["id"]
    listed = client.get(f"/api/v1/needs/{need}/matches", params={"top_k": 100}).json()["results"]
    assert achievement not in {each["record"]["id"] for each in listed}
    alone = _pair(client, need, achievement).json()
    assert alone["excluded_by"] == ["maturity"]
    assert alone["grade"] == 4
    assert alone["explanation"]["clauses"]


def test_what_the_caller_may_not_see_is_not_explained(client, account, create, refused):
    need = create("needs", visibility="liaison")["id"]
    achievement = create("achievements", visibility="registered")["id"]
    open_need, open_achievement = create("needs")["id"], create("achievements")["id"]
    _, somebody = account(Role.EXPERT)
    assert _pair(client, open_need, open_achievement).status_code == 200
    refused(_pair(client, need, open_achievement), 404)
    refused(_pair(client, open_need, achievement), 404)
    assert _pair(client, open_need, achievement, somebody).status_code == 200
    refused(_pair(client, need, open_achievement, somebody), 404)


def test_an_anonymous_needs_district_is_not_told_by_its_conditions(client, operator, create):
    asked = {"district": "甲区", "hard_conditions": ["district"]}
    need = create("needs", visibility="anonymous", **asked)["id"]
    achievement = create("achievements", district="乙区")["id"]
    assert _pair(client, need, achievement).json()["excluded_by"] == []
    assert "甲区" not in _pair(client, need, achievement).text
    assert _pair(client, need, achievement, operator).json()["excluded_by"] == ["district"]


def test_a_withdrawn_achievement_is_matched_no_more(client, operator, create, refused):
    need, achievement = create("needs")["id"], create("achievements")["id"]
    client.delete(f"/api/v1/achievements/{achievement}", headers=operator | {"If-Match": '"1"'})
    assert "撤回" in refused(_pair(client, need, achievement, operator), 404)["detail"]


@pytest.fixture
def sheets(client):
    def read(path, headers=None, **query):
        answer = client.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    return read


def test_a_list_as_a_workbook_says_what_the_list_says(client, sheets, ranked):
    need, listed = ranked
    matches, clauses = sheets(f"/needs/{need}/matches.xlsx", top=100)
    assert [row[1] for row in matches[1:]] == [each["record"]["title"] for each in listed["results"]]
    column = matches[0].index("满足")
    for row, each in zip(matches[1:], listed["results"], strict=True):
        said = [clause["verdict"] for clause in each["explanation"]["clauses"]]
        assert row[column : column + 3] == [said.count(name) for name in ("met", "not_met", "not_mentioned")]
    assert len(clauses) - 1 == sum(len(each["explanation"]["clauses"]) for each in listed["results"])


def test_filters_narrow_the_workbook_too(client, sheets, ranked):
    need, listed = ranked
    wanted = next(each["record"]["district"] for each in listed["results"] if each["record"]["district"])
    inside = [each["record"]["title"] for each in listed["results"] if each["record"]["district"] == wanted]
    rows = sheets(f"/needs/{need}/matches.xlsx", top=len(inside), district=wanted)[0][1:]
    assert [row[1] for row in rows] == inside


def test_a_workbook_hides_who_stays_anonymous(client, operator, create, sheets):
    shared = {"title": "矸石山防自燃注浆封堵", "description": TEXT}
    create("needs", visibility="anonymous", organisation="云澜藏名矿业（示例）", **shared)
    achievement = create("achievements", title=shared["title"], summary=TEXT)["id"]
    assert "藏名" not in json.dumps(sheets(f"/achievements/{achievement}/matches.xlsx"), ensure_ascii=False)
    assert "藏名" in json.dumps(sheets(f"/achievements/{achievement}/matches.xlsx", operator), ensure_ascii=False)


def test_a_comparison_as_a_workbook_has_a_column_an_achievement(client, sheets, ranked):
    need, listed = ranked
    chosen = [listed["results"][at]["record"] for at in (2, 0, 5)]
    (table,) = sheets(f"/needs/{need}/compare.xlsx", **{"with": ",".join(each["id"] for each in chosen)})
    assert table[0][2:] == [each["title"] for each in chosen]
    asked = [row[1] for row in table if row[0].startswith("条目")]
    assert asked == [clause["text"] for clause in listed["results"][0]["explanation"]["clauses"]]


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_a_comparison_is_of_four_at_most_and_of_none_that_is_hidden(client, create, ranked, suffix):
    need, listed = ranked
    ids = [each["record"]["id"] for each in listed["results"][:5]]
    path = f"/needs/{need}/compare{suffix}"
    too_many = client.get(path, params={"with": ids})
    assert too_many.status_code == 422
    assert "最多对比 4 项" in too_many.text
    assert client.get(path, params={"with": ids[:4]}).status_code == 200
    hidden = create("achievements", visibility="liaison", title="不给人看的题目")["id"]
    answer = client.get(path, params={"with": f"{ids[0]},{hidden}"})
    assert answer.status_code == 404
    assert "不给人看" not in answer.text
