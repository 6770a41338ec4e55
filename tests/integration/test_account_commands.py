"""Commands of accounts: each is one transaction."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli import cli
from app.core.caller import OPERATOR
from app.models import Account, AuditEntry
from tests.asking import sign_in

PASSWORD = "三月 煤矸石 船闸 9 蓝"
ADD = ("account", "add", "new@example.cn", "--role", "liaison", "--password-stdin")


@pytest.fixture
def run(services, monkeypatch):
    monkeypatch.setenv("SHUANGXU_DATA_DIR", str(services.settings.data_dir))

    def invoked(*arguments, given=None):
        return CliRunner().invoke(cli, list(arguments), input=given)

    return invoked


def _kept(services, column, order=None):
    with services.database.read() as session:
        return session.scalars(select(column).order_by(order)).all()


def test_an_account_is_made_with_its_password_or_not_at_all(services, run):
    refused = run(*ADD, given="new-new-new-new\n")
    assert refused.exit_code == 1
    assert "password" in refused.stderr
    assert _kept(services, Account.email) == []
    made = run(*ADD, given=f"{PASSWORD}\n")
    assert (made.exit_code, _kept(services, Account.email)) == (0, ["new@example.cn"])
    assert sign_in(services, "new@example.cn", PASSWORD).account.email == "new@example.cn"
    taken = run(*ADD, given=f"{PASSWORD}\n")
    assert "已有账号" in taken.stderr


def test_an_account_is_disabled_enabled_and_reset(services, run):
    run(*ADD, given=f"{PASSWORD}\n")
    for verb in ("disable", "enable", "reset"):
        assert run("account", verb, "new@example.cn", "--json").exit_code == 0
    assert "shuangxu account add" in run("account", "reset", "nobody@example.cn").stderr
    key = json.loads(run("key", "add", "--account", "new@example.cn", "--name", "机器", "--json").stdout)
    assert run("key", "revoke", key["id"]).exit_code == 0
    assert _kept(services, AuditEntry.action, AuditEntry.number) == [
        "account.create", "account.set_password", "account.change", "account.change", "account.reset",
        "key.create", "key.revoke",
    ]  # fmt: skip
    assert set(_kept(services, AuditEntry.actor)) == {OPERATOR.name}
