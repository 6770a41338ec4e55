"""捕捉成果: fields are proposed from a pasted text, source and date are kept."""

import pytest

from app.core.caller import Role
from app.core.city_time import today

LABELLED = """成果名称：低阶煤热解挥发分在线提质
完成单位：云澜能源研究院（示例）
简介：以移动床颗粒层过滤除尘后再催化提质，
粉尘含量由8%降到0.3%。
成熟度：中试
关键词：热解；提质；除尘
转让价格：300-500万元
合作方式：作价入股、技术许可
"""
PLAIN = """果蔬冷链预冷真空蒸发制冷装备
云澜农业大学团队研制的真空预冷装备可在25 min内把叶菜由28℃降到4℃，失重率不高于3%。目前已完成样机，
拥有发明专利3项，拟以技术转让方式合作，转让价格为80万元。"""


def _proposal(client, operator, text):
    answer = client.post("/api/v1/captures/proposal", json={"text": text}, headers=operator)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_labelled_lines_are_read(client, operator):
    found = _proposal(client, operator, LABELLED)
    assert found["title"] == "低阶煤热解挥发分在线提质"
    assert found["summary"] == "以移动床颗粒层过滤除尘后再催化提质，\n粉尘含量由8%降到0.3%。"
    assert (found["holder"], found["stage"], found["maturity"]) == ("云澜能源研究院（示例）", "中试", 6)
    assert found["keywords"] == ["热解", "提质", "除尘"]
    assert (found["price_min_wan"], found["price_max_wan"]) == ("300", "500")
    assert found["cooperation_modes"] == ["作价入股", "技术许可"]


def test_running_text_is_read(client, operator):
    found = _proposal(client, operator, PLAIN)
    assert found["title"] == "果蔬冷链预冷真空蒸发制冷装备"
    assert found["summary"].startswith("云澜农业大学团队")
    assert "失重率不高于3%" in found["indicators"]
    assert (found["stage"], found["price_min_wan"]) == ("小试", "80")
    assert found["holder"] == "云澜农业大学"
    assert found["cooperation_modes"] == ["技术转让"]
    assert found["ip"] == ["发明专利3项"]
    assert found["keywords"]


def test_a_label_is_no_part_of_the_indicators(client, operator):
    found = _proposal(client, operator, LABELLED.replace("简介：以移动床", "简介：日处理50 t，以移动床"))
    assert found["indicators"].startswith("日处理50 t")


def test_what_is_stored_already_is_told(client, operator, create):
    text = "以转炉钢渣微粉压制路缘石，在18%二氧化碳烟气中养护24 h，抗压强度48 MPa，已建成中试线（示例）。"
    stored = create("achievements", title="钢渣碳化制备路缘石", summary=text)
    found = _proposal(client, operator, f"成果名称：钢渣碳化制备路缘石\n简介：{text}")
    assert [each["id"] for each in found["known"]] == [stored["id"]]
    assert found["known"][0]["similarity"] == 1
    assert _proposal(client, operator, PLAIN)["known"] == []


@pytest.mark.parametrize("text", ["a", "。。。测", "=" * 50 + "字", "名称：", "<script>alert(1)</script>字"])
def test_nothing_is_invented(client, operator, text):
    found = _proposal(client, operator, text)
    for value in (found["title"], found["summary"], found["indicators"], *found["keywords"], *found["ip"]):
        assert value in text


def test_a_capture_is_stored_with_where_it_was_found(client, operator, account):
    liaison = account(Role.LIAISON)
    body = {"title": "果蔬真空预冷", "summary": "25 min降到4℃（示例）。", "organisation": "云澜农业大学（示例）"}
    where = {"source": "某省农机展", "platform": "展会", "url": "https://example.cn/1", "pasted": PLAIN}
    headers = liaison[1] | {"Idempotency-Key": "capture-1"}
    first, second = (client.post("/api/v1/captures", json=body | where, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 201, first.text
    assert first.json()["id"] == second.json()["id"]
    assert (first.json()["origin"], first.json()["status"]) == ("outside", "published")
    items = client.get("/api/v1/captures", headers=operator).json()["items"]
    assert [each["title"] for each in items] == ["果蔬真空预冷"]
    assert (items[0]["source"], items[0]["platform"], items[0]["found_on"]) == ("某省农机展", "展会", str(today()))
    assert items[0]["captured_by"] == liaison[0].email
