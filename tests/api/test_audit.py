"""The audit log: what it keeps, who reads it, and that tampering is found and located."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from app.audit.export import read_lines
from app.audit.log import Event, append, entry_hash
from app.audit.verification import Fault, verify_entries
from app.core.caller import OPERATOR, Role
from app.core.city_time import today
from app.models import AuditEntry

AUDIT = "/api/v1/audit"


@pytest.fixture
def services(client):
    services = client.app.state.services
    with services.database.write() as session:
        append(session, OPERATOR, [Event("test.write", "test", str(number), None, {"值": 1.5}) for number in range(10)])
    return services


@pytest.fixture
def log(client, operator):
    def read(**query):
        answer = client.get(AUDIT, params={"limit": 100} | query, headers=operator)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    return read


def test_a_change_is_kept_with_who_when_whence_before_and_after(client, account, create, log):
    made = create("needs", title="抑尘剂喷洒的配比")
    liaison, headers = account(Role.LIAISON)
    version = {"If-Match": f'"{made["version"]}"'}
    client.patch(f"/api/v1/needs/{made['id']}", json={"title": "抑尘剂喷洒的浓度"}, headers=headers | version)
    change, creation = log(object_id=made["id"])
    assert (change["action"], creation["action"]) == ("needs.change", "needs.create")
    assert (change["actor"], change["account_id"], change["role"]) == (liaison.email, liaison.id, "liaison")
    assert change["address"] == "testclient"
    assert change["at"].startswith(today().isoformat())
    assert change["before"]["title"] == "抑尘剂喷洒的配比"
    assert change["after"]["title"] == "抑尘剂喷洒的浓度"
    assert creation["before"] is None


def test_it_is_searched(account, create, log):
    liaison, _ = account(Role.LIAISON)
    made = create("needs", title="雾炮降尘的水压100%_")
    assert [each["object_id"] for each in log(q="雾炮降尘的水压100%_")] == [made["id"]]
    assert log(q="雾炮降尘的水压100%%") == []
    assert {each["action"] for each in log(action="needs")} >= {"needs.create"}
    assert log(action="need") == []
    assert {each["object_kind"] for each in log(object_kind="needs")} == {"needs"}
    assert log(actor=liaison.email) == []
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert log(since=tomorrow) == []
    assert log(until=today().isoformat(), since=today().isoformat())


def test_it_is_read_in_pages_without_a_gap(client, operator):
    numbers, cursor = [], None
    while True:
        page = client.get(AUDIT, params={"limit": 7} | ({"cursor": cursor} if cursor else {}), headers=operator).json()
        numbers += [each["number"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(numbers) > 14


def test_a_cursor_that_is_none_is_refused(client, operator, refused):
    refused(client.get(AUDIT, params={"cursor": "²"}, headers=operator), 422)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.ANYBODY}])
def test_only_administrators_read_it(client, account, refused, role):
    _, headers = account(role)
    for path in (AUDIT, f"{AUDIT}/export.jsonl", f"{AUDIT}/export.xlsx"):
        refused(client.get(path, headers=headers), 403)


def test_an_export_is_logged_and_can_be_verified_again(client, operator, log, tmp_path):
    file = tmp_path / "audit.jsonl"
    file.write_bytes(client.get(f"{AUDIT}/export.jsonl", headers=operator).content)
    result = verify_entries(read_lines(file))
    assert (result.intact, result.entries) == (True, log()[0]["number"])
    assert log()[0]["action"] == "audit.export"
    part = tmp_path / "part.jsonl"
    part.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[5:9]), "utf-8")
    assert verify_entries(read_lines(part), whole=False).intact
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows[3]["actor"] = "别人"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert [(each.number, each.fault) for each in verify_entries(read_lines(file)).findings] == [(4, Fault.CHANGED)]


def test_the_workbook_holds_text_that_no_program_runs(client, operator, create):
    made = create("needs", title="=HYPERLINK(1)抑尘", description='=cmd|"/c calc"!A1 抑尘')
    answer = client.get(f"{AUDIT}/export.xlsx", params={"object_id": made["id"]}, headers=operator)
    header, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert header[:3] == ["序号", "时间", "操作人"]
    assert any("=HYPERLINK(1)抑尘" in str(cell) for cell in row)


@pytest.mark.parametrize(
    "change", [update(AuditEntry).values(actor="别人"), delete(AuditEntry)], ids=["update", "delete"]
)
def test_the_database_refuses_to_change_it(services, change):
    with pytest.raises(DBAPIError, match="append-only"), services.database.write() as session:
        session.execute(change.where(AuditEntry.number == 1))


@pytest.fixture
def tamper(services):
    """Let somebody who owns the database file change the log; afterwards it is as before."""
    database = services.database
    engine = database.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        names = (
            connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'")
            ).all()
            if sqlite
            else []
        )
        rows = [dict(row) for row in connection.execute(AuditEntry.__table__.select()).mappings()]

    def freely(*statements):
        with engine.begin() as connection:
            if sqlite:
                for name, _ in names:
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
            for statement in statements:
                if isinstance(statement, tuple):
                    connection.execute(*statement)
                else:
                    connection.execute(statement)
            if sqlite:
                for _, sql in names:
                    connection.execute(text(sql))
            else:
                connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER ALL"))

    yield freely
    freely(delete(AuditEntry), (insert(AuditEntry), rows))


def _verified(services, known=None):
    with services.database.read() as session:
        return services.audit.verify(session, OPERATOR, known)


def _findings(services, known=None):
    return [(each.number, each.fault) for each in _verified(services, known).findings]


def test_an_untouched_log_is_intact(services):
    result = _verified(services)
    assert (result.intact, result.entries > 10) == (True, True)
    assert _verified(services, result.head).intact


@pytest.mark.parametrize(
    "values",
    [{"actor": "别人"}, {"before": {"title": "改"}}, {"after": None}, {"address": "10.0.0.1"}, {"object_id": "x"}],
    ids=str,
)
def test_a_changed_entry_is_located(services, tamper, values):
    tamper(update(AuditEntry).where(AuditEntry.number == 6).values(**values))
    assert _findings(services) == [(6, Fault.CHANGED)]


def test_an_entry_moved_in_time_is_located(services, tamper):
    tamper(text("UPDATE audit_entries SET at = '2020-01-01 00:00:00.000000' WHERE number = 3"))
    assert _findings(services) == [(3, Fault.CHANGED)]


def test_a_deleted_entry_is_located(services, tamper):
    tamper(delete(AuditEntry).where(AuditEntry.number == 5))
    assert _findings(services) == [(6, Fault.MISSING)]


def test_a_deleted_entry_whose_gap_was_closed_is_located(services, tamper):
    last = _verified(services).head[0]
    tamper(
        delete(AuditEntry).where(AuditEntry.number == last - 2),
        update(AuditEntry).where(AuditEntry.number == last - 1).values(number=last - 2),
        update(AuditEntry).where(AuditEntry.number == last).values(number=last - 1),
    )
    found = _findings(services)
    assert (last - 2, Fault.BROKEN_LINK) in found


def test_an_entry_sealed_anew_breaks_the_link_after_it(services, tamper):
    with services.database.read() as session:
        entry = session.get(AuditEntry, 6)
        row = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
    row["actor"] = "别人"
    tamper(update(AuditEntry).where(AuditEntry.number == 6).values(actor="别人", hash=entry_hash(row)))
    assert _findings(services) == [(7, Fault.BROKEN_LINK)]


def test_a_log_cut_short_is_noticed_by_the_head_that_was_kept(services, tamper):
    head = _verified(services).head
    tamper(delete(AuditEntry).where(AuditEntry.number == head[0]))
    assert _findings(services) == []
    assert _findings(services, head) == [(head[0], Fault.OTHER_HEAD)]


def test_a_log_written_anew_is_noticed_by_the_head_that_was_kept(services, tamper):
    head = _verified(services).head
    assert _findings(services, (head[0], "f" * 64)) == [(head[0], Fault.OTHER_HEAD)]


def test_writers_at_the_same_moment_make_one_chain(services):
    before = _verified(services).entries

    def write(number):
        with services.database.write() as session:
            append(session, OPERATOR, [Event("test.write", "test", str(number)), Event("test.write", "test", "又")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    result = _verified(services)
    assert (result.intact, result.entries) == (True, before + 80)


def test_what_failed_leaves_no_entry(services):
    before = _verified(services).entries

    def fail():
        with services.database.write() as session:
            append(session, OPERATOR, [Event("test.fail", "test", "1")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert _verified(services).entries == before
