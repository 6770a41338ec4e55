"""Explanations quote records, compare conditions as they are shown, and hard ones rule records out."""

import pytest

TEXT_FIELDS = ("title", "summary", "description", "indicators")


def texts(record):
    joined = "\n".join(str(record.get(field, "")) for field in TEXT_FIELDS)
    return joined + "\n" + "、".join(record.get("keywords", []))


def listed(client, kind, headers=None, limit=12):
    return client.get(f"/api/v1/{kind}", params={"limit": limit}, headers=headers).json()["items"]


def matches(client, kind, id, headers=None, **parameters):
    answer = client.get(f"/api/v1/{kind}/{id}/matches", params=parameters | {"explain": "full"}, headers=headers)
    assert answer.status_code == 200
    return answer.json()


def fits(result):
    return {fit["field"]: fit for fit in result["explanation"]["structured"]}


@pytest.mark.parametrize("kind", ["needs", "achievements"])
def test_every_clause_and_every_evidence_stands_in_the_records(client, kind):
    judged = 0
    for record in listed(client, kind):
        for result in matches(client, kind, record["id"], top_k=5)["results"]:
            need, achievement = (record, result["record"]) if kind == "needs" else (result["record"], record)
            for clause in result["explanation"]["clauses"]:
                judged += 1
                assert clause["text"] in texts(need)
                for quoted in (clause["evidence"], clause["nearest"]):
                    assert quoted is None or quoted in texts(achievement)
                assert (clause["evidence"] is None) == (clause["verdict"] == "not_mentioned")
                for number in clause["indicators"]:
                    assert number["asked"]["sentence"] in clause["text"]
                    assert number["offered"] is None or number["offered"]["sentence"] in texts(achievement)
    assert judged > 100


def test_both_directions_say_the_same_of_a_pair(client):
    need = listed(client, "needs")[0]
    result = matches(client, "needs", need["id"], top_k=1)["results"][0]
    back = matches(client, "achievements", result["record"]["id"], top_k=100)["results"]
    same = next(each for each in back if each["record"]["id"] == need["id"])
    # How sure a verdict is hangs on the score, which each direction has of its own.
    asked, back_asked = (
        [(clause["text"], clause["kind"], clause["nearest"]) for clause in each["explanation"]["clauses"]]
        for each in (result, same)
    )
    assert asked == back_asked
    assert same["explanation"]["structured"] == result["explanation"]["structured"]


def test_a_free_text_is_answered_clause_by_clause_and_states_no_conditions(client):
    text = "希望降低选煤厂循环水浓度，要求出水浊度不超过5 NTU。"
    answer = client.post(
        "/api/v1/search?explain=full", json={"text": text, "target": "achievements", "top_k": 3}
    ).json()
    for result in answer["results"]:
        assert result["explanation"]["structured"] == []
        assert any(clause["kind"] == "indicator" for clause in result["explanation"]["clauses"])


def pair(create, asked, offered):
    text = "以双层复合钴酸镧涂层催化燃烧低浓度煤层气，起燃温度320 ℃（示例）。"
    need = create("needs", title="低浓度煤层气催化燃烧涂层", description=text, visibility="public", **asked)
    achievement = create("achievements", title="低浓度煤层气催化燃烧涂层", summary=text, **offered)
    return need, achievement


CONFLICTS = {
    "industry": ({"industries": ["0610"]}, {"industries": ["2710"]}),
    "chain": ({"chains": ["煤化工"]}, {"chains": ["现代医药"]}),
    "district": ({"district": "甲区"}, {"district": "乙区"}),
    "maturity": ({"min_maturity": 7}, {"maturity": 6}),
    "budget": ({"budget_max_wan": "99.99"}, {"price_min_wan": "100"}),
    "cooperation": ({"cooperation_modes": ["技术许可"]}, {"cooperation_modes": ["技术服务"]}),
}


