"""What leaves the console: when, to whom, with what in it, and once."""

import json
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import (
    Account,
    Delivery,
    DeliveryItem,
    DeliveryState,
    Notice,
    NoticeChannel,
    NoticePreference,
    NoticeTopic,
)
from app.models.base import now
from app.notices.postman import BACK_OFF, LEFT, Postman
from app.notices.webhooks import sign
from tests.integration.notices.conftest import SECRET, VIEWS


@pytest.fixture
def deliveries(database):
    def read():
        with database.read() as session:
            return session.scalars(select(Delivery).order_by(Delivery.id)).all()

    return read


@pytest.fixture
def change(database):
    """Change all deliveries."""

    def made(**fields):
        with database.write() as session:
            for each in session.scalars(select(Delivery)):
                for name, value in fields.items():
                    setattr(each, name, value)

    return made


def _all(postman):
    while postman.step():
        pass


@pytest.fixture
def hooked(person, receiver):
    return person("webhook", webhook_url=receiver.url, webhook_secret=SECRET)


def test_nothing_is_sent_by_default(person, say, postman, deliveries):
    say(person(), "对接有了进展")
    assert deliveries() == []
    assert not postman.step()


def test_a_webhook_is_signed_and_carries_its_key(hooked, say, postman, receiver, deliveries):
    (notice,) = say(hooked, "对接有了进展", text="请确认")
    _all(postman)
    ((headers, body),) = receiver.requests
    (sent,) = deliveries()
    assert (sent.state, sent.attempts, sent.last_error) == (DeliveryState.SENT, 1, None)
    assert headers["X-Shuangxu-Signature"] == sign(SECRET, headers["X-Shuangxu-Timestamp"], body)
    assert headers["X-Shuangxu-Signature"] != sign(SECRET, headers["X-Shuangxu-Timestamp"], body + b" ")
    assert abs(int(headers["X-Shuangxu-Timestamp"]) - time.time()) < 60
    assert headers["Idempotency-Key"] == headers["X-Shuangxu-Delivery"] == sent.id
    assert headers["Host"].startswith("localhost:")
    told = json.loads(body)
    assert (told["id"], told["kind"]) == (sent.id, "notice")
    (item,) = told["items"]
    assert item == {
        "id": notice.id, "topic": "docking", "title": "对接有了进展", "text": "请确认", "path": "/needs",
        "url": "https://dx.example.cn/needs", "created_at": item["created_at"],
    }  # fmt: skip
    assert item["created_at"].endswith("+08:00")
    assert SECRET not in body.decode() + str(headers)


def test_what_is_refused_is_tried_again_with_growing_waits_under_the_same_key(
    hooked, say, postman, receiver, deliveries, change
):
    receiver.answers = [500, 503, 204]
    say(hooked, "再试")
    for attempt in (1, 2):
        before = now()
        _all(postman)
        (delivery,) = deliveries()
        assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, attempt)
        assert "50" in delivery.last_error
        assert before + BACK_OFF[attempt - 1] <= delivery.next_try_at <= now() + BACK_OFF[attempt - 1]
        change(next_try_at=now())
    _all(postman)
    assert [each.state for each in deliveries()] == [DeliveryState.SENT]
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.requests}) == 1
    assert len(receiver.requests) == 3


def test_it_is_not_tried_for_ever(hooked, say, postman, receiver, deliveries, change):
    receiver.answers = [500] * 20
    say(hooked, "总不行")
    for _ in range(20):
        change(next_try_at=now())
        _all(postman)
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, len(BACK_OFF) + 1)
    assert len(receiver.requests) == len(BACK_OFF) + 1


@pytest.mark.parametrize(("status", "state", "word"), [(302, "pending", "跳转"), (410, "failed", "410")])
def test_redirects_are_not_followed_and_what_is_gone_is_not_asked_again(
    hooked, say, postman, receiver, deliveries, status, state, word
):
    receiver.answers = [status]
    say(hooked, "别跟着走")
    _all(postman)
    (delivery,) = deliveries()
    assert delivery.state == state
    assert word in delivery.last_error
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "0.0.0.0", "2130706433"])
def test_an_address_that_came_to_lead_inside_is_not_called(person, say, postman, receiver, deliveries, host):
    port = receiver.url.split(":")[2].split("/")[0]
    say(person("webhook", webhook_url=f"https://{host}:{port}/hook", webhook_secret=SECRET), "内网")
    _all(postman)
    assert receiver.requests == []
    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 1)
    assert "内部网络" in delivery.last_error


