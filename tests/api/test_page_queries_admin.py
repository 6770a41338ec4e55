"""Pages about people cost the same for few rows and many; what they show of the audit log is in words."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.audit.schemas import AuditEntryOut
from app.core.caller import Role
from app.models import Account, Assignment, OrganisationKind
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.web.audit_words import action_word, values

_CHINESE = re.compile(r"[\u4e00-\u9fff ：API]+")


@pytest.fixture(scope="module")
def database(client):
    return client.app.state.database


@pytest.fixture(scope="module")
def people(database):
    """Make liaisons with duties, members and their organisations."""

    def made(count):
        with database.write() as session:
            for number in range(count):
                stamp = f"{now().timestamp()}-{number}"
                owner = OrganisationRepository(session).ensure(f"云澜{stamp}企业（示例）", OrganisationKind.ENTERPRISE)
                liaison = Account(email=f"l{stamp}@example.cn", name="情报员", role=Role.LIAISON)
                session.add(liaison)
                session.flush()
                member = Account(email=f"m{stamp}@example.cn", name="成员", role=Role.ENTERPRISE)
                member.organisation_id = owner.id
                session.add_all([member, Assignment(liaison_id=liaison.id, organisation_id=owner.id)])
            session.flush()
            return owner.id, liaison.id

    return made


# Two of each are for who asks: the key with its account, and the account with its organisation.
PAGES = {
    "/account": 5,
    "/admin/organisations": 3,
    "/admin/organisations/options?q=云澜": 3,
    "/admin/organisations/{organisation}": 7,
    "/admin/organisations/{organisation}/edit": 3,
    "/admin/accounts": 3,
    "/admin/accounts/{liaison}": 4,
    "/admin/roster": 4,
    "/admin/roster/{liaison}": 6,
    "/admin/codes": 7,  # nothing is imported, so the shipped levels are looked up
    "/admin/audit": 4,
    "/admin/audit/1": 4,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_the_same_for_few_rows_and_many(client, account, people, queries, path):
    _, headers = account(Role.ADMIN)
    client.get("/account", headers=headers)  # its first use is written down
    counts = []
    for many in (1, 12):
        organisation, liaison = people(many)
        address = path.format(organisation=organisation, liaison=liaison)
        queries.clear()
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, answer.text
        counts.append(len(queries))
    assert counts == [PAGES[path]] * 2, "\n".join(queries)


def test_accounts_are_narrowed_by_state_organisation_and_words(client, operator, account):
    person, _ = account(Role.ENTERPRISE, unit="处所独特的园区", disabled_at=now() - timedelta(days=1))

    def found(**query):
        items = client.get("/api/v1/accounts", params={"limit": 100, **query}, headers=operator).json()["items"]
        return [each["id"] for each in items]

    assert found(q="独特", state="disabled") == [person.id]
    assert found(q=person.email.upper()) == [person.id]
    assert found(q="独特", state="active") == found(q="独特", state="invited") == []
    assert found(organisation=person.organisation_id) == [person.id]
    shown = client.get(f"/api/v1/accounts/{person.id}", headers=operator).json()
    assert shown["state"] == "disabled"


def test_short_names_and_credit_codes_find_an_organisation_for_staff_alone(client, operator, account, database):
    with database.write() as session:
        made = OrganisationRepository(session).ensure("云澜有简称的大学（示例）", OrganisationKind.UNIVERSITY)
        made.aliases, made.credit_code = ["简称某大"], "12140000MB0TEST00X"
        session.flush()
        id = made.id

    def found(text, headers):
        answer = client.get("/api/v1/organisations", params={"q": text}, headers=headers)
        return [each["id"] for each in answer.json()["items"]]

    _, expert = account(Role.EXPERT)
    for text in ("简称某大", "12140000mb"):
        assert found(text, operator) == [id]
        assert found(text, expert) == []
    assert found("有简称的大学", expert) == [id]


def test_every_action_that_is_written_down_has_words():
    source = "\n".join(file.read_text("utf-8") for file in Path("app").rglob("*.py"))
    actions = set(re.findall(r'Event\(\s*"([a-z_]+\.[a-z_]+)"', source))
    assert len(actions) > 25
    kinds = {"create", "change", "review", "renew", "withdraw", "restore", "import", "export"}
    actions |= {f"{kind}.{verb}" for kind in ("needs", "achievements") for verb in kinds}
    asked = set(re.findall(r'self\._changing\(id, "([a-z]+)"', Path("app/interests/service.py").read_text("utf-8")))
    actions |= {f"interests.{verb}" for verb in asked | {"create", "disclose"}}
    actions |= {f"organisation.{verb}" for verb in ("create", "change", "verify")}
    assert {action: action_word(action) for action in actions if not _CHINESE.fullmatch(action_word(action))} == {}


def test_values_of_an_entry_are_said_in_words(client, operator, create):
    record = create("needs")
    found = client.get(
        "/api/v1/audit", params={"object_id": record["id"], "action": "needs.create"}, headers=operator
    ).json()["items"][0]
    shown = values(AuditEntryOut.model_validate(found))
    assert {"需求名称": record["title"], "可见范围": "公开", "状态": "已发布"}.items() <= {
        each.name: each.after for each in shown
    }.items()
    assert [each.before for each in shown] == [None] * len(shown)


def _cells(answer):
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_lists_leave_as_workbooks_with_what_their_reader_may_see_and_that_is_logged(client, operator, account):
    manager, headers = account(Role.UNIVERSITY, manages_organisation=True, unit="处所某某系")
    stranger, _ = account(Role.UNIVERSITY)
    rows = _cells(client.get("/api/v1/accounts.xlsx", headers=headers))
    assert [row[1] for row in rows[1:]] == [manager.email]
    assert stranger.email in [row[1] for row in _cells(client.get("/api/v1/accounts.xlsx", headers=operator))]
    name = client.get(f"/api/v1/organisations/{manager.organisation_id}", headers=operator).json()["name"]
    wanted = {"q": name, "kind": "university"}
    assert [
        row[:2] for row in _cells(client.get("/api/v1/organisations.xlsx", params=wanted, headers=operator))[1:]
    ] == [[name, "高校院所"]]
    last = client.get("/api/v1/audit", params={"action": "organisation.export"}, headers=operator).json()["items"][0]
    assert last["after"] == wanted
    assert client.get("/api/v1/accounts.xlsx", headers=account(Role.ENTERPRISE)[1]).status_code == 403
