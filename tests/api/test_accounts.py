"""Accounts, signing in, sessions, second factors and keys."""

import itertools
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.identification import IDLE
from app.accounts.lockout import ATTEMPTS
from app.core.caller import Role
from app.models import Account, AuditEntry, OrganisationKind, SignInSession
from app.models.base import now
from app.organisations.repository import OrganisationRepository

PASSWORD = "三月 煤矸石 船闸 9 蓝"
HERE = {"Origin": "https://testserver"}
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def database(client):
    return client.app.state.database


@pytest.fixture(autouse=True)
def _no_cookies(client):
    """Browsers of other tests are other browsers."""
    yield
    client.cookies.clear()


@pytest.fixture(scope="module")
def organisation(database):
    def made(kind, name=None):
        with database.write() as session:
            return OrganisationRepository(session).ensure(name or f"登录测试{next(_numbers)}单位", kind).id

    return made


@pytest.fixture
def invited(client, operator):
    def made(role="liaison", headers=None, **fields):
        sent = {"email": f"someone{next(_numbers)}@example.cn", "name": "某人", "role": role, **fields}
        answer = client.post("/api/v1/accounts", json=sent, headers=headers or operator)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def with_password(client, invited):
    def made(**fields):
        account = invited(**fields)
        sent = {"token": account["invitation"], "password": PASSWORD}
        assert client.post("/api/v1/passwords", json=sent).status_code == 204
        return account

    return made


def _sign_in(client, account, password=PASSWORD, **more):
    client.app.state.services.sign_in._throttle.__init__()
    return client.post("/api/v1/sessions", json={"email": account["email"], "password": password, **more}, headers=HERE)


def _signed_in(client, account, **more):
    """Sign in as a browser over HTTPS would; return the headers that send its cookie."""
    answer = _sign_in(client, account, **more)
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0], **HERE}


def test_who_is_invited_sets_a_password_and_signs_in(client, with_password, refused):
    account = with_password()
    answer = _sign_in(client, account)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-shuangxu=sxs_")
    for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert word.lower() in cookie.lower()
    client.cookies.clear()
    me = client.get("/api/v1/me", headers={"Cookie": cookie.partition(";")[0]}).json()
    assert (me["role"], me["account"]["email"]) == ("liaison", account["email"])
    again = {"token": account["invitation"], "password": PASSWORD}
    refused(client.post("/api/v1/passwords", json=again), 422, "token")


def test_a_token_runs_out(client, invited, refused, database):
    account = invited()
    with database.write() as session:
        session.execute(SignInSession.metadata.tables["account_tokens"].update().values(expires_at=now()))
    refused(client.post("/api/v1/passwords", json={"token": account["invitation"], "password": PASSWORD}), 422, "token")


@pytest.mark.parametrize("password", ["短", "1" * 20, "abababababababab", "my-password-2026", "someone-liaison"])
def test_a_password_that_is_easily_guessed_is_refused(client, invited, refused, password):
    account = invited(email=f"someone-liaison{next(_numbers)}@example.cn".replace("liaison", "liaison", 1))
    weak = account["email"].partition("@")[0] if password == "someone-liaison" else password
    sent = {"token": account["invitation"], "password": weak}
    refused(client.post("/api/v1/passwords", json=sent), 422, "password")