def test_a_digest_gathers_what_was_told_and_is_sent_when_it_is_due(
    person, say, settings, database, receiver, deliveries, change
):
    daily = person("webhook", webhook_url=receiver.url, webhook_secret=SECRET, paces={"docking": "daily"})
    say(daily, "第一件")
    say(daily, "第二件", "第三件")
    (digest,) = deliveries()
    assert digest.key.startswith("daily:")
    assert now() < digest.next_try_at <= now() + timedelta(days=1)
    postman = Postman(settings, database, VIEWS)
    _all(postman)
    assert receiver.requests == []
    change(next_try_at=now())
    _all(postman)
    ((_, body),) = receiver.requests
    told = json.loads(body)
    assert told["kind"] == "daily"
    assert {each["title"] for each in told["items"]} == {"第一件", "第二件", "第三件"}
    # What comes after goes into another one, though it is the same day's.
    say(daily, "第四件")
    assert len(deliveries()) == 2
    _all(postman)
    assert len(receiver.requests) == 1


def test_who_is_told_twice_at_once_has_one_digest_with_both(person, say, receiver, deliveries, database):
    daily = person("webhook", webhook_url=receiver.url, webhook_secret=SECRET, paces={"docking": "daily"})
    pool = [threading.Thread(target=say, args=(daily, f"{at}甲", f"{at}乙")) for at in range(8)]
    for each in pool:
        each.start()
    for each in pool:
        each.join()
    assert len(deliveries()) == 1
    with database.read() as session:
        carried = session.scalars(select(DeliveryItem.notice_id)).all()
        told = session.scalars(select(Notice.id)).all()
    assert sorted(carried) == sorted(told)
    assert len(told) == 16


def test_a_digest_leaves_out_what_was_read_and_is_not_sent_empty(
    person, say, postman, database, receiver, deliveries, change
):
    weekly = person("webhook", webhook_url=receiver.url, webhook_secret=SECRET, paces={"docking": "weekly"})
    first, _ = say(weekly, "读过的", "没读的")
    _see(database, first.id)
    change(next_try_at=now())
    _all(postman)
    ((_, body),) = receiver.requests
    assert [each["title"] for each in json.loads(body)["items"]] == ["没读的"]
    (another,) = say(weekly, "也读过")
    _see(database, another.id)
    change(next_try_at=now())
    _all(postman)
    assert [each.state for each in deliveries()] == [DeliveryState.SENT, DeliveryState.DROPPED]
    assert len(receiver.requests) == 1


def _see(database, id):
    with database.write() as session:
        session.get(Notice, id).seen_at = now()


def test_a_topic_that_is_off_is_listed_and_neither_rings_nor_leaves(person, say, postman, deliveries, receiver):
    quiet = person("webhook", webhook_url=receiver.url, webhook_secret=SECRET, paces={"docking": "off"})
    (notice,) = say(quiet, "安静")
    assert notice.seen_at is not None
    assert deliveries() == []
    (loud,) = say(quiet, "响", topic=NoticeTopic.RECORD)
    assert loud.seen_at is None
    assert len(deliveries()) == 1


@pytest.mark.parametrize("how", ["disabled", "turned off", "not configured"])
def test_what_nobody_wants_any_more_is_dropped(hooked, say, settings, database, receiver, deliveries, how):
    say(hooked, "来不及了")
    with database.write() as session:
        if how == "disabled":
            session.get(Account, hooked.id).disabled_at = now()
        elif how == "turned off":
            session.get(NoticePreference, hooked.id).channels = []
    if how == "not configured":
        settings = settings.model_copy(update={"notice_webhooks": False})
    _all(Postman(settings, database, VIEWS))
    assert receiver.requests == []
    assert [each.state for each in deliveries()] == [DeliveryState.DROPPED]


