"""What a request does in several places it does at once, or not at all: its last step fails, and nothing is left."""

import pytest
from sqlalchemy import event, select

from app.core.caller import Role
from app.models.base import Base

ENTERPRISE, UNIVERSITY = "云澜沉潭铸造有限公司（示例）", "云澜沉潭大学（示例）"
# When a key was last used is kept beside what it is used for.
_BESIDE = {"api_keys"}


class _DiskFull(Exception):
    """What the database answers to the last step."""


@pytest.fixture(scope="module")
def people(account):
    roles = {"enterprise": (Role.ENTERPRISE, ENTERPRISE), "university": (Role.UNIVERSITY, UNIVERSITY)}
    made = {name: account(*asked)[1] for name, asked in roles.items()}
    return made | {"liaison": account(Role.LIAISON)[1]}


@pytest.fixture
def pair(create, people):
    need, achievement = create("needs", organisation=ENTERPRISE), create("achievements", organisation=UNIVERSITY)
    return {"need_id": need["id"], "achievement_id": achievement["id"]}


@pytest.fixture
def post(client, people):
    def sent(path, who, **body):
        answer = client.post(f"/api/v1{path}", json=body, headers=people[who])
        return answer.json() if answer.is_success else answer.status_code

    return sent


@pytest.fixture
def failing(client):
    """Let the database refuse to seal an entry of the audit log, the last thing that is written."""
    engine, listening = client.app.state.database.engine, []

    def begin(action):
        def refuse(_, __, statement, parameters, *___):
            if "INSERT INTO audit_entries" in statement and action in str(parameters):
                raise _DiskFull

        event.listen(engine, "before_cursor_execute", refuse)
        listening.append(refuse)

    yield begin
    for each in listening:
        event.remove(engine, "before_cursor_execute", each)


@pytest.fixture
def failing_commit(client):
    """Let the database refuse the commit of what writes to a table."""
    engine, listening = client.app.state.database.engine, []

    def begin(table):
        def notice(connection, _, statement, *__):
            if f"INSERT INTO {table} " in statement:
                connection.info["refused"] = True

        def refuse(connection):
            if connection.info.pop("refused", False):
                raise _DiskFull

        for each in (("before_cursor_execute", notice), ("commit", refuse)):
            event.listen(engine, *each)
            listening.append(each)

    yield begin
    for each in listening:
        event.remove(engine, *each)


@pytest.fixture
def everything(client):
    """Return every row of every table."""

    def rows():
        with client.app.state.database.read() as session:
            tables = {each.name: each for each in Base.metadata.sorted_tables if each.name not in _BESIDE}
            return {name: sorted(map(repr, session.execute(select(each)))) for name, each in tables.items()}

    return rows


@pytest.fixture
def on_disk(seeded_settings):
    """Return the names of the files that are kept beside the database."""
    folders = {"docking_files": seeded_settings.docking_files_dir, "channels": seeded_settings.data_dir / "channels"}
    return lambda noun: {each.name for each in folders[noun].iterdir()} if folders[noun].exists() else set()


def _added(before, after):
    return {name for name, rows in after.items() if rows != before[name]}


@pytest.mark.parametrize("last", ["interests.consent", "docking.open", "docking.agree"])
def test_an_agreement_and_the_docking_that_it_opens_are_one_commit(post, pair, failing, everything, last):
    id = post("/interests", "enterprise", **pair)["id"]
    post(f"/interests/{id}/forward", "liaison")
    before = everything()
    failing(last)
    assert post(f"/interests/{id}/consent", "university") == 500
    assert _added(before, everything()) == set()


def test_a_docking_that_is_closed_and_what_is_told_of_it_are_one_commit(post, pair, failing, everything):
    id = post("/dockings", "liaison", **pair)["id"]
    before = everything()
    failing("docking.close")
    assert post(f"/dockings/{id}/close", "liaison", reason="price") == 500
    assert _added(before, everything()) == set()


def test_a_file_whose_row_is_not_committed_is_gone(client, people, post, pair, failing_commit, everything, on_disk):
    id = post("/dockings", "liaison", **pair)["id"]
    path, files = f"/api/v1/dockings/{id}/files", {"file": ("报告.pdf", b"%PDF-1.7\nexample")}
    kept = client.post(path, files=files, headers=people["liaison"])
    assert kept.status_code == 201
    before, there = everything(), on_disk("docking_files")
    assert len(there) == 1
    failing_commit("docking_files")
    assert client.post(path, files=files, headers=people["liaison"]).status_code == 500
    assert (_added(before, everything()), on_disk("docking_files")) == (set(), there)


def test_a_file_whose_removal_is_not_committed_stays(client, people, post, pair, failing, on_disk):
    id = post("/dockings", "liaison", **pair)["id"]
    path, files = f"/api/v1/dockings/{id}/files", {"file": ("报告.pdf", b"%PDF-1.7\nexample")}
    made = client.post(path, files=files, headers=people["liaison"]).json()["id"]
    there = on_disk("docking_files")
    failing("docking.detach")
    assert client.delete(f"{path}/{made}", headers=people["liaison"]).status_code == 500
    assert on_disk("docking_files") == there
    assert client.get(f"{path}/{made}", headers=people["liaison"]).content == b"%PDF-1.7\nexample"


def test_a_package_that_is_not_committed_leaves_no_file(post, create, failing_commit, everything, on_disk):
    create("needs", chains=["沉潭链（示例）"], organisation=ENTERPRISE)
    fields = {"name": "沉潭平台（示例）", "kind": "needs", "selection": {"chains": ["沉潭链（示例）"]}}
    columns = [{"target": "编号", "source": "code"}, {"target": "标题", "source": "title"}]
    id = post("/channels", "liaison", columns=columns, **fields)["id"]
    before = everything()
    failing_commit("channel_packages")
    assert post(f"/channels/{id}/packages", "liaison") == 500
    assert (_added(before, everything()), on_disk("channels")) == (set(), set())


def test_without_the_failure_all_of_it_is_written(post, pair, everything):
    id = post("/interests", "enterprise", **pair)["id"]
    post(f"/interests/{id}/forward", "liaison")
    before = everything()
    post(f"/interests/{id}/consent", "university")
    agreed = everything()
    assert _added(before, agreed) == {"interests", "dockings", "docking_events", "audit_entries"}
    docking = post("/dockings", "liaison", **pair)["id"]
    assert everything() == agreed, "it is open already"
    post(f"/dockings/{docking}/close", "liaison", reason="price")
    closed = _added(agreed, everything())
    assert closed >= {"dockings", "docking_events", "judgements", "notices", "audit_entries"}