@pytest.mark.parametrize("condition", CONFLICTS)
def test_a_conflict_is_shown_and_rules_out_only_when_hard(client, create, condition):
    asked, offered = CONFLICTS[condition]
    need, achievement = pair(create, asked, offered)
    hard, _ = pair(create, {**asked, "hard_conditions": [condition]}, offered)
    silent = create("achievements", title=achievement["title"], summary=achievement["summary"])
    results = {each["record"]["id"]: each for each in matches(client, "needs", need["id"], top_k=100)["results"]}
    assert fits(results[achievement["id"]])[condition]["agreement"] == "conflict"
    assert fits(results[silent["id"]])[condition]["agreement"] == "unknown"
    strict = {each["record"]["id"]: each for each in matches(client, "needs", hard["id"], top_k=100)["results"]}
    assert achievement["id"] not in strict
    assert fits(strict[silent["id"]])[condition] | {"hard": False} == fits(results[silent["id"]])[condition]
    needs = {each["record"]["id"] for each in matches(client, "achievements", achievement["id"], top_k=100)["results"]}
    assert need["id"] in needs
    assert hard["id"] not in needs


@pytest.mark.parametrize(
    ("condition", "asked", "offered"),
    [
        ("industry", {"industries": ["0610"]}, {"industries": ["0690"]}),
        ("industry", {"industries": ["C"]}, {"industries": ["2710"]}),
        ("maturity", {"min_maturity": 7}, {"maturity": 7}),
        ("budget", {"budget_max_wan": "100"}, {"price_min_wan": "100", "price_max_wan": "300"}),
        ("chain", {"chains": ["煤化工", "电力"]}, {"chains": ["电力"]}),
    ],
)
def test_what_agrees_is_kept_by_a_hard_condition(client, create, condition, asked, offered):
    need, achievement = pair(create, {**asked, "hard_conditions": [condition]}, offered)
    results = {each["record"]["id"]: each for each in matches(client, "needs", need["id"], top_k=100)["results"]}
    assert fits(results[achievement["id"]])[condition]["agreement"] == "agree"
    needs = {each["record"]["id"] for each in matches(client, "achievements", achievement["id"], top_k=100)["results"]}
    assert need["id"] in needs


def test_an_anonymous_needs_district_cannot_be_read_off_an_answer(client, operator, create):
    asked = {"district": "甲区", "hard_conditions": ["district"]}
    need, achievement = pair(create, asked, {"district": "乙区"})
    hidden = create("needs", title=need["title"], description=need["description"], visibility="anonymous", **asked)
    results = {
        each["record"]["id"]: each for each in matches(client, "achievements", achievement["id"], top_k=100)["results"]
    }
    assert need["id"] not in results
    fit = fits(results[hidden["id"]])["district"]
    assert (fit["asked"], fit["agreement"]) == (None, "unknown")
    known = matches(client, "achievements", achievement["id"], operator, top_k=100)["results"]
    assert hidden["id"] not in {each["record"]["id"] for each in known}


def test_where_nothing_suits_a_capture_task_is_proposed_in_the_needs_own_words(client, create):
    text = "馆藏南宋抄本纸张脆化，需要对古琴谱减字符号做版本比勘和琴曲音律复原，不涉及任何工业生产。"
    need = create("needs", title="古琴减字谱版本比勘与音律复原", description=text, visibility="public")
    answer = matches(client, "needs", need["id"])
    assert answer["verdict"] == "none_suitable"
    task = answer["capture_task"]
    assert task["title"] == "寻找成果：古琴减字谱版本比勘与音律复原"
    assert task["terms"]
    assert all(term in need["title"] + text for term in task["terms"])
    assert all(wanted in need["title"] + "\n" + text for wanted in task["wanted"])
    found = matches(client, "needs", listed(client, "needs", limit=50)[-1]["id"])
    assert found["verdict"] == "none_suitable" or found["capture_task"] is None
