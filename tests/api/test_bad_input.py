"""Whatever is sent, the answer says in Chinese what is wrong, and the server goes on."""

import json

import pytest

KINDS = ["achievements", "needs"]
TEXT = {"achievements": "summary", "needs": "description"}
MONEY = {"achievements": "price_max_wan", "needs": "budget_max_wan"}
BAD_FIELDS = [
    ("title", ""), ("title", "   \t\n"), ("title", "？！…——##"), ("title", "😀🎉"), ("title", "题" * 201),
    ("title", "题" * 100_000), ("title", 7), ("title", ["题"]), ("title", None), ("title", "空\x00字符"),
    ("title", "半个\ud83d字"), ("TEXT", ""), ("TEXT", "。。。"), ("TEXT", "😀" * 50), ("TEXT", "文" * 100_000),
    ("TEXT", {"a": 1}), ("TEXT", "空\x00字符"), ("industries", "2661"), ("industries", ["煤炭"]),
    ("industries", ["99"]), ("industries", [26]), ("industries", ["26"] * 30), ("chains", [""]),
    ("chains", ["长" * 300]), ("chains", ["链"] * 60), ("district", ""), ("district", ["某区"]),
    ("MONEY", "面议"), ("MONEY", "-1"), ("MONEY", -5), ("MONEY", float("nan")), ("MONEY", "1e999"),
    ("MONEY", float("inf")), ("MONEY", "0.0000001"), ("MONEY", "1" + "0" * 12), ("MONEY", "NaN"), ("MONEY", True),
    ("MONEY", []), ("visibility", "secret"), ("visibility", None), ("status", "deleted"), ("status", 3),
    ("valid_until", "明年"), ("valid_until", "2027-02-30"), ("valid_until", "0000-00-00"), ("external_id", 12),
    ("external_id", "号" * 300), ("organisation", ""), ("contact", "联" * 30_000), ("无此字段", 1), ("id", "x"),
    ("created_at", "2020-01-01T00:00:00Z"), ("version", 9),
]  # fmt: skip
BAD_BODIES = {
    "empty": b"", "null": b"null", "number": b"7", "text": '"文字"'.encode(), "list": b"[]", "cut off": b'{"title": "',
    "single quotes": b"{'title': 1}", "not utf-8": '{"title": "煤"}'.encode("gbk"), "nothing": b"{}",
    "20,000 levels": b"[" * 20_000 + b"]" * 20_000,
    "20,000 levels in a field": b'{"title": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}",
    "5,000 digits": b'{"title": "t", "summary": "s", "maturity": ' + b"9" * 5000 + b"}",
    "NaN": b'{"title": NaN}', "1e999": b'{"title": 1e999}', "half a surrogate as a key": b'{"\\ud800": 1}',
    "NUL byte": b'{"title": "\x00"}', "utf-16": '{"title": "煤"}'.encode("utf-16"),
}  # fmt: skip
BAD_QUERIES = [
    ("limit", "0"), ("limit", "-1"), ("limit", "101"), ("limit", "多"), ("limit", "1e3"), ("limit", "9" * 5000),
    ("maturity", "0"), ("maturity", "10"), ("maturity", "高"), ("status", "gone"), ("q", ""), ("q", "长" * 201),
    ("q", "\x00"), ("industry", ""), ("cursor", "x" * 33), ("district", "\x00"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _still_answers(client):
    """After every test the server must still answer."""
    yield
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200


def _named(field, kind):
    return {"TEXT": TEXT[kind], "MONEY": MONEY[kind]}.get(field, field)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("field", "value"), BAD_FIELDS, ids=lambda each: ascii(each)[:16])
def test_a_bad_field_is_named_when_creating_and_changing(client, operator, create, body, refused, kind, field, value):
    name = _named(field, kind)
    content = json.dumps(body(kind) | {name: value})
    headers = operator | {"Content-Type": "application/json"}
    errors = refused(client.post(f"/api/v1/{kind}", content=content, headers=headers), 422)["errors"]
    assert {each["field"].split(".")[0] for each in errors} == {name}
    record = _kept(client, create, kind)
    patched = client.patch(
        f"/api/v1/{kind}/{record}", content=json.dumps({name: value}), headers=headers | {"If-Match": '"1"'}
    )
    errors = refused(patched, 422)["errors"]
    assert {each["field"].split(".")[0] for each in errors} == {name}
    assert all(len(str(each["value"])) < 200 for each in errors)


def _kept(client, create, kind, made={}):  # noqa: B006  (one record for all cases)
    key = (id(client), kind)
    if key not in made:
        made[key] = create(kind)["id"]
    return made[key]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("district", "", "不能为空"), ("district", "长" * 300, "最多 200 个字符"),
        ("chains", ["长" * 300], "最多 200 个字符"),
        ("chains", [""], "不能为空"), ("chains", ["链"] * 60, "最多 50 项"), ("industries", ["煤炭"], "煤炭"),
        ("valid_until", "明年", "2027-06-30"), ("min_maturity", 12, "不能大于 9"),
        ("budget_max_wan", "1" + "0" * 12, "10000000000"),
        ("visibility", "secret", "public、anonymous、liaison"), ("budget_min_wan", "面议", "面议请留空"),
    ],
    ids=lambda each: ascii(each)[:16],
)  # fmt: skip
def test_the_message_says_how_to_mend_it(client, operator, body, field, value, said):
    answer = client.post("/api/v1/needs", json=body("needs", **{field: value}), headers=operator)
    (error,) = answer.json()["errors"]
    assert said in error["message"]
    assert "Decimal" not in error["message"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused(client, operator, refused, kind, name):
    headers = operator | {"Content-Type": "application/json"}
    for path in (f"/api/v1/{kind}", "/api/v1/search"):
        answer = client.post(path, content=BAD_BODIES[name], headers=headers)
        refused(answer, 400 if answer.status_code == 400 else 422)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["title", "TEXT"])
