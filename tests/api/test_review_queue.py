"""The review queue: who waits longest comes first, and what is taken back has waited all along."""

import pytest

from app.access.rule import API
from app.core.caller import OPERATOR, Role
from app.models import RecordKind
from app.records.queue import review_queue


@pytest.fixture
def queued(client):
    """Titles of the needs of an organisation that wait, in their order, read in parts of a size."""

    def read(organisation, limit=100):
        titles, cursor = [], None
        with client.app.state.database.read() as session:
            while True:
                part = review_queue(session, OPERATOR, list(RecordKind), organisation, cursor, limit)
                titles += [each.title for each in part.records]
                cursor = part.next_cursor
                if cursor is None:
                    return titles

    return read


@pytest.fixture
def handed_in(client, account, create):
    """Three needs of an enterprise that wait, the headers of its member, and its id."""
    one, headers = account(Role.ENTERPRISE)
    name = client.get(f"{API}/organisations/{one.organisation_id}", headers=headers).json()["name"]
    needs = [create("needs", organisation=name, title=f"排队第{number}项", status="submitted") for number in range(3)]
    return needs, headers, one.organisation_id


def _send(client, method, need, headers, suffix="", **body):
    path = f"{API}/needs/{need['id']}"
    version = client.get(path, headers=headers).headers["ETag"]
    answer = client.request(method, path + suffix, json=body, headers=headers | {"If-Match": version})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_was_handed_in_again_waits_behind_the_others(client, operator, handed_in, queued):
    needs, member, organisation = handed_in
    titles = [each["title"] for each in needs]
    assert queued(organisation) == titles
    _send(client, "POST", needs[0], operator, "/review", decision="return", reason="请补充指标")
    again = _send(client, "PATCH", needs[0], member, status="submitted", indicators="细度≥80%")
    assert again["review_note"] == "请补充指标"  # the reviewer sees what was asked for
    for limit in (1, 2, 100):
        assert queued(organisation, limit) == [*titles[1:], titles[0]]
    # What is only corrected while it waits keeps its place.
    _send(client, "PATCH", needs[1], member, indicators="细度≥70%")
    assert queued(organisation)[0] == titles[1]
    page = client.get("/admin/review", params={"organisation": organisation}, headers=operator).text
    assert [page.index(f"选中 {title}") for title in (titles[1], titles[2], titles[0])] == sorted(
        page.index(f"选中 {title}") for title in titles
    )


@pytest.mark.parametrize("decision", ["return", "publish"])
def test_a_review_that_is_taken_back_leaves_no_reason_and_no_later_place(client, operator, handed_in, queued, decision):
    needs, _, organisation = handed_in
    before = queued(organisation)
    _send(client, "POST", needs[0], operator, "/review", decision=decision, reason="退错了")
    assert _send(client, "PATCH", needs[0], operator, status="submitted")["review_note"] == ""
    assert queued(organisation) == before


@pytest.mark.parametrize("place", ["f" * 14 + "-0", "00000000000000-0", "x", "0" * 32, "-"])
def test_a_made_up_place_is_a_page_or_refused(client, operator, place):
    assert client.get("/admin/review", params={"cursor": place}, headers=operator).status_code in {200, 422}
