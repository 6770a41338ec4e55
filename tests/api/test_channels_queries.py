"""What the pages and lists of channels cost in queries: the same for few things and many."""

import json

from app.core.caller import Role

CHANNELS = "/api/v1/channels"
# The key and its use, who is signed in, and what is shown.
PINNED = {
    "/channels": 7,
    "/channels/{id}": 16,
    "/channels/{id}/differences": 8,
    "/channels/{id}/leads": 6,
    "/api/v1/channels": 2,
    "/api/v1/channels/{id}/differences": 5,
    "/api/v1/channels/{id}/items": 5,
    "/api/v1/channels/{id}/packages": 3,
    "/api/v1/channels/{id}/leads": 4,
    "/api/v1/needs/{need}/publications": 4,
}


def _channel(client, operator, chain):
    columns = [{"target": "编号", "source": "code"}, {"target": "标题", "source": "title"}]
    wanted = {"name": "示例平台", "kind": "needs", "columns": columns, "selection": {"chains": [chain]}}
    return client.post(CHANNELS, json=wanted, headers=operator).json()["id"]


def _answered(client, operator, create, id, chain, count):
    """Send needs, have the platform ask about each, withdraw one, and let one name its enterprise."""
    needs = [create("needs", chains=[chain]) for _ in range(count)]
    package = client.post(f"{CHANNELS}/{id}/packages", json={}, headers=operator).json()
    client.post(f"{CHANNELS}/{id}/packages/{package['id']}/deliver", json={}, headers=operator)
    items = client.get(f"{CHANNELS}/{id}/items", params={"limit": 100}, headers=operator).json()["items"]
    rows = [json.dumps({"编号": each["code"], "留言": f"想谈谈{each['code']}"}) for each in items]
    file = {"file": ("回执.jsonl", "\n".join(rows).encode())}
    assert client.post(f"{CHANNELS}/{id}/responses", files=file, headers=operator).json()["errors"] == 0
    for each in needs[:-1]:
        client.delete(f"/api/v1/needs/{each['id']}", headers=operator | {"If-Match": '"1"'})
    return needs[-1]["id"]


def test_pages_and_lists_cost_the_same_for_few_things_and_many(client, operator, account, create, queries):
    headers = account(Role.LIAISON)[1]
    id = _channel(client, operator, "查询链")

    def counted(need):
        found = {}
        for name in PINNED:
            path = name.format(id=id, need=need)
            client.get(path, headers=headers)  # a key notes its first use
            queries.clear()
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200, answer.text
            found[name] = (len(queries), len(answer.text))
        return found

    few = counted(_answered(client, operator, create, id, "查询链", 2))
    _channel(client, operator, "别的链")
    many = counted(_answered(client, operator, create, id, "查询链", 9))
    assert {name: count for name, (count, _) in many.items()} == PINNED
    assert {name: count for name, (count, _) in few.items()} == PINNED
    assert all(many[name][1] > few[name][1] for name in PINNED if "publications" not in name)
