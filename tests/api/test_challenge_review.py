"""The experts' review: one ballot each, none of whoever has a conflict, by whatever path; and races."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.challenges.stages import STEPS
from app.core.caller import Role
from app.core.city_time import today
from app.models import ChallengePanellist, ExpertKind
from tests.api.challenge_life import CHALLENGES, DAY, Life
from tests.trials import size

SECRET = "评语之一：能带动四家配套厂（示例）"


@pytest.fixture
def life(client, account, create):
    def made(state="review", **fields):
        return Life(client, account, create, **fields).to(state)

    return made


@pytest.fixture
def voted(life):
    """A review with a ballot of every kind; the scientist's has a comment that is for few."""

    def made(**fields):
        one = life(**fields)
        for kind, (_, headers) in one.experts.items():
            assert one.ask(kind).status_code == 201
            assert one.declare(headers).status_code == 200
        for (_, headers), scores in zip(one.experts.values(), ((10, 5), (5, 5), (8, 1)), strict=True):
            assert one.vote(headers, *scores, comment=SECRET).status_code == 200
        return one

    return made


def _ballots(one, headers):
    return one.client.get(f"{one.path}/ballots", headers=headers)


def _says_nothing(one, headers):
    """Look at every path an expert has: none tells of ballots, their scores or what they came to."""
    assert _ballots(one, headers).status_code in {403, 404}
    assert one.client.get(f"{one.path}/ballots.xlsx", headers=headers).status_code in {403, 404}
    assert one.client.get("/admin/audit", headers=headers).status_code == 403
    assert one.client.get("/api/v1/audit", headers=headers).status_code == 403
    answer = one.client.get(one.path, headers=headers)
    if answer.status_code == 200:
        assert answer.json()["tally"] is None
    paths = (one.path, f"/challenges/{one.id}", f"/challenges/{one.id}/ballot", "/challenges", "/")
    texts = [one.client.get(path, headers=headers).text for path in paths]
    guide = Document(io.BytesIO(one.client.get(f"{CHALLENGES}/guide.docx", headers=headers).content))
    texts += [each.text for each in guide.paragraphs]
    for name in ("guide.xlsx", "list.xlsx"):
        book = CalamineWorkbook.from_filelike(
            io.BytesIO(one.client.get(f"{CHALLENGES}/{name}", headers=headers).content)
        )
        texts += [str(book.get_sheet_by_name(each).to_python()) for each in book.sheet_names]
    assert SECRET not in "\n".join(texts)
    tally = one.get()["tally"]
    for figure in {tally["overall"], *(each["mean"] for each in tally["kinds"])} - {None}:
        assert figure not in "\n".join(texts)


def test_the_tally_is_the_mean_of_the_kinds_means(voted, account):
    one = voted()
    second = account(Role.EXPERT)
    one.ask(ExpertKind.SCIENTIST, second[0])
    one.voted(second[1], 0, 0)
    # 100 and 0; 30 + 40; 48 + 8.
    tally = one.get()["tally"]
    assert {each["kind"]: (each["ballots"], each["mean"]) for each in tally["kinds"]} == {
        "scientist": (2, "50.00"), "industry": (1, "70.00"), "investment": (1, "56.00"),
    }  # fmt: skip
    assert tally["overall"] == "58.67"


def test_every_kind_must_vote_before_the_review_closes(life, refused):
    one = life()
    kinds = list(ExpertKind)
    for kind in kinds[:2]:
        one.ask(kind)
        one.voted(one.experts[kind][1], 8, 4)
    problem = refused(one.step("list"), 409)
    assert "投资专家" in problem["detail"]
    one.ask(kinds[2])
    one.voted(one.experts[kinds[2]][1], 8, 4)
    one.took("list")


def test_nobody_votes_before_declaring_or_twice_or_unasked(life, account, refused):
    one = life()
    _, headers = one.experts["scientist"]
    refused(one.vote(headers, 5, 5), 404)
    assert one.ask(ExpertKind.SCIENTIST).status_code == 201
    refused(one.ask(ExpertKind.INDUSTRY, one.experts["scientist"][0]), 409)
    refused(one.ask(ExpertKind.INDUSTRY, account(Role.UNIVERSITY)[0]), 422, "account_id")
    refused(one.vote(headers, 5, 5), 409)
    assert one.declare(headers).status_code == 200
    refused(one.vote(headers, 11, 5), 422, "scores")
    refused(one.client.put(f"{one.path}/ballot", json={"scores": {}, "comment": ""}, headers=headers), 422, "scores")
    assert one.vote(headers, 5, 5).status_code == 200
    refused(one.vote(headers, 6, 5), 409)
    one.took("return", note="重评")
    refused(one.declare(headers, conflict=True, text="晚了"), 409)


