"""What is written and laid beside a docking: who reads it, what may be shared when, and what files are kept."""

import pytest

from app.core.caller import Role
from app.core.city_time import today
from app.dockings.files import FILE_LIMIT
from app.models import Docking
from app.models.base import now

PATH = "/api/v1/dockings"
ENTERPRISE, UNIVERSITY = "云澜柏庄铸管有限公司（示例）", "云澜柏庄大学（示例）"
PDF = b"%PDF-1.7\nexample"
# The key and its use, who is signed in, and what the page shows.
PINNED = {
    "liaison /dockings": 6,
    "liaison /dockings?view=list": 5,
    "bureau /dockings": 6,
    "enterprise /dockings": 3,
}


@pytest.fixture(scope="module")
def people(account):
    return {
        "enterprise": account(Role.ENTERPRISE, ENTERPRISE)[1],
        "colleague": account(Role.ENTERPRISE, ENTERPRISE)[1],
        "university": account(Role.UNIVERSITY, UNIVERSITY)[1],
        "rival": account(Role.UNIVERSITY)[1],
        "liaison": account(Role.LIAISON)[1],
        "bureau": account(Role.BUREAU)[1],
    }


@pytest.fixture
def begin(client, people, create):
    def made(visibility="anonymous", *, agreed=False):
        need = create("needs", visibility=visibility, organisation=ENTERPRISE)
        achievement = create("achievements", organisation=UNIVERSITY)
        body = {"need_id": need["id"], "achievement_id": achievement["id"]}
        id = client.post(PATH, json=body, headers=people["liaison"]).json()["id"]
        if agreed:
            with client.app.state.database.write() as session:
                session.get(Docking, id).agreed_at = now()
        return id

    return made


@pytest.fixture
def write(client, people):
    def made(id, who, text, **fields):
        answer = client.post(f"{PATH}/{id}/entries", json={"text": text, **fields}, headers=people[who])
        return answer.status_code, answer.json()

    return made


@pytest.fixture
def send(client, people):
    def made(id, who, content=PDF, name="报告.pdf", **fields):
        files = {"file": (name, content)}
        answer = client.post(f"{PATH}/{id}/files", files=files, data=fields, headers=people[who])
        return answer.status_code, answer.json()

    return made


@pytest.fixture
def stored(seeded_settings):
    """The names of the files that lie on disk since the test began."""
    folder = seeded_settings.docking_files_dir
    before = set(folder.iterdir()) if folder.exists() else set()
    return lambda: {each.name for each in set(folder.iterdir()) - before}


def _texts(client, id, headers):
    return [each["text"] for each in client.get(f"{PATH}/{id}/entries", headers=headers).json()["items"]]


def test_what_is_written_is_read_by_whom_it_is_for(client, people, begin, write):
    id = begin()
    write(id, "liaison", "内部：价格偏高", kind="note")
    write(id, "liaison", "下周寄样", kind="note", shared=True)
    write(id, "liaison", "看了产线", kind="meeting", met_on=str(today()), shared=True)
    write(id, "enterprise", "能否先试用")
    write(id, "university", "可以，先付运费", shared=True)
    everything = ["可以，先付运费", "能否先试用", "看了产线", "下周寄样", "内部：价格偏高"]
    shared = ["可以，先付运费", "看了产线", "下周寄样"]
    assert _texts(client, id, people["liaison"]) == everything
    for who in ("enterprise", "colleague"):
        assert _texts(client, id, people[who]) == ["可以，先付运费", "能否先试用", "看了产线", "下周寄样"]
    assert _texts(client, id, people["university"]) == shared
    assert client.get(f"{PATH}/{id}/entries", headers=people["bureau"]).status_code == 403
    assert "下周寄样" not in client.get(f"/dockings/{id}", headers=people["bureau"]).text
    seen = client.get(f"{PATH}/{id}/entries", headers=people["university"]).json()["items"]
    assert {(each["writer"]["role"], each["writer"]["name"]) for each in seen} == {
        ("achievement", "university"), ("staff", None),
    }  # fmt: skip


