"""Passwords take long to compare and hash: nobody waits for that, and what changed meanwhile counts."""

from dataclasses import replace

import pyotp
import pysqlite3.dbapi2
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.identification import caller_of
from app.core.caller import ANYBODY, Role
from app.core.database import Overtaken
from app.core.errors import Unauthenticated
from app.models import Account, AuditEntry, SignInSession
from tests.asking import written

PASSWORD, NEW = "三月 煤矸石 船闸 9 蓝", "另一句话 8 青山 码头"
HERE = {"Origin": "https://testserver"}


@pytest.fixture(scope="module")
def database(client):
    return client.app.state.database


@pytest.fixture(scope="module")
def accounts(client):
    return client.app.state.services.accounts


@pytest.fixture(scope="module")
def sign_in(client):
    return client.app.state.services.sign_in


@pytest.fixture
def person(account, database):
    one, _ = account(Role.LIAISON)
    with database.write() as session:
        session.get(Account, one.id).password_hash = passwords.hash_password(PASSWORD)
    return one


@pytest.fixture
def free(database, monkeypatch):
    """Try to write, from outside, whenever a password is compared or hashed; return how often that was."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    times = []

    def write():
        connection = pysqlite3.dbapi2.connect(database.url.database, timeout=0.5, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")  # fails where a transaction that writes is open
        connection.execute("ROLLBACK")
        connection.close()
        times.append(1)

    class Watched:
        def hash(self, password):
            write()
            return cheap.hash(password)

        def verify(self, password, hash):
            write()
            return cheap.verify(password, hash)

    monkeypatch.setattr(passwords, "_hasher", Watched)
    return times


def test_nobody_waits_while_a_password_is_compared_or_hashed(client, operator, person, free):
    sent = {"email": person.email, "password": PASSWORD}
    assert (
        client.post("/api/v1/sessions", json=sent | {"password": "不对的密码 12345"}, headers=HERE).status_code == 401
    )
    answer = client.post("/api/v1/sessions", json=sent, headers=HERE)
    assert answer.status_code == 201
    browser = {"Cookie": answer.headers["set-cookie"].partition(";")[0], **HERE}
    client.cookies.clear()
    change = {"present": PASSWORD, "password": NEW}
    assert client.put("/api/v1/me/password", json=change, headers=browser).status_code == 204
    secret = client.post("/api/v1/me/totp", headers=browser).json()["secret"]
    client.put("/api/v1/me/totp", json={"code": pyotp.TOTP(secret).now()}, headers=browser)
    assert client.request("DELETE", "/api/v1/me/totp", json={"present": NEW}, headers=browser).status_code == 204
    token = client.post(f"/api/v1/accounts/{person.id}/reset", headers=operator).json()["token"]
    assert client.post("/api/v1/passwords", json={"token": token, "password": PASSWORD}).status_code == 204
    assert len(free) == 6


def test_a_password_that_was_changed_while_it_was_compared_opens_no_session(database, sign_in, person):
    with database.read() as session:
        attempt = sign_in.verify(session, person.email, PASSWORD)
    assert attempt.right
    with database.write() as session:
        session.get(Account, person.id).password_hash = passwords.hash_password(NEW)
    with pytest.raises(Overtaken):
        written(database, sign_in.open, attempt, None, "", ANYBODY)
    with database.read() as session:
        assert session.scalars(select(SignInSession).where(SignInSession.account_id == person.id)).all() == []


def test_a_proof_of_another_password_counts_no_more(database, accounts, person):
    caller = caller_of(person, "")
    with database.read() as session:
        new = accounts.prepare_password(session, PASSWORD, NEW, caller)
        proved = accounts.prove(session, PASSWORD, caller)
    written(database, accounts.change_password, new, caller)
    for call, given in ((accounts.change_password, new), (accounts.end_totp, proved)):
        with pytest.raises(Overtaken):
            written(database, call, given, caller)


def test_a_refusal_is_returned_so_that_its_count_and_entry_stay(database, sign_in, person):
    caller = replace(ANYBODY, address="10.1.2.3")
    with database.read() as session:
        attempt = sign_in.verify(session, person.email, "不对的密码 12345")
    assert isinstance(written(database, sign_in.open, attempt, None, "", caller), Unauthenticated)
    with database.read() as session:
        assert session.get(Account, person.id).failed_attempts == 1
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.action, entry.object_id, entry.actor, entry.address) == ("session.refuse", person.id, "", "10.1.2.3")
