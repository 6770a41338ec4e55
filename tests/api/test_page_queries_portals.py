"""What the first pages and the pages of interests cost in queries: the same for few things and many."""

from datetime import timedelta

import pytest

from app.core.caller import Caller, Role
from app.core.city_time import today
from app.models import Interest, InterestState, Round, RoundInvitation
from app.models.base import now

ENTERPRISE, UNIVERSITY = "云澜门户查询有限公司（示例）", "云澜门户查询大学（示例）"
# The key and its use, who is signed in, and what the page shows.
PINNED = {
    "enterprise /": 11,
    "university /": 13,
    "anybody /": 4,
    "enterprise /interests": 5,
    "liaison /interests": 5,
    "university /gaps": 4,
}


@pytest.fixture(scope="module")
def people(account):
    found = {
        "enterprise": account(Role.ENTERPRISE, ENTERPRISE),
        "university": account(Role.UNIVERSITY, UNIVERSITY),
        "liaison": account(Role.LIAISON),
    }
    return {"anybody": (None, {}), **found}


@pytest.fixture(scope="module")
def more(client, create, people):
    """Add one of everything that the pages show."""
    person = people["enterprise"][0]

    def added():
        soon = (today() + timedelta(days=3)).isoformat()
        need = create("needs", organisation=ENTERPRISE, valid_until=soon)
        achievement = create("achievements", organisation=UNIVERSITY, valid_until=soon, industries=["3511"])
        round = Round(title="征集（示例）", opens_on=today(), closes_on=today(), created_by="")
        round.industries, round.chains = [], []
        with client.app.state.database.write() as session:
            for state in (InterestState.SUBMITTED, InterestState.FORWARDED):
                made = Interest(need_id=need["id"], achievement_id=achievement["id"], state=state)
                made.forwarded_at = now() if state is InterestState.FORWARDED else None
                session.add(made)
            session.add(round)
            session.flush()
            session.add(RoundInvitation(round_id=round.id, organisation_id=person.organisation_id))

    return added


def test_pages_cost_the_same_for_few_things_and_many(client, people, more, queries):
    def counted():
        found = {}
        for name in PINNED:
            who, path = name.split()
            client.get(path, headers=people[who][1])  # a key notes its first use
            queries.clear()
            answer = client.get(path, headers=people[who][1])
            assert answer.status_code == 200, answer.text
            found[name] = (len(queries), len(answer.text))
        return found

    more()
    few = counted()
    for _ in range(3):
        more()
    many = counted()
    assert {name: count for name, (count, _) in many.items()} == PINNED, few
    assert {name: count for name, (count, _) in few.items()} == PINNED
    assert all(many[name][1] > few[name][1] for name in PINNED if name != "anybody /")


def test_a_gap_is_counted_as_it_is_listed(client, create, account):
    name = "云澜门户缺口大学（示例）"
    person, headers = account(Role.UNIVERSITY, name)
    long = (
        "对浮选尾矿浆做絮凝浓密和压滤，回收清水，滤饼用作井下充填料，药剂用量按浊度自动调节，已在产线运行，"
        "设备全部国产，日常维护简单。"
    )
    create("achievements", organisation=name, summary=long, indicators="含水率≤15%", keywords=["压滤"], maturity=7,
           industries=["0610"], price_min_wan="5")  # fmt: skip
    create("achievements", organisation=name, summary=long, cooperation_modes=["转让"], title="只缺数值等（示例）")
    create("achievements", organisation=name, summary="短。", status="draft", title="什么都缺（示例）")
    page = client.get("/gaps", headers=headers).text
    assert "只缺数值等（示例）" in page
    assert page.count("/edit#") == 2
    listed = {
        gap: client.get(f"/gaps?gap={gap}", headers=headers).text.count("/edit#")
        for gap in ("numbers", "summary", "industry", "maturity", "terms", "keywords")
    }
    assert listed == {"numbers": 2, "summary": 1, "industry": 2, "maturity": 2, "terms": 1, "keywords": 2}
    with client.app.state.database.read() as session:
        caller = Caller(Role.UNIVERSITY, organisation_id=person.organisation_id)
        found = client.app.state.services.portfolio.gaps(session, caller)
    assert (found.looked_at, {gap.value: count for gap, count in found.counts.items()}) == (3, listed)


def test_a_key_that_may_not_see_interests_does_not_see_them_on_the_first_page(client, account, more):
    more()
    whole, narrow = (
        account(Role.ENTERPRISE, ENTERPRISE, scopes=scopes)[1] for scopes in (["read", "contacts"], ["read"])
    )
    assert "等您答复的意向" in client.get("/", headers=whole).text
    answer = client.get("/", headers=narrow)
    assert answer.status_code == 200
    assert "等您答复的意向" not in answer.text


def test_the_first_page_of_an_enterprise_shows_nothing_of_another(client, account, create):
    create("needs", organisation="云澜门户别家有限公司（示例）", title="别家的需求（示例）", visibility="liaison")
    assert "别家的需求" not in client.get("/", headers=account(Role.ENTERPRISE)[1]).text