def test_a_process_that_ended_while_sending_is_followed_for_webhooks_and_not_for_mail(
    hooked, person, say, settings, database, receiver, mailbox, deliveries, change
):
    settings = settings.model_copy(update={"notice_mail": f"mailto://127.0.0.1:{mailbox.port}?to={{to}}"})
    say(hooked, "网")
    say(person("mail"), "邮")
    change(state=DeliveryState.SENDING, attempts=1, claimed_until=now() + timedelta(minutes=1))
    postman = Postman(settings, database, VIEWS)
    assert not postman.step()
    change(claimed_until=now() - timedelta(seconds=1))
    _all(postman)
    assert len(receiver.requests) == 1
    assert mailbox.mails == []
    found = {each.channel: (each.state, each.last_error) for each in deliveries()}
    assert found == {"webhook": (DeliveryState.SENT, None), "mail": (DeliveryState.UNKNOWN, LEFT)}


def test_two_postmen_never_send_the_same(hooked, say, settings, database, receiver):
    say(hooked, *(f"第{at}件" for at in range(12)))
    pool = [threading.Thread(target=_all, args=(Postman(settings, database, VIEWS),)) for _ in range(3)]
    for each in pool:
        each.start()
    for each in pool:
        each.join()
    keys = [headers["Idempotency-Key"] for headers, _ in receiver.requests]
    assert len(keys) == len(set(keys)) == 12


def test_nobody_waits_while_something_is_sent(hooked, say, postman, database, deliveries):
    def send(*_):
        with database.write() as session:  # fails on SQLite where a transaction that writes is open
            session.get(Account, hooked.id).name = "王示例"

    postman._senders = {NoticeChannel.WEBHOOK: send}
    say(hooked, "慢慢送")
    _all(postman)
    assert [each.state for each in deliveries()] == [DeliveryState.SENT]


def test_a_mail_has_its_words_and_nobody_elses_address(
    person, say, settings, database, mailbox, deliveries, change, caplog
):
    url = f"mailto://127.0.0.1:{mailbox.port}?from=dx@example.cn&name=双需对接&to={{to}}&mode=insecure"
    settings = settings.model_copy(update={"notice_mail": url})
    postman = Postman(settings, database, VIEWS)
    one = person("mail")
    say(one, "对接\r\nBcc: evil@example.cn 有了进展", text="=1+1")
    _all(postman)
    (mail,) = mailbox.mails
    assert mailbox.recipients == [one.email]
    assert mail["Subject"] == "对接 Bcc: evil@example.cn 有了进展"
    assert mail["Bcc"] is None
    text = mail.get_body(("plain",)).get_content()
    assert "【对接】" in text
    assert "https://dx.example.cn/needs" in text
    assert [each.state for each in deliveries()] == [DeliveryState.SENT]
    mailbox.refusing = True
    say(one, "没人收")
    _all(postman)
    last = deliveries()[-1]
    assert last.state == DeliveryState.PENDING
    assert "邮件没有发出" in last.last_error
    assert str(mailbox.port) not in caplog.text


def test_a_daily_mail_is_one_with_all_topics(person, say, settings, database, mailbox, change):
    url = f"mailto://127.0.0.1:{mailbox.port}?from=dx@example.cn&to={{to}}&mode=insecure"
    postman = Postman(settings.model_copy(update={"notice_mail": url}), database, VIEWS)
    one = person("mail", paces={"docking": "daily", "record": "daily"})
    say(one, "第一件", "第二件")
    say(one, "快到期", topic=NoticeTopic.RECORD)
    change(next_try_at=now())
    _all(postman)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "双需对接每日通知：3 条"
    text = mail.get_body(("plain",)).get_content()
    assert text.index("【对接】") < text.index("【成果与需求】")
    assert all(word in text for word in ("第一件", "第二件", "快到期"))


def test_a_group_is_told_how_much_and_not_what_and_only_by_staff(person, say, settings, database, receiver, deliveries):
    # Any web server will do for the form of a robot's.
    port = receiver.url.split(":")[2].split("/")[0]
    robot = settings.model_copy(update={"notice_wecom": f"json://127.0.0.1:{port}/robot"})
    say(person("wecom"), "某企业的秘密")
    say(person("wecom", role="enterprise"), "本企业的秘密")
    _all(Postman(robot, database, VIEWS))
    ((_, body),) = receiver.requests
    assert "秘密" not in body.decode()
    assert "秘密" not in json.loads(body)["message"]
    assert "1 条新通知" in json.loads(body)["message"]
    assert sorted(each.state for each in deliveries()) == [DeliveryState.DROPPED, DeliveryState.SENT]