def test_a_panellist_sees_only_the_own_ballot_until_the_review_is_over(voted, callers):
    one = voted()
    account, headers = one.experts["scientist"]
    own = _ballots(one, headers).json()
    assert (own["whole"], [each["account_id"] for each in own["items"]]) == (False, [account.id])
    assert one.get(headers)["tally"] is None
    one.took("list")
    after = _ballots(one, headers).json()
    assert (after["whole"], len(after["items"])) == (True, 3)
    # What the others said, and not who they are.
    assert sorted(each["account_id"] or "" for each in after["items"]) == ["", "", account.id]
    assert one.get(headers)["tally"]["overall"] is not None
    assert one.get(one.owner_headers)["tally"]["overall"] is not None
    assert one.get(callers[Role.BUREAU])["tally"]["overall"] is not None
    one.to("published")
    assert one.get(callers[Role.UNIVERSITY])["tally"] is None
    assert one.get(callers[Role.EXPERT])["tally"] is None
    assert _ballots(one, callers[Role.EXPERT]).status_code == 404
    for role in (Role.UNIVERSITY, Role.ENTERPRISE, Role.BUREAU):
        assert _ballots(one, callers[role]).status_code == 403


@pytest.mark.parametrize("when", ["before voting", "after voting"])
def test_whoever_declares_a_conflict_is_out(voted, life, account, when, refused):
    one = voted()
    extra, headers = account(Role.EXPERT)
    one.ask(ExpertKind.SCIENTIST, extra)
    before = one.get()["tally"]
    if when == "after voting":
        one.voted(headers, 0, 0)
        assert one.get()["tally"] != before
    refused(one.declare(headers, conflict=True), 422, "text")
    assert one.declare(headers, conflict=True, text="与需求方有横向课题").status_code == 200
    refused(one.vote(headers, 9, 5), 403)
    refused(one.declare(headers), 409)
    assert one.get()["tally"] == before
    _says_nothing(one, headers)
    one.took("list")
    assert one.get()["tally"] == before
    _says_nothing(one, headers)
    place = next(each for each in _staff_panel(one) if each["account_id"] == extra.id)
    assert place["counted"] is False
    # A second review does not wash it off.
    one.took("return", note="重评")
    one.took("review")
    one.ask(ExpertKind.SCIENTIST, extra)
    refused(one.declare(headers), 409)
    refused(one.vote(headers, 9, 5), 409)


def _staff_panel(one):
    return one.client.get(f"{one.path}/panel", headers=one.staff).json()["items"]


def test_a_declaring_expert_cannot_be_taken_off_and_asked_anew(voted, refused):
    one = voted()
    for each in _staff_panel(one):
        refused(one.client.delete(f"{one.path}/panel/{each['id']}", headers=one.staff), 409)


@pytest.mark.parametrize("side", ["owner", "bidder"])
def test_the_same_organisation_is_a_conflict_whatever_is_declared(life, account, refused, side):
    one = life()
    if side == "bidder":
        for kind, (_, headers) in one.experts.items():
            one.ask(kind)
            one.voted(headers, 8, 4)
        one.took("list")
        one.to("closed").took("relist", note="流标")
        one.took("return", note="重评")
        one.took("review")
    organisation = one.name if side == "owner" else one.universities[0]
    expert, headers = account(Role.EXPERT)
    one.place(expert, organisation)
    one.ask(ExpertKind.SCIENTIST, expert)
    (own,) = one.client.get(f"{one.path}/panel", headers=headers).json()["items"]
    assert organisation in own["automatic"]
    refused(one.declare(headers), 409)
    refused(one.vote(headers, 9, 5), 409)
    assert one.declare(headers, conflict=True, text="本单位").status_code == 200
    refused(one.vote(headers, 9, 5), 403)
    _says_nothing(one, headers)


def test_who_moves_to_the_owner_after_voting_is_no_longer_counted(voted):
    one = voted()
    account, headers = one.experts["scientist"]
    one.place(account, one.name)
    tally = one.get()["tally"]
    assert next(each["ballots"] for each in tally["kinds"] if each["kind"] == "scientist") == 0
    assert tally["overall"] is None
    assert one.step("list").status_code == 409
    assert _ballots(one, headers).status_code == 403


def _both(*calls):
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def test_of_two_ballots_at_once_one_is_taken(life):
    one = life()
    _, headers = one.experts["scientist"]
    one.ask(ExpertKind.SCIENTIST)
    one.declare(headers)
    sheets = [one.sheet(10, 5), one.sheet(1, 1)]

    def cast(sheet):
        return one.client.put(f"{one.path}/ballot", json={"scores": sheet}, headers=headers).status_code

    assert sorted(_both(*(lambda each=each: cast(each) for each in sheets))) == [200, 409]


