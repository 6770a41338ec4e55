"""Hidden needs leave no trace: reading answers and all pages are the same, byte for byte, without them."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.access.rules import RULES
from app.core.caller import WORKER, Role
from app.core.city_time import today
from app.models import OrganisationKind
from app.organisations.repository import OrganisationRepository
from tests.api.page_probes import PAGES, page_answer, page_probes
from tests.api.test_permissions import MEMBERS, Things
from tests.trials import size

CANARIES = size(12, 50)
PROBES = size(30, 1000)
READERS = (Role.ANYBODY, Role.ENTERPRISE, Role.UNIVERSITY, Role.EXPERT, Role.BUREAU)
WORDS = ("鳀鱼骨胶原", "低温酶解", "瓦斯抽采", "煤泥水", "压滤", "膜分离", "锂电池", "秸秆", "焊接", "浮选尾矿")
FIELDS = {
    "draft": {"status": "draft"},
    "submitted": {"status": "submitted"},
    "returned": {"status": "returned"},
    "withdrawn": {"status": "withdrawn"},
    "liaison": {"visibility": "liaison"},
    "expired": {"valid_until": (today() - timedelta(days=1)).isoformat()},
}


def canary(number: int) -> dict[str, Any]:
    """Return the body of a hidden need; five organisations have posted them."""
    sort = list(FIELDS)[number % len(FIELDS)]
    word = WORDS[number % len(WORDS)]
    return {
        "title": f"{word}与金丝雀羽毛标识{number}号的联用",
        "description": f"把{word}用于金丝雀羽毛标识产线，日处理 {number + 3} 吨，回收率≥ 9{number % 10}%。",
        "organisation": f"云澜金丝雀第{number % 5}公司（示例）",
        "external_id": f"CANARY-{number}",
        "industries": ["0610"],
        "chains": ["金丝雀链"],
        "district": "金丝雀区",
        "contact": "金丝雀 0370-1234567",
        "min_maturity": 1 + number % 9,
        "visibility": "public",
        **FIELDS[sort],
    }


def _probes(everything: dict[str, list[str]], organisation: str) -> Iterator[dict[str, Any]]:
    """Yield requests without end, in a fixed order, over every route that reads."""
    chance = random.Random(7)
    filters = [
        {}, {"district": "金丝雀区"}, {"chain": "金丝雀链"}, {"industry": "0610"}, {"industry": "B"}, {"maturity": 3},
        {"organisation": organisation},
    ]  # fmt: skip
    for number in itertools.count():
        word, wanted = chance.choice(WORDS), chance.choice(filters)
        kind = chance.choice(("needs", "achievements"))
        id = chance.choice(everything[kind])
        top_k, explain = chance.choice((3, 20, 100)), ("full", "brief")[number % 2]
        listed = chance.choice(({}, {"q": word}, {"q": "金丝雀"}, {"status": "submitted"}, {"status": "withdrawn"}))
        search = {"text": f"{word}，金丝雀羽毛标识 {number}", "target": kind, "top_k": top_k, "filters": wanted}
        yield from (
            {"method": "POST", "url": f"/api/v1/search?explain={explain}", "json": search},
            {
                "method": "POST", "url": f"/search/{kind}/results", "data": {"q": search["text"]},
                "params": {**wanted, "weak": "true"},
            },
            {"method": "GET", "url": f"/api/v1/{kind}", "params": {**wanted, **listed, "limit": 100}},
            {"method": "GET", "url": f"/api/v1/{kind}/{id}"},
            {
                "method": "GET", "url": f"/api/v1/{kind}/{id}/matches",
                "params": {**wanted, "top_k": top_k, "explain": explain},
            },
            {"method": "GET", "url": f"/api/v1/needs/{chance.choice(everything['needs'])}/clarity"},
            {"method": "GET", "url": f"/api/v1/needs/CANARY-{number % CANARIES}"},
            {"method": "GET", "url": "/api/v1/quality"},
            {"method": "GET", "url": "/api/v1/renewals"},
            {"method": "GET", "url": "/api/v1/organisations", "params": {"q": "金丝雀"}},
            {"method": "GET", "url": f"/api/v1/organisations/{organisation}"},
            {"method": "GET", "url": "/api/v1/interests"},
            {"method": "GET", "url": "/api/v1/needs/common"},
            {"method": "GET", "url": "/api/v1/duplicates", "params": {"kind": "needs"}},
            {"method": "GET", "url": "/api/v1/exports/needs", "params": {"form": "jsonl"}},
            {"method": "GET", "url": "/api/v1/exports/needs", "params": {"form": "csv"}},
            {"method": "GET", "url": "/api/v1/rounds"},
            {"method": "GET", "url": "/api/v1/imports"},
            {"method": "GET", "url": "/api/v1/board"},
            {"method": "GET", "url": "/api/v1/board/supply"},
            {"method": "GET", "url": "/api/v1/board/pack"},
            {"method": "GET", "url": "/api/v1/challenges"},
            {"method": "GET", "url": "/api/v1/cases"},
            {"method": "GET", "url": "/api/v1/dockings"},
            {"method": "GET", "url": "/api/v1/notices"},
            {"method": "GET", "url": "/api/v1/roadshows"},
            {"method": "GET", "url": "/api/v1/channels"},
            {"method": "GET", "url": "/readyz"},
            {"method": "GET", "url": "/api/v1/openapi.json"},
        )  # fmt: skip


@pytest.fixture(scope="module")
def ids(everything) -> dict[str, list[str]]:
    return {kind: [each["id"] for each in everything(kind)] for kind in ("needs", "achievements")}


def _answer(client, probe: dict[str, Any], headers: dict[str, str]) -> tuple[int, str, str]:
    answer = client.request(**probe, headers=headers)
    body = answer.text
    if answer.headers["content-type"].partition(";")[0] == "application/json":
        content = answer.json()
        if isinstance(content, dict):
            content.pop("query_id", None)  # new with every answer, whatever is stored
        body = json.dumps(content, ensure_ascii=False)
    told = {name: value for name, value in answer.headers.items() if name not in {"date", "content-length"}}
    return answer.status_code, body, str(sorted(told.items()))


@pytest.fixture(scope="module")
def owner(client) -> str:
    """Id of an organisation that has posted nothing yet."""
    with client.app.state.database.write() as session:
        return OrganisationRepository(session).ensure(canary(0)["organisation"], OrganisationKind.ENTERPRISE).id


def _tell_all(client) -> None:
    """Take the steps that the worker would take: what is posted so far is matched, and who may hear of it has."""
    while client.app.state.services.standing.step(WORKER):
        pass


@dataclass(frozen=True)
class Look:
    """What was asked, and what was answered before and after the needs were posted."""

    asked: list[tuple[Any, Role]]
    before: list[Any]
    after: list[Any]
    pages: list[tuple[str, dict[str, Any]]]
    pages_before: list[tuple[int, str]]
    pages_after: list[tuple[int, str]]
    canaries: list[dict[str, Any]]


@pytest.fixture(scope="module")
def page_readers(client, account, callers) -> dict[Role, Any]:
    """An account of every role that does not see all, which keeps a search that the needs would answer."""
    made: dict[Role, Any] = {Role.ANYBODY: (None, {})}
    for role in READERS[1:]:
        made[role] = account(role, manages_organisation=role in MEMBERS)
        kept = {"text": "煤泥水压滤与金丝雀羽毛标识的联用", "target": "needs"}
        assert client.post("/api/v1/saved-searches", json=kept, headers=made[role][1]).status_code == 201
    return made


@pytest.fixture(scope="module")
def look(client, operator, callers, create, ids, owner, page_readers) -> Look:
    known = {"owner": owner, "need": ids["needs"][0], "achievement": ids["achievements"][0]}
    asked = [
        (probe, READERS[at % len(READERS)]) for at, probe in enumerate(itertools.islice(_probes(ids, owner), PROBES))
    ]
    pages = list(page_probes(Things(client, operator, create), page_readers, known))
    _tell_all(client)
    before = [_answer(client, probe, callers[reader]) for probe, reader in asked]
    pages_before = [page_answer(client, request) for _, request in pages]
    # Where a part is the page itself, it is not asked for again.
    once = [at for at in range(0, len(pages), 2) if pages_before[at] == pages_before[at + 1]]
    for at in reversed(once):
        del pages[at + 1], pages_before[at + 1]
    canaries = [create("needs", **canary(number)) for number in range(CANARIES)]
    for hidden in canaries[::5]:
        path = f"/api/v1/needs/{hidden['id']}/matches/{known['achievement']}/judgement"
        assert client.put(path, json={"grade": 4}, headers=operator).is_success
    _tell_all(client)
    after = [_answer(client, probe, callers[reader]) for probe, reader in asked]
    pages_after = [page_answer(client, request) for _, request in pages]
    return Look(asked, before, after, pages, pages_before, pages_after, canaries)


@pytest.mark.trial
def test_hidden_needs_leave_no_trace(client, operator, callers, look, figures):
    different = [look.asked[at] for at in range(PROBES) if look.before[at] != look.after[at]]
    assert not different, different[:5]
    assert sum(status == 200 for status, _, _ in look.before) > PROBES / 2
    unknown = client.get("/api/v1/needs/unknown").text
    for hidden, reader in itertools.product(look.canaries[:12], READERS):
        assert client.get(f"/api/v1/needs/{hidden['id']}", headers=callers[reader]).text == unknown
    figures("probes for hidden needs", size=PROBES, seed=7, pages=len(look.pages), traces=len(different))
    staff = client.get("/api/v1/needs", params={"q": "金丝雀", "limit": 100}, headers=operator).json()["items"]
    assert len(staff) == sum(sort != "withdrawn" for sort in (list(FIELDS)[n % len(FIELDS)] for n in range(CANARIES)))


@pytest.mark.trial
@pytest.mark.parametrize("path", [path for path in PAGES if RULES["GET", path].roles & set(READERS)])
def test_hidden_needs_leave_no_trace_on_a_page(look, path):
    mine = [at for at, (page, _) in enumerate(look.pages) if page == path]
    assert [look.pages[at][1] for at in mine if look.pages_before[at] != look.pages_after[at]] == []
    assert any(look.pages_before[at][0] == 200 for at in mine)
