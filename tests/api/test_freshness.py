"""What was written is found by the next search, and what was taken back is not."""

import pytest

KINDS = ["achievements", "needs"]
TEXT = {"achievements": "summary", "needs": "description"}


def _found(client, text, kind, top_k=10):
    wanted = {"text": text, "target": kind, "top_k": top_k}
    return [each["record"]["id"] for each in client.post("/api/v1/search", json=wanted).json()["results"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_record_is_found_by_the_next_search(client, create, kind):
    record = create(kind, title="竹编灯罩热弯定型机", **{TEXT[kind]: "竹篾经湿热软化后在模上弯成灯罩骨架（示例）。"})
    assert _found(client, "竹编灯罩热弯定型", kind)[0] == record["id"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_record_is_found_by_its_new_words(client, operator, create, of_records, kind):
    record = create(kind, title="海胆育苗附着基", **{TEXT[kind]: "海胆浮游幼体附着变态用波纹板（示例）。"})
    change = {"title": "铜管乐器拉丝抛光", TEXT[kind]: "小号管体内壁电化学抛光（示例）。"}
    path = f"/api/v1/{kind}/{record['id']}"
    assert client.patch(path, json=change, headers=operator | {"If-Match": '"1"'}).status_code == 200
    assert _found(client, "铜管乐器拉丝抛光", kind)[0] == record["id"]
    wanted = {"text": "海胆育苗附着基", "target": kind, "top_k": 100}
    for each in of_records(client.post("/api/v1/search?explain=full", json=wanted).json(), kind)["results"]:
        if each["record"]["id"] == record["id"]:
            assert "海胆" not in str(each["explanation"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_withdrawn_record_is_not_found_and_a_restored_one_is(client, operator, create, kind):
    record = create(kind, title="皮影驴皮刮制透光处理", **{TEXT[kind]: "驴皮刮薄后以酶脱脂，提高透光度（示例）。"})
    path = f"/api/v1/{kind}/{record['id']}"
    assert record["id"] in _found(client, "皮影驴皮刮制", kind)
    client.delete(path, headers=operator | {"If-Match": '"1"'})
    assert record["id"] not in _found(client, "皮影驴皮刮制", kind, top_k=100)
    restored = client.patch(path, json={"status": "published"}, headers=operator | {"If-Match": '"2"'})
    assert restored.status_code == 200
    assert record["id"] == _found(client, "皮影驴皮刮制", kind)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("轮胎胎面纳米白炭黑分散", "輪胎胎面奈米白炭黑分散"),
        ("光纤水听器阵列封装", "光纖水聽器陣列封裝"),
        ("盐碱地耐碱苜蓿轮作", "鹽鹼地耐鹼苜蓿輪作"),
    ],
)
def test_a_traditional_query_finds_the_simplified_twin_first(client, create, kind, stored, asked):
    record = create(kind, title=stored, **{TEXT[kind]: f"{stored}的做法与效果（示例）。"})
    assert _found(client, asked, kind)[0] == record["id"]


def test_full_width_letters_and_digits_find_the_plain_ones(client, create):
    record = create("achievements", title="ZX9型PVDF膜组件", summary="ZX9型PVDF中空纤维膜组件（示例）。")
    assert _found(client, "ＺＸ９型ＰＶＤＦ膜组件", "achievements")[0] == record["id"]