def test_nobody_learns_which_addresses_have_an_account(client, with_password, operator, database, monkeypatch):
    known, disabled, locked = with_password(), with_password(), with_password()
    version = {"If-Match": f'"{disabled["version"]}"'}
    path = f"/api/v1/accounts/{disabled['id']}"
    assert client.patch(path, json={"disabled": True}, headers=operator | version).status_code == 200
    with database.write() as session:
        session.get(Account, locked["id"]).locked_until = now() + timedelta(minutes=5)
    verified = []
    monkeypatch.setattr(
        "app.accounts.sign_in.verify_password", lambda *args: verified.append(args) or passwords.verify_password(*args)
    )
    with database.read() as session:
        entries = session.query(AuditEntry).count()
    answers = [
        _sign_in(client, {"email": "nobody@example.cn"}),
        _sign_in(client, known, "不是这个密码 12345"),
        _sign_in(client, disabled),
        _sign_in(client, locked),
    ]
    assert len({answer.content for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {401}
    # The same steps, so the same time: a verification and an entry of the audit log each.
    assert len(verified) == len(answers)
    with database.read() as session:
        assert session.query(AuditEntry).count() == entries + len(answers)


def test_wrong_passwords_in_a_row_lock_the_account(client, with_password):
    account = with_password()
    for _ in range(ATTEMPTS):
        assert _sign_in(client, account, "不是这个密码 12345").status_code == 401
    assert _sign_in(client, account).status_code == 401
    assert _sign_in(client, with_password()).status_code == 201


def test_too_many_attempts_have_to_wait(client, with_password, refused):
    account = with_password()
    _sign_in(client, account)
    sent = {"email": account["email"], "password": PASSWORD}
    answers = [client.post("/api/v1/sessions", json=sent, headers=HERE) for _ in range(11)]
    refused(answers[-1], 429)
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61
    client.app.state.services.sign_in._throttle.__init__()


def test_a_second_factor_is_asked_for_and_its_codes_count_once(client, with_password, refused):
    account = with_password()
    browser = _signed_in(client, account)
    secret = client.post("/api/v1/me/totp", headers=browser).json()["secret"]
    refused(client.put("/api/v1/me/totp", json={"code": "000000x"}, headers=browser), 422, "code")
    code = pyotp.TOTP(secret).now()
    assert client.put("/api/v1/me/totp", json={"code": code}, headers=browser).status_code == 204
    assert refused(_sign_in(client, account), 401)["code"] == "totp_required"
    assert _sign_in(client, account, code=code).status_code == 401  # taken already
    later = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    assert _sign_in(client, account, code=later).status_code == 201
    refused(client.request("DELETE", "/api/v1/me/totp", json={"present": "不对的密码 123"}, headers=browser), 422)
    ended = client.request("DELETE", "/api/v1/me/totp", json={"present": PASSWORD}, headers=browser)
    assert ended.status_code == 204
    assert _sign_in(client, account).status_code == 201


def test_sessions_are_listed_and_ended(client, with_password):
    account = with_password()
    first, second = _signed_in(client, account), _signed_in(client, account)
    items = client.get("/api/v1/sessions", headers=first).json()["items"]
    assert len(items) == 2
    (other,) = [each["id"] for each in items if not each["current"]]
    assert client.delete(f"/api/v1/sessions/{other}", headers=first).status_code == 204
    assert client.get("/api/v1/me", headers=second).status_code == 401
    assert client.delete("/api/v1/sessions/current", headers=first).status_code == 204
    assert client.get("/api/v1/me", headers=first).status_code == 401


def test_another_persons_session_cannot_be_ended(client, with_password):
    mine, theirs = _signed_in(client, with_password()), _signed_in(client, with_password())
    (session,) = client.get("/api/v1/sessions", headers=theirs).json()["items"]
    assert client.delete(f"/api/v1/sessions/{session['id']}", headers=mine).status_code == 404
    assert client.get("/api/v1/me", headers=theirs).status_code == 200


def test_an_idle_session_ends_and_public_pages_go_on(client, with_password, database):
    account = with_password()
    browser = _signed_in(client, account)
    with database.write() as session:
        for each in session.scalars(select(SignInSession).where(SignInSession.account_id == account["id"])):
            each.last_seen_at = now() - IDLE
    assert client.get("/api/v1/me", headers=browser).status_code == 401
    assert client.get("/api/v1/needs", headers=browser).status_code == 200


@pytest.mark.parametrize(
    ("told", "passes"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://testserver"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "https://testserver"}, True),
    ],
)
def test_another_site_cannot_make_a_browser_write(client, with_password, told, passes):
    cookie = {"Cookie": _signed_in(client, with_password())["Cookie"]}
    answer = client.post("/api/v1/me/totp", headers=cookie | told)
    assert answer.status_code == (201 if passes else 403)
    assert client.get("/api/v1/me", headers=cookie | told).status_code == 200


def test_another_site_cannot_sign_a_browser_in(client, with_password, refused):
    sent = {"email": with_password()["email"], "password": PASSWORD}
    refused(client.post("/api/v1/sessions", json=sent, headers={"Origin": "https://evil.example"}), 403)


def test_a_changed_password_ends_other_sessions(client, with_password, refused):
    account = with_password()
    first, second = _signed_in(client, account), _signed_in(client, account)
    wrong = {"present": "不对的密码 12345", "password": "另一句话 8 青山 码头"}
    refused(client.put("/api/v1/me/password", json=wrong, headers=first), 422, "present")
    right = wrong | {"present": PASSWORD}
    assert client.put("/api/v1/me/password", json=right, headers=first).status_code == 204
    assert client.get("/api/v1/me", headers=first).status_code == 200
    assert client.get("/api/v1/me", headers=second).status_code == 401
    assert _sign_in(client, account).status_code == 401


def test_a_disabled_account_can_do_nothing_at_once(client, with_password, operator, refused):
    account = with_password()
    browser = _signed_in(client, account)
    key = client.post("/api/v1/keys", json={"name": "机器"}, headers=browser).json()["key"]
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    path = f"/api/v1/accounts/{account['id']}"
    version = client.get(path, headers=operator).headers["etag"]
    assert client.patch(path, json={"disabled": True}, headers=operator | {"If-Match": version}).status_code == 200
    refused(client.get("/api/v1/me", headers=browser), 401)
    refused(client.get("/api/v1/needs", headers=bearer), 401)


def test_a_reset_ends_the_old_password(client, with_password, operator):
    account = with_password()
    browser = _signed_in(client, account)
    token = client.post(f"/api/v1/accounts/{account['id']}/reset", headers=operator).json()["token"]
    assert client.get("/api/v1/me", headers=browser).status_code == 401
    assert _sign_in(client, account).status_code == 401
    new = "重新设定 的 一句话 7"
    assert client.post("/api/v1/passwords", json={"token": token, "password": new}).status_code == 204
    assert _sign_in(client, account, new).status_code == 201


def test_an_organisations_manager_looks_after_its_members_alone(client, account, refused, invited, organisation):
    manager, headers = account(Role.ENTERPRISE, manages_organisation=True)
    plain = account(Role.ENTERPRISE)[1]
    member = invited("enterprise", headers, organisation_id=organisation(OrganisationKind.ENTERPRISE))
    assert member["organisation_id"] == manager.organisation_id  # their own, whatever they ask for
    listed = client.get("/api/v1/accounts", headers=headers).json()["items"]
    assert {each["id"] for each in listed} == {manager.id, member["id"]}
    other = invited("enterprise", organisation_id=organisation(OrganisationKind.ENTERPRISE))
    refused(client.get(f"/api/v1/accounts/{other['id']}", headers=headers), 404)
    refused(client.post(f"/api/v1/accounts/{other['id']}/reset", headers=headers), 404)
    sent = {"email": f"boss{next(_numbers)}@example.cn", "name": "某人", "role": "admin"}
    refused(client.post("/api/v1/accounts", json=sent, headers=headers), 422, "role")
    at = {"If-Match": f'"{member["version"]}"'}
    path = f"/api/v1/accounts/{member['id']}"
    refused(client.patch(path, json={"role": "admin"}, headers=headers | at), 422, "role")
    elsewhere = {"organisation_id": other["organisation_id"]}
    refused(client.patch(path, json=elsewhere, headers=headers | at), 422, "organisation_id")
    refused(client.get("/api/v1/accounts", headers=plain), 403)


def test_a_role_needs_an_organisation_that_fits(client, operator, refused, organisation):
    university = organisation(OrganisationKind.UNIVERSITY)
    for role, id in (("enterprise", None), ("enterprise", university), ("university", None), ("expert", "unknown")):
        sent = {"email": f"x{next(_numbers)}@example.cn", "name": "某人", "role": role, "organisation_id": id}
        refused(client.post("/api/v1/accounts", json=sent, headers=operator), 422, "organisation_id")


def test_the_last_administrator_stays(client, operator, invited, refused):
    admin = invited("admin")
    at = {"If-Match": f'"{admin["version"]}"'}
    path = f"/api/v1/accounts/{admin['id']}"
    refused(client.patch(path, json={"disabled": True}, headers=operator | at), 409)
    invited("admin")
    assert client.patch(path, json={"disabled": True}, headers=operator | at).status_code == 200


def test_an_address_has_one_account_and_changes_need_the_version(client, operator, invited, refused):
    account = invited()
    sent = {"email": account["email"].upper(), "name": "某人", "role": "expert"}
    refused(client.post("/api/v1/accounts", json=sent, headers=operator), 409)
    path = f"/api/v1/accounts/{account['id']}"
    refused(client.patch(path, json={"name": "新"}, headers=operator), 428)
    refused(client.patch(path, json={"name": "新"}, headers=operator | {"If-Match": '"9"'}), 412)


def test_keys_are_told_once_limited_and_revoked(client, account, refused):
    _, headers = account(Role.LIAISON)
    made = client.post("/api/v1/keys", json={"name": "读数", "scopes": ["read"]}, headers=headers).json()
    bearer = {"Authorization": f"Bearer {made['key']}"}
    assert client.get("/api/v1/renewals", headers=bearer).status_code == 200
    refused(client.post("/api/v1/needs", json={}, headers=bearer), 403)
    refused(client.post("/api/v1/keys", json={"name": "更大的"}, headers=bearer), 403)
    listed = client.get("/api/v1/keys", headers=headers)
    assert made["key"] not in listed.text
    (one,) = [each for each in listed.json()["items"] if each["id"] == made["id"]]
    assert one["last_used_at"] is not None
    assert one["last_used_address"]
    other = account(Role.LIAISON)[1]
    refused(client.delete(f"/api/v1/keys/{made['id']}", headers=other), 404)
    assert client.delete(f"/api/v1/keys/{made['id']}", headers=headers).status_code == 204
    refused(client.get("/api/v1/renewals", headers=bearer), 401)


def test_an_expired_key_counts_no_more(client, account, refused):
    headers = account(Role.LIAISON, expires_at=now() - timedelta(seconds=1))[1]
    refused(client.get("/api/v1/needs", headers=headers), 401)


def test_secrets_are_kept_nowhere(client, with_password, database, account, caplog, capfd):
    signed = with_password()
    browser = _signed_in(client, signed)
    made = client.post("/api/v1/keys", json={"name": "机器"}, headers=browser).json()
    secrets = [PASSWORD, signed["invitation"], browser["Cookie"].partition("=")[2], made["key"]]
    with database.read() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'").scalars().all()
        for table in tables:
            text = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()) if table != "vectors" else ""
            assert not [secret for secret in secrets if secret in text], table
    told = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in secrets if secret in told]
