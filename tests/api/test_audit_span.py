"""Words in what was changed are looked for in the last 90 days, unless days or an object are given."""

from datetime import timedelta

import pytest

from app.audit.parameters import SEARCHED_DAYS
from app.core.city_time import today
from app.models import AuditEntry
from app.models.base import now

AUDIT = "/api/v1/audit"
OLD = now() - timedelta(days=SEARCHED_DAYS + 2)


@pytest.fixture(scope="module")
def old(client):
    with client.app.state.database.write() as session:
        entry = AuditEntry(
            number=10_000, at=OLD, actor="operator", role="admin", address="", action="needs.change",
            object_kind="needs", object_id="0" * 32, before={"title": "很久以前的浮选药剂"}, after={"title": "改名"},
            previous_hash="", hash="",
        )  # fmt: skip
        session.add(entry)
    return entry


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "浮选药剂"}, 0),
        ({"q": "浮选药剂", "since": str(OLD.date() - timedelta(days=1))}, 1),
        ({"q": "浮选药剂", "until": str(today())}, 1),
        ({"q": "浮选药剂", "object_kind": "needs", "object_id": "0" * 32}, 1),
        ({"action": "needs.change"}, 1),
    ],
)
def test_old_entries_are_found_when_days_are_given(client, operator, old, query, found):
    items = client.get(AUDIT, params=query, headers=operator).json()["items"]
    assert sum(each["number"] == old.number for each in items) == found
    page = client.get("/admin/audit", params=query, headers=operator).text
    assert ("没有填日期" in page) == (found == 0)