def test_a_missing_field_is_named(client, operator, body, refused, kind, field):
    content = body(kind)
    del content[_named(field, kind)]
    refused(client.post(f"/api/v1/{kind}", json=content, headers=operator), 422, _named(field, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_range_the_wrong_way_round_names_its_field(client, operator, body, refused, kind):
    low = MONEY[kind].replace("max", "min")
    content = body(kind, **{low: "9", MONEY[kind]: "3"})
    problem = refused(client.post(f"/api/v1/{kind}", json=content, headers=operator), 422)
    assert {each["field"] for each in problem["errors"]} & {low, MONEY[kind]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "value"), BAD_QUERIES, ids=lambda each: ascii(each)[:16])
def test_a_bad_query_parameter_is_named(client, refused, kind, name, value):
    refused(client.get(f"/api/v1/{kind}", params={name: value}), 422, name)


@pytest.mark.parametrize("value", ["0", "101", "多", "-3"])
def test_a_bad_number_of_matches_is_named(client, operator, create, body, refused, value):
    record = _kept(client, create, "needs")
    refused(client.get(f"/api/v1/needs/{record}/matches", params={"top_k": value}), 422, "top_k")
    refused(client.post("/api/v1/needs", params={"match": value}, json=body("needs"), headers=operator), 422, "match")


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_of_three_megabytes_is_too_large(client, operator, body, refused, kind):
    content = json.dumps(body(kind, indicators="大" * 500_000))
    headers = operator | {"Content-Type": "application/json"}
    assert len(content) > 3_000_000
    assert refused(client.post(f"/api/v1/{kind}", content=content, headers=headers), 413)["code"] == "too_large"
    pieces = (content[at : at + 60_000].encode() for at in range(0, len(content), 60_000))
    refused(client.post(f"/api/v1/{kind}", content=pieces, headers=headers), 413)


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_idempotency_key_is_refused(client, operator, body, refused, kind):
    headers = operator | {"Idempotency-Key": "k" * 201}
    refused(client.post(f"/api/v1/{kind}", json=body(kind), headers=headers), 422)
