"""Records are made, read, changed and withdrawn, each by its version."""

from concurrent.futures import ThreadPoolExecutor

import pytest

KINDS = ["achievements", "needs"]
FULL = {
    "achievements": {
        "external_id": "测-成果-全",
        "organisation": "云澜测试大学（示例）", "summary": "以旋流分级加薄膜过滤处理洗煤水。",
        "keywords": ["洗煤水", "薄膜过滤"], "indicators": "出水浊度≤5 NTU", "industries": ["0610", "4620"],
        "chains": ["煤化工"], "discipline": "环境工程", "maturity": 6, "stage": "中试", "ip": ["发明专利1项（示例）"],
        "cooperation_modes": ["技术许可"], "price_min_wan": "80.5", "price_max_wan": "120", "origin": "local",
        "district": "示例区", "visibility": "registered", "status": "draft", "valid_until": "2031-05-06",
    },
    "needs": {
        "external_id": "测-需求-全", "organisation": "云澜测试选煤厂（示例）",
        "description": "循环水发黑，浓缩机跑浑。",
        "indicators": "循环水浓度≤1 g/L", "need_class": "common_key", "industries": ["0610"], "chains": ["煤化工"],
        "min_maturity": 7, "cooperation_modes": ["技术服务"], "budget_min_wan": "0.000001", "budget_max_wan": "300",
        "deadline": "2030-01-31", "district": "示例区", "visibility": "liaison", "status": "submitted",
        "valid_until": "2031-05-06",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_comes_back_as_it_was_given(client, operator, kind):
    given = {"title": f"每个字段都写的{kind}", **FULL[kind], "contact": "王某 0370-0000000"}
    answer = client.post(f"/api/v1/{kind}", json=given, headers=operator)
    assert answer.status_code == 201
    record = answer.json()
    assert answer.headers["etag"] == f'"{record["version"]}"'
    assert answer.headers["location"] == f"/api/v1/{kind}/{record['id']}"
    assert record["organisation"]["name"] == given.pop("organisation")
    assert {name: record[name] for name in given} == given
    read = client.get(answer.headers["location"], headers=operator)
    assert read.headers["etag"] == answer.headers["etag"]
    assert read.json() == {name: record[name] for name in read.json()}


@pytest.mark.parametrize("kind", KINDS)
def test_times_carry_the_offset_of_the_city(create, kind):
    record = create(kind)
    assert record["created_at"].endswith("+08:00")
    assert record["updated_at"].endswith("+08:00")


@pytest.mark.parametrize("kind", KINDS)
def test_a_patch_changes_the_given_fields_alone(client, operator, create, kind):
    before = create(kind, district="原区", industries=["2661"])
    path = f"/api/v1/{kind}/{before['id']}"
    answer = client.patch(path, json={"district": "新区"}, headers=operator | {"If-Match": '"1"'})
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    after = answer.json()
    assert after["district"] == "新区"
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"district", "version", "updated_at"}
    assert client.get(path, headers=operator).json() == after


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("verb", ["PATCH", "DELETE"])
def test_a_change_names_the_version_that_it_is_about(client, operator, create, refused, kind, verb):
    path = f"/api/v1/{kind}/{create(kind)['id']}"
    content = {"json": {"district": "某区"}} if verb == "PATCH" else {}
    assert refused(client.request(verb, path, headers=operator, **content), 428)["code"] == "version_required"
    stale = client.request(verb, path, headers=operator | {"If-Match": '"99"'}, **content)
    assert refused(stale, 412)["code"] == "stale_version"
    assert client.get(path, headers=operator).headers["etag"] == '"1"'
    assert client.request(verb, path, headers=operator | {"If-Match": '"1"'}, **content).is_success
    again = client.request(verb, path, headers=operator | {"If-Match": '"1"'}, **content)
    refused(again, 412)


@pytest.mark.parametrize("kind", KINDS)
def test_a_withdrawn_record_is_gone_for_all_but_the_operator(client, operator, create, everything, refused, kind):
    record = create(kind)
    path = f"/api/v1/{kind}/{record['id']}"
    assert client.delete(path, headers=operator | {"If-Match": '"1"'}).status_code == 204
    refused(client.get(path), 404)
    refused(client.get(f"{path}/matches"), 404)
    assert client.get(path, headers=operator).json()["status"] == "withdrawn"
    assert record["id"] not in {each["id"] for each in everything(kind, operator)}
    assert record["id"] in {each["id"] for each in everything(kind, operator, status="withdrawn")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_is_unique_for_an_organisation(client, operator, create, body, refused, kind):
    create(kind, external_id="重号-1", organisation="甲单位（示例）")
    again = body(kind, external_id="重号-1", organisation="甲单位（示例）")
    problem = refused(client.post(f"/api/v1/{kind}", json=again, headers=operator), 409)
    assert "重号-1" in problem["detail"]
    create(kind, external_id="重号-1", organisation="乙单位（示例）")
    other = create(kind, external_id="重号-2", organisation="甲单位（示例）")
    path = f"/api/v1/{kind}/{other['id']}"
    patched = client.patch(path, json={"external_id": "重号-1"}, headers=operator | {"If-Match": '"1"'})
    refused(patched, 409)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_cannot_move_to_where_its_number_is_taken(client, operator, create, refused, kind):
    create(kind, external_id="搬家-1", organisation="丙单位（示例）")
    mover = create(kind, external_id="搬家-1", organisation="丁单位（示例）")
    path = f"/api/v1/{kind}/{mover['id']}"
    moved = client.patch(path, json={"organisation": "丙单位（示例）"}, headers=operator | {"If-Match": '"1"'})
    refused(moved, 409)
    assert client.get(path, headers=operator).json()["organisation"]["name"] == "丁单位（示例）"


@pytest.mark.parametrize("kind", KINDS)
def test_a_patch_keeps_ranges_the_right_way_round(client, operator, create, refused, kind):
    low, high = (f"{'price' if kind == 'achievements' else 'budget'}_{end}_wan" for end in ("min", "max"))
    record = create(kind, **{low: "100", high: "200"})
    path = f"/api/v1/{kind}/{record['id']}"
    refused(client.patch(path, json={high: "50"}, headers=operator | {"If-Match": '"1"'}), 422)
    refused(client.patch(path, json={low: "9", high: "3"}, headers=operator | {"If-Match": '"1"'}), 422)
    assert client.get(path, headers=operator).json()[high] == "200"


def test_of_changes_at_the_same_moment_one_is_taken(client, operator, create):
    path = f"/api/v1/needs/{create('needs')['id']}"

    def change(number):
        return client.patch(path, json={"district": f"{number}区"}, headers=operator | {"If-Match": '"1"'})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(change, range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert client.get(path, headers=operator).json() == winner
