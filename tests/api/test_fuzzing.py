"""Requests made from the OpenAPI document, and odd addresses of pages: no 5xx, no answer outside the schema."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from app.access.page_rules import PAGES
from app.access.rules import RULES
from app.access.shown_table import ROLES
from tests import serving
from tests.trials import CAMPAIGN, size

load_all_checks()
EXAMPLES = size(2, 300)
HELD = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


def _sample(routes: Iterable[tuple[str, str]]) -> list[Any]:
    """Return every third route; in the campaign all of them."""
    return [pytest.param(*each, id=" ".join(each)) for each in sorted(routes)[:: 1 if CAMPAIGN else 3]]


@pytest.fixture(scope="module")
def served(client: TestClient) -> Iterator[str]:
    """The running application on a port of its own, so that requests pass through real HTTP."""
    with serving.served(client.app, lifespan="off") as address:
        yield address


# Names that pages read from their addresses, with what people and machines put there.
NAMES = (
    "q", "cursor", "kind", "status", "industry", "chain", "district", "maturity", "organisation", "cooperation",
    "state", "role", "sort", "saved", "kept", "with", "at", "round", "title", "terms", "decided", "first",
    "second", "verification", "from", "to", "object", "action", "who", "next", "then", "token", "own", "parent",
    "list",
)  # fmt: skip
ODD = (
    "",
    "0",
    "-1",
    "99999999999999999999",
    "x",
    "\x00",
    "'",
    "%",
    "煤",
    "a,b,c,d,e",
    "C",
    "1e9",
    "NaN",
    "\ud800",
    "../..",
)


@pytest.fixture(scope="module")
def schema(client: TestClient) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())


@pytest.fixture(scope="module")
def connection() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


@pytest.mark.trial
@pytest.mark.parametrize(("method", "path"), _sample(RULES.keys() - PAGES.keys()))
def test_no_request_breaks_an_operation(schema, served, connection, callers, method, path):
    if path.endswith("openapi.json"):
        pytest.skip("the document itself is not one of its operations")
    operation = schema[path][method]
    roles = st.sampled_from(sorted(ROLES))

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), role=roles)
    def ask(case: schemathesis.Case, role: str) -> None:
        response = case.call(base_url=served, session=connection, headers=callers[role])
        case.validate_response(response, checks=HELD)

    ask()


@pytest.mark.trial
@pytest.mark.parametrize(("method", "path"), _sample(RULES.keys() & PAGES.keys()))
def test_no_odd_address_breaks_a_page(client, callers, method, path):
    known = [client.get(f"/api/v1/{kind}").json()["items"][0]["id"] for kind in ("needs", "achievements")]
    words = st.one_of(st.sampled_from([*ODD, *known]), st.text(max_size=20))
    queries = st.dictionaries(st.sampled_from(NAMES), words, max_size=4)
    parts = [part for part in path.split("/") if part.startswith("{")]
    headers = st.sampled_from([{}, {"HX-Request": "true"}])

    @seed(1)
    @settings(max_examples=max(1, EXAMPLES // 2), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(query=queries, ids=st.tuples(*[words] * len(parts)), role=st.sampled_from(sorted(ROLES)), sent=headers)
    def ask(query: dict[str, str], ids: tuple[str, ...], role: str, sent: dict[str, str]) -> None:
        address = path
        for part, id in zip(parts, ids, strict=True):
            address = address.replace(part, quote(id.encode("utf-8", "surrogatepass"), safe="") or "x", 1)
        plain = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
        answer = client.request(method, address, params=plain, headers={**callers[role], **sent}, json={})
        assert answer.status_code < 500, (address, plain, answer.text[:300])

    ask()
