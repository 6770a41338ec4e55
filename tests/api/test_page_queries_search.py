"""How many queries the pages of searching cost, and that their counts tell nothing that is hidden."""

import re

import pytest

from app.core.caller import Role
from app.search.judged_pairs import JudgedPairs

RESULTS = "/search/{}/results"
SAVED = "/api/v1/saved-searches"


def _counted(queries, call):
    queries.clear()
    answer = call()
    assert answer.status_code == 200, answer.text
    return len(queries), answer.text


@pytest.mark.parametrize("kind", ["achievements", "needs"])
@pytest.mark.parametrize("filters", [{}, {"industry": "C", "maturity": 7}, {"weak": "true", "start": 20}], ids=str)
def test_results_cost_the_same_however_many(client, queries, kind, filters):
    for text in ("废水", "焊接机器人在小批量多品种场合免示教编程，焊缝质量稳定"):
        client.app.state.services.gateway.index.judged = JudgedPairs()  # of a pair shown before less is read
        count, page = _counted(queries, lambda t=text: client.post(RESULTS.format(kind), params=filters, data={"q": t}))
        # Whether the index is behind, the best hundred, clauses or sentences of those that are shown.
        assert count == (3 if 'class="hit"' in page else 2), queries


def test_the_search_page_itself_reads_nothing(client, queries):
    assert _counted(queries, lambda: client.get("/search/needs", params={"q": "废水"}))[0] == 0


def test_saved_searches_cost_one_query_each_while_nothing_is_new(client, account, queries):
    _, me = account(Role.LIAISON)
    headers = me | {"HX-Request": "true"}
    counts = []
    for number in range(3):
        client.post(SAVED, json={"text": f"低温余热发电 {number}"}, headers=me)
        counts.append(_counted(queries, lambda: client.get("/saved-searches", headers=headers))[0])
    assert [count - counts[0] for count in counts] == [0, 1, 2]


def _facets(text):
    """Return the counts of the facets that a fragment shows, by name."""
    shown = re.findall(r"<a href=\"[^\"]*\">([^<]+)</a> <span class=\"soft small\">(\d+)</span>", text)
    return {name: int(count) for name, count in shown}


def test_facets_count_what_the_caller_may_see(client, operator, create):
    words = "铜箔粗化处理的微蚀液循环再生"
    text = f"{words}，铜离子在线回收，微蚀速率波动小于5%（示例）。"
    made = {"title": words, "description": text, "chains": ["隐蔽链"]}
    create("needs", district="望山区", visibility="public", organisation="云澜恒甲（示例）", **made)
    create("needs", district="临河区", visibility="anonymous", organisation="云澜恒乙（示例）", **made)
    create("needs", district="高新区", visibility="liaison", organisation="云澜恒丙（示例）", **made)
    call = {"url": RESULTS.format("needs"), "data": {"q": words}}
    mine = _facets(client.post(**call).text)
    assert (mine["隐蔽链"], mine["望山区"]) == (2, 1)
    assert {"临河区", "高新区"}.isdisjoint(mine)
    staff = _facets(client.post(**call, headers=operator).text)
    assert (staff["隐蔽链"], staff["望山区"], staff["临河区"], staff["高新区"]) == (3, 1, 1, 1)
    narrowed = client.post(**call, params={"district": "临河区"}).text
    assert "云澜恒乙" not in narrowed
    assert "没有合适的需求" in narrowed


def test_the_workbook_holds_what_the_page_shows(client):
    call = {"data": {"q": "废水"}, "params": {"maturity": 5}}
    assert client.post("/search/needs/results.xlsx", **call).content[:2] == b"PK"
    assert client.post("/search/needs/results.xlsx", data={"q": "！"}).status_code == 422
    assert client.post(RESULTS.format("experts"), **call).status_code == 422
    assert client.post(RESULTS.format("needs"), data={"q": "废水"}, params={"maturity": 99}).status_code == 422