def test_members_only_comment_and_take_back_only_their_own(client, people, begin, write):
    id = begin()
    assert write(id, "enterprise", "记一笔", kind="note")[0] == 403
    assert write(id, "liaison", "见面", kind="meeting")[0] == 422
    assert write(id, "liaison", "见面", kind="meeting", met_on="2099-01-01")[0] == 422
    for text in ("", "  ", "。。", "长" * 4001, "a\x00b"):
        assert write(id, "enterprise", text)[0] == 422, text
    entry = write(id, "enterprise", "写错了")[1]["id"]
    path = f"{PATH}/{id}/entries/{entry}"
    for who, status in (
        ("university", 404),
        ("rival", 404),
        ("colleague", 403),
        ("enterprise", 204),
        ("enterprise", 404),
    ):
        assert client.delete(path, headers=people[who]).status_code == status, who
    assert _texts(client, id, people["liaison"]) == []


def test_nothing_shared_gives_away_whom_the_need_hides(begin, write, send, client, people):
    id = begin()
    for who in ("liaison", "enterprise"):
        for text in ("柏庄铸管的王工说可以", "打 0370-5551234", "邮箱 a@example.cn"):
            status, problem = write(id, who, text, shared=True)
            assert (status, problem["errors"][0]["field"]) == (422, "text"), (who, text)
            assert write(id, who, text)[0] == 201
    # The university's own name is no secret; its telephone waits like all others.
    assert write(id, "university", f"{UNIVERSITY}的中试线可用", shared=True)[0] == 201
    assert write(id, "university", "打 0370-5551234", shared=True)[0] == 422
    for who in ("liaison", "enterprise"):
        assert send(id, who, shared="true")[0] == 422
    assert send(id, "university", shared="true")[0] == 201
    assert send(id, "enterprise")[0] == 201
    listed = client.get(f"{PATH}/{id}/files", headers=people["university"]).json()["items"]
    assert [each["writer"]["role"] for each in listed] == ["achievement"]
    agreed = begin(agreed=True)
    assert write(agreed, "enterprise", "柏庄铸管王工，0370-5551234", shared=True)[0] == 201
    assert send(agreed, "enterprise", shared="true")[0] == 201
    seen = client.get(f"{PATH}/{agreed}/files", headers=people["university"]).json()["items"]
    assert seen[0]["writer"]["organisation"] == ENTERPRISE
    assert write(agreed, "liaison", "图纸密级：秘密★5年，勿外传", kind="note")[0] == 422


def test_a_file_is_given_out_as_it_came_and_as_an_attachment(client, people, begin, send, stored):
    id = begin("public")
    status, made = send(id, "liaison", name="../../检测“报告”.pdf", shared="true")
    assert (status, made["name"], made["size"]) == (201, "检测“报告”.pdf", len(PDF))
    path = f"{PATH}/{id}/files/{made['id']}"
    answer = client.get(path, headers=people["university"])
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert [len(name) for name in stored()] == [64]
    assert client.get(path, headers=people["rival"]).status_code == 404
    other = begin("public")
    assert client.get(f"{PATH}/{other}/files/{made['id']}", headers=people["liaison"]).status_code == 404
    assert client.delete(path, headers=people["university"]).status_code == 403
    assert client.delete(path, headers=people["liaison"]).status_code == 204
    assert client.get(path, headers=people["liaison"]).status_code == 404
    assert stored() == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("程序.pdf", b"MZ\x90\x00\x03"),
        ("报告.pdf", b"\x89PNG\r\n\x1a\nabc"),
        ("报告", PDF),
        ("空.txt", b""),
        ("大.txt", b"a" * (FILE_LIMIT + 1)),
    ],
)
def test_files_that_are_refused_leave_nothing(begin, send, stored, name, content):
    status, problem = send(begin("public"), "liaison", content, name)
    assert (status, problem["errors"][0]["field"]) == (422, "file")
    assert stored() == set()


def test_only_files_may_be_large(client, people, begin):
    id = begin("public")
    many = {"text": "长" * 3_000_000}
    assert client.post(f"{PATH}/{id}/entries", json=many, headers=people["liaison"]).status_code == 413
    files = {"file": ("大.txt", b"a" * (FILE_LIMIT + 2 * 1024 * 1024))}
    assert client.post(f"{PATH}/{id}/files", files=files, headers=people["liaison"]).status_code == 413


def test_lists_cost_the_same_for_few_and_many(client, people, begin, queries):
    def counted():
        found = {}
        for name in PINNED:
            who, path = name.split()
            client.get(path, headers=people[who])  # a key notes its first use
            queries.clear()
            assert client.get(path, headers=people[who]).status_code == 200
            found[name] = len(queries)
        return found

    begin("public")
    few = counted()
    for _ in range(3):
        begin("public")
    assert counted() == few == PINNED
