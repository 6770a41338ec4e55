"""Free-text search with text that nobody expects."""

import json

import pytest

BAD_TEXTS = [
    "",
    "  ",
    "!!??……",
    "%_\\",
    "😀😀",
    "搜" * 100_000,
    "空\x00字符",
    "半个\ud83d字",
    7,
    None,
    ["煤"],
    {"煤": 1},
]
ODD_TEXTS = [
    "a", "煤", "0", "搜" * 20_000, "煤 " * 9_999, "\u202e反转的文字",
    "ﷺ", "煤\u0301\u0300" * 300, "𠮷𠮷𠮷", "\ue000私用区的字",
    "' OR 1=1; DROP TABLE needs; --", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "%_煤", "NULL", "{{7*7}}",
    "a" * 20_000, "。" * 10_000 + "煤",
]  # fmt: skip


def _search(client, body):
    return client.post("/api/v1/search", content=json.dumps(body), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("text", BAD_TEXTS, ids=lambda each: ascii(each)[:16])
def test_a_text_without_words_is_refused(client, refused, text):
    refused(_search(client, {"text": text}), 422, "text")
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("text", ODD_TEXTS, ids=lambda each: ascii(each)[:16])
def test_an_odd_text_is_searched_for(client, text):
    answer = _search(client, {"text": text, "top_k": 3})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [each["rank"] for each in found["results"]] == [1, 2, 3]
    assert found["degraded"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"), ({"text": "煤", "target": "experts"}, "target"), ({"text": "煤", "top_k": 0}, "top_k"),
        ({"text": "煤", "top_k": 101}, "top_k"), ({"text": "煤", "top_k": "多"}, "top_k"),
        ({"text": "煤", "top_k": 1.5}, "top_k"), ({"text": "煤", "filters": []}, "filters"),
        ({"text": "煤", "filters": None}, "filters"), ({"text": "煤", "filters": {"colour": "红"}}, "filters.colour"),
        ({"text": "煤", "filters": {"maturity": 10}}, "filters.maturity"), ({"text": "煤", "page": 2}, "page"),
        ({"text": "煤", "filters": {"district": ""}}, "filters.district"),
        ({"text": "煤", "filters": {"industry": ["26"]}}, "filters.industry"),
        ({"text": "煤", "filters": {"status": "draft"}}, "filters.status"),
        ({"text": "煤", "filters": {"visibility": "liaison"}}, "filters.visibility"),
        ({"text": "煤", "filters": {"any_district": "望山区"}}, "filters.any_district"),
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_search_field_is_named(client, refused, body, field):
    refused(_search(client, body), 422, field)


@pytest.mark.parametrize("value", ["不存在", "'; --", "%", "26 OR 1"])
@pytest.mark.parametrize("filter", ["industry", "chain", "cooperation", "district", "organisation"])
def test_an_unknown_value_of_a_filter_finds_nothing(client, filter, value):
    found = _search(client, {"text": "煤", "filters": {filter: value}}).json()
    assert found["results"] == []
    assert found["verdict"] == "none_suitable"
    assert client.get("/api/v1/needs", params={filter: value}).json() == {"items": [], "next_cursor": None}