@pytest.mark.parametrize("attempt", range(4))
def test_a_declaration_and_the_closing_at_once_never_count_a_conflict(voted, attempt):
    one = voted()
    _, headers = one.experts["scientist"]
    calls = [
        lambda: one.declare(headers, conflict=True, text="刚知道配偶在该企业").status_code,
        lambda: one.step("list").status_code,
    ]
    declared, closed = _both(*(calls if attempt % 2 else reversed(calls)))[:: 1 if attempt % 2 else -1]
    # Whoever comes second is refused: a closed review has three counted ballots, an open one two.
    assert (declared, closed) in {(200, 409), (409, 200)}
    counted = sum(each["ballots"] for each in one.get()["tally"]["kinds"])
    assert counted == (2 if declared == 200 else 3)


def test_of_the_same_step_twice_at_once_one_is_taken(life):
    one = life("pool")
    one.criteria("review")
    assert sorted(_both(*[lambda: one.step("review").status_code] * 2)) == [200, 409]
    with one.client.app.state.database.read() as session:
        assert session.query(ChallengePanellist).filter_by(challenge_id=one.id).count() == 0
    assert one.get()["version"] == 4  # created, pooled, criteria, review: each once


ROLES = ("staff", "owner", "winner", "bidder", "expert", "stranger", "bureau", "university")
# Everything that a step could ask for, so that none is refused for a missing field alone.
FIELDS = {
    "pool": {"grade": "A", "need_class": "joint"},
    "publish": {"closes_on": str(today() + 5 * DAY)},
    "select": {"decision": "选定", "departure": "工期"},
    "establish": {"total_wan": "10", "fiscal_wan": "1", "own_wan": "2"},
    "accept": {"score": 90, "text": "同意"},
    "fail": {"score": 20, "text": "不同意"},
    **{name: {"note": "原因"} for name in ("return", "relist", "rework", "terminate", "withdraw")},
}
# Written out by hand, not read from the table: who may take which step from where to where.
ALLOWED = {
    ("staff", "pool", "candidate", "pool"), ("staff", "review", "pool", "review"),
    ("staff", "list", "review", "listed"),
    ("staff", "publish", "listed", "published"), ("staff", "close", "published", "closed"),
    ("owner", "select", "closed", "selected"), ("staff", "establish", "selected", "established"),
    ("staff", "start", "established", "in_progress"), ("staff", "submit", "in_progress", "acceptance"),
    ("winner", "submit", "in_progress", "acceptance"),
    ("owner", "submit", "in_progress", "acceptance"), ("owner", "accept", "acceptance", "accepted"),
    ("owner", "fail", "acceptance", "failed"), ("owner", "rework", "acceptance", "in_progress"),
    ("staff", "terminate", "established", "failed"), ("staff", "terminate", "in_progress", "failed"),
    ("staff", "return", "review", "pool"), ("staff", "return", "listed", "pool"),
    ("staff", "relist", "closed", "listed"), ("staff", "restore", "withdrawn", "pool"),
    *((who, "withdraw", state, "withdrawn") for who in ("staff", "owner")
      for state in ("candidate", "pool", "review", "listed", "published", "closed", "selected")),
}  # fmt: skip
STATES = ("candidate", "pool", "review", "listed", "published", "closed", "selected", "established", "in_progress",
          "acceptance", "accepted")  # fmt: skip


@settings(
    max_examples=size(3, 100), deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_a_random_walk_takes_no_forbidden_step(client, account, create, callers, data):
    one = Life(client, account, create).to(data.draw(st.sampled_from(STATES)))
    people = {
        "staff": one.staff, "owner": one.owner_headers, "winner": one.bidders[0][1], "bidder": one.bidders[1][1],
        "expert": one.experts["scientist"][1], "stranger": callers[Role.ENTERPRISE], "bureau": callers[Role.BUREAU],
        "university": callers[Role.UNIVERSITY],
    }  # fmt: skip
    for _ in range(10):
        before = one.state
        who, step = data.draw(st.sampled_from(ROLES)), data.draw(st.sampled_from(sorted(STEPS)))
        fields = dict(FIELDS.get(step, {}))
        if step == "select" and (bids := one.bids()):
            fields["bid_id"] = bids[0]["id"]
        answer = one.step(step, people[who], **fields)
        after = one.state
        assert answer.status_code in {200, 403, 404, 409, 422}, answer.text
        if answer.status_code == 200:
            assert (who, step.value, before, after) in ALLOWED
        else:
            assert after == before


def test_the_table_says_what_was_written_out_by_hand():
    found = {
        (part.value, name.value, source.value, step.target.value)
        for name, step in STEPS.items()
        for source in step.sources
        for part in step.by
    }
    assert found == ALLOWED
