"""A list of matches carries what a list shows; all that is said of a pair is one call, or one word, away."""

import pytest

KINDS = ("achievements", "needs")
SEARCH = "/api/v1/search"
TEXT = "选煤厂循环水发黑，浓缩机底流压滤不下来，药剂费用高。希望降低絮凝剂用量20%以上，循环水能够达标回用。"
OTHER = {"achievements": "needs", "needs": "achievements"}
WORDS = {"met": "满足", "not_met": "不满足", "not_mentioned": "未提及"}
KIB = 1024
ABOUT = "焦化蒸氨废液水量大、水质波动，回用之前要处理。"
DEMANDS = (
    ("出水浊度", "不超过5 NTU"),
    ("氨氮去除率", "不低于92%"),
    ("吨水电耗", "不超过3 kWh"),
    ("设备连续运行时间", "不少于8000 h"),
    ("设备占地要小", "并且便于检修"),
)


@pytest.fixture(scope="module", params=[(kind, way) for kind in KINDS for way in ("search", "matches")], ids=str)
def both(request, client, everything):
    """The same question asked for a list and for everything."""
    kind, way = request.param
    path = f"/api/v1/{OTHER[kind]}/{everything(OTHER[kind])[30]['id']}/matches"

    def ask(**query):
        if way == "search":
            return client.post(SEARCH, json={"text": TEXT, "target": kind}, params=query)
        return client.get(path, params=query)

    return ask(), ask(explain="full"), path if way == "matches" else None


def test_a_list_of_twenty_is_small_and_ranks_as_the_whole_answer(both):
    brief, full, _ = both
    assert len(brief.json()["results"]) == 20
    assert len(brief.content) <= 40 * KIB < len(full.content)
    for short, whole in zip(brief.json()["results"], full.json()["results"], strict=True):
        assert set(short) == set(whole)
        for name in ("rank", "score", "grade", "grade_probabilities", "related", "reason"):
            assert short[name] == whole[name]
        assert short["record"].items() <= whole["record"].items()
        assert {"id", "title", "organisation", "district", "valid_until"} <= set(short["record"])


def test_it_quotes_the_most_telling_clauses_and_the_conditions_that_are_stated(client, create):
    # The encoder of these tests knows letters alone: what reads the same is met.
    demands = [f"{what}{least}" for what, least in DEMANDS]
    need = create("needs", title="焦化蒸氨废液回用处理", description=f"{ABOUT}{'；'.join(demands)}。", min_maturity=7)
    offer = f"{ABOUT}{DEMANDS[0][0]}不超过9 NTU；{'；'.join(demands[1:])}（示例）。"
    id = create("achievements", title="焦化蒸氨废液精密过滤", summary=offer, maturity=5)["id"]
    path = f"/api/v1/needs/{need['id']}/matches"
    brief, full = (
        next(each for each in client.get(path, params=query).json()["results"] if each["record"]["id"] == id)
        for query in ({}, {"explain": "full"})
    )
    clauses = {each["text"]: each for each in full["explanation"]["clauses"]}
    answered = [each for each in clauses.values() if each["verdict"] != "not_mentioned"]
    assert len(answered) > 3
    assert not all(any(number["offered"] for number in each["indicators"]) for each in answered)
    shown = brief["explanation"]["clauses"]
    assert len(shown) == 3
    for each in shown:
        assert any(number["offered"] for number in clauses[each["text"]]["indicators"])
        assert each["evidence"]
        for name in ("kind", "verdict", "evidence", "similarity"):
            assert each[name] == clauses[each["text"]][name]
    assert {fit["field"] for fit in brief["explanation"]["structured"]} == {"maturity"}
    assert len(full["explanation"]["structured"]) > 1
    for verdict, word in WORDS.items():
        count = sum(each["verdict"] == verdict for each in clauses.values())
        assert (f"{count} 条{word}" in brief["reason"]) == (count > 0)
    assert brief["explanation"]["terms"][0]["term"] in brief["reason"]


def test_all_that_is_said_of_a_pair_is_one_call_away(client, both):
    _, full, path = both
    if path is None:
        return
    result = full.json()["results"][4]
    alone = client.get(f"{path}/{result['record']['id']}")
    assert alone.status_code == 200, alone.text
    assert alone.json()["record"] == result["record"]
    said, listed = (
        [(each["text"], each["nearest"]) for each in answer["explanation"]["clauses"]]
        for answer in (alone.json(), result)
    )
    assert said == listed


def test_a_pair_from_the_side_of_the_achievement_hides_what_its_list_hides(client, create, refused):
    achievement = create("achievements")["id"]
    need = create("needs", visibility="liaison")["id"]
    refused(client.get(f"/api/v1/achievements/{achievement}/matches/{need}"), 404)
    refused(client.get(f"/api/v1/achievements/{achievement}/matches/none"), 404)


def test_another_word_is_refused(client, refused):
    refused(client.post(SEARCH, json={"text": TEXT}, params={"explain": "all"}), 422, "explain")
