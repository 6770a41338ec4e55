"""What the configuration keeps secret comes out nowhere: in no answer, log line, error or export."""

import logging
import re
import traceback

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from app.access.rules import RULES
from app.cli import cli
from app.core.security import ensure_key
from app.core.settings import Settings
from app.models import NoticeChannel, NoticePace
from app.notices.message import Message, NotSent
from app.notices.senders import senders_of
from tests import postgresql
from tests.trials import CAMPAIGN

DATABASE, MAIL, ROBOT = "canary-of-database-7Qx", "canary-of-mail-7Qx", "canary-of-robot-7Qx"
# Of the routes that nobody may use, or that have no database, the checks ask one in so many: they all end alike.
SOME = 1 if CAMPAIGN else 5
# Nothing listens there.
NOWHERE = "127.0.0.1:1"


@pytest.fixture
def settings(tmp_path, postgres_url):
    return Settings(
        data_dir=tmp_path, worker=False,
        database_url=make_url(postgres_url).set(password=DATABASE).render_as_string(hide_password=False),
        notice_mail=f"mailto://robot:{MAIL}@{NOWHERE}?to={{to}}&mode=insecure",
        notice_wecom=f"json://robot:{ROBOT}@{NOWHERE}/{ROBOT}", notice_dingtalk=f"nonsense://{ROBOT}",
    )  # fmt: skip


def _ask(client, headers, every=1):
    """Return the text of the routes' answers: to a reading that finds what there is, to a writing of nonsense."""
    texts = []
    for method, path in list(RULES)[::every]:
        url = re.sub(r"{[^}]+}", "none", path)
        answer = client.request(method, url, headers=headers, content=None if method == "GET" else b"{")
        texts.append(f"{method} {url}\n{answer.headers}\n{answer.text}")
    return texts


def _reasons(settings):
    """Return why no message gets through."""
    message = Message("one", NoticePace.IMMEDIATE, "a@example.cn", "某人", [], "", 1)
    reasons = []
    for channel in (NoticeChannel.MAIL, NoticeChannel.WECOM, NoticeChannel.DINGTALK):
        with pytest.raises(NotSent) as failed:
            senders_of(settings)[channel](message, None)
        reasons.append("".join(traceback.format_exception(failed.value)))
    return reasons


@pytest.mark.trial
def test_no_answer_and_no_log_line_holds_a_secret(started, load, settings, postgres_url, capfd, caplog, figures):
    caplog.set_level(logging.DEBUG)
    with started(settings, load) as client:
        key, _ = ensure_key(settings.key_file)
        operator = {"Authorization": f"Bearer {key}"}
        told = _ask(client, {}, SOME) + _ask(client, operator) + _reasons(settings)
        whole = client.get("/api/v1/needs", headers=operator)
        postgresql.drop_database(postgres_url)
        broken = client.get("/api/v1/needs", headers=operator)
        told += [broken.text, *_ask(client, operator, SOME)]
    assert (whole.status_code, broken.status_code) == (200, 503)
    logged = capfd.readouterr()
    told += [logged.out, logged.err, caplog.text]
    secrets = (DATABASE, MAIL, ROBOT, key)
    assert [text[:300] for text in told if any(secret in text for secret in secrets)] == []
    figures("secrets of the configuration", secrets=len(secrets), texts=len(told), characters=sum(map(len, told)))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://shuangxu:{DATABASE}@{NOWHERE}/none",
        f"postgresql://shuangxu:{DATABASE}@127.0.0.1:port/none",
        f"postgresql//shuangxu:{DATABASE}@127.0.0.1/none",
        f"oracle://shuangxu:{DATABASE}@127.0.0.1/none",
    ],
)
def test_no_command_prints_the_password_of_a_database_that_it_cannot_reach(url, tmp_path, monkeypatch):
    monkeypatch.setenv("SHUANGXU_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHUANGXU_DATABASE_URL", url)
    done = CliRunner().invoke(cli, ["init"])
    assert done.exit_code == 1
    assert "SHUANGXU_DATABASE_URL" in done.stderr
    assert DATABASE not in done.output + "".join(traceback.format_exception(done.exception))
