"""How one wants to be told: one's own, with what the operator has set up, and nothing secret in any answer."""

import json

import pytest
from sqlalchemy import select

from app.core.caller import Role
from app.models import AuditEntry, NoticePreference
from tests.integration.notices.conftest import receiver  # noqa: F401  (a fixture)

PATH = "/api/v1/notice-preferences"
SECRET = "signs-what-is-sent-0123456789"


@pytest.fixture(scope="module")
def seeded_settings(seeded_settings):
    """With everything that an operator may set up, and no worker."""
    return seeded_settings.model_copy(
        update={
            "worker": False, "notice_mail": "mailto://mail.example.cn?to={to}", "notice_webhooks": True,
            "notice_wecom": "wecombot://0123456789abcdef0123456789abcdef", "notice_webhook_hosts": "localhost",
        }
    )  # fmt: skip


@pytest.fixture
def person(account):
    def made(role=Role.LIAISON):
        return account(role)

    return made


@pytest.fixture
def put(client):
    def made(who, version, **fields):
        return client.put(PATH, json=fields, headers=who[1] | {"If-Match": f'"{version}"'})

    return made


def test_defaults_and_changes(client, person, put, refused):
    who = person()
    first = client.get(PATH, headers=who[1])
    assert first.headers["etag"] == '"0"'
    assert first.json() == {
        "match": "daily", "docking": "immediate", "challenge": "immediate", "roadshow": "immediate",
        "contract": "immediate", "record": "immediate", "round": "immediate", "least_grade": 3, "channels": [],
        "available_channels": ["mail", "wecom", "webhook"], "webhook_url": None, "webhook_has_secret": False,
        "version": 0,
    }  # fmt: skip
    changed = put(who, 0, match="weekly", record="off", least_grade=4, channels=["mail"])
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"1"'
    read = client.get(PATH, headers=who[1]).json()
    assert (read["match"], read["record"], read["docking"], read["least_grade"]) == ("weekly", "off", "immediate", 4)
    assert read["channels"] == ["mail"]
    refused(client.put(PATH, json={}, headers=who[1]), 428)
    stale = refused(put(who, 0, match="daily"), 412)
    assert (stale["current"]["match"], stale["submitted"]["match"]) == ("weekly", "daily")
    # Another's are another's.
    assert client.get(PATH, headers=person()[1]).json()["version"] == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channels": ["dingtalk"]}, "channels"), ({"channels": ["fax"]}, "channels.0"), ({"match": "hourly"}, "match"),
        ({"least_grade": 2}, "least_grade"), ({"channels": ["webhook"]}, "webhook_url"),
        ({"channels": ["webhook"], "webhook_url": "http://localhost/x"}, "webhook_secret"),
        ({"webhook_url": "http://localhost/x", "webhook_secret": "short"}, "webhook_secret"),
        ({"webhook_url": "https://127.0.0.1/x"}, "webhook_url"), ({"webhook_url": "https://[::1]/x"}, "webhook_url"),
        ({"webhook_url": "https://10.0.0.1/x"}, "webhook_url"), ({"webhook_url": "ftp://localhost/x"}, "webhook_url"),
        ({"webhook_url": "https://169.254.169.254/latest"}, "webhook_url"), ({"else": 1}, "else"),
        ({"webhook_url": "https://a:b@localhost/x"}, "webhook_url"),
        ({"webhook_url": "http://example.cn/"}, "webhook_url"),
        ({"webhook_url": "nonsense"}, "webhook_url"), ({"webhook_url": "a\x00b"}, "webhook_url"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_the_field(person, put, refused, fields, field):
    refused(put(person(), 0, **fields), 422, field)


def test_members_have_no_group_of_staff(client, person, put, refused):
    who = person(Role.ENTERPRISE)
    assert client.get(PATH, headers=who[1]).json()["available_channels"] == ["mail", "webhook"]
    refused(put(who, 0, channels=["wecom"]), 422, "channels")


def test_a_secret_is_written_and_never_read(client, person, put, caplog):
    who = person()
    url = "http://localhost:9/hook?token=told-to-nobody"
    answer = put(who, 0, channels=["webhook"], webhook_url=url, webhook_secret=SECRET)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["webhook_url"], answer.json()["webhook_has_secret"]) == (url, True)
    # Left out, it stays; without an address it goes.
    assert put(who, 1, channels=["webhook"], webhook_url=url).json()["webhook_has_secret"]
    seen = client.get(PATH, headers=who[1]).text + client.get("/notices/preferences", headers=who[1]).text + answer.text
    seen += (
        put(who, 0, webhook_secret=SECRET + "x").text
        + put(who, 2, webhook_secret="kurz-geheim").text.split("errors")[0]
    )
    client.post("/api/v1/notices/webhook", headers=who[1])
    with client.app.state.database.read() as session:
        assert session.get(NoticePreference, who[0].id).webhook_secret == SECRET
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_id == who[0].id)).all()
    audited = json.dumps([(each.before, each.after) for each in entries])
    assert {each.action for each in entries} == {"notice.prefer", "notice.try_webhook"}
    assert "localhost" in audited
    for text in (seen, audited, caplog.text):
        assert SECRET not in text
    assert "told-to-nobody" not in audited + caplog.text
    gone = put(who, 2)
    assert (gone.json()["webhook_url"], gone.json()["webhook_has_secret"]) == (None, False)


def test_a_trial_arrives_signed_and_is_not_repeated_at_once(client, person, put, receiver, refused):  # noqa: F811
    who = person()
    refused(client.post("/api/v1/notices/webhook", headers=who[1]), 409)
    put(who, 0, channels=["webhook"], webhook_url=receiver.url, webhook_secret=SECRET)
    answer = client.post("/api/v1/notices/webhook", headers=who[1])
    assert answer.json()["delivered"], answer.text
    ((headers, body),) = receiver.requests
    assert json.loads(body) == {"id": answer.json()["id"], "kind": "test", "items": []}
    assert headers["X-Shuangxu-Signature"].startswith("sha256=")
    again = client.post("/api/v1/notices/webhook", headers=who[1])
    refused(again, 429)
    assert int(again.headers["Retry-After"]) > 0
    assert len(receiver.requests) == 1


def test_a_trial_that_fails_says_why(client, person, put, receiver, refused):  # noqa: F811
    who = person()
    put(who, 0, channels=["webhook"], webhook_url=receiver.url, webhook_secret=SECRET)
    receiver.answers = [500]
    assert "500" in refused(client.post("/api/v1/notices/webhook", headers=who[1]), 409)["detail"]
