"""Lists: every record once, and only those that were asked for."""

import pytest

from app.kinds.industries import with_ancestors

KINDS = ["achievements", "needs"]
MATURITY = {"achievements": "maturity", "needs": "min_maturity"}


def _matches(kind, record, filters):
    """Say whether a record is asked for, as the contract words it."""
    trl = record[MATURITY[kind]]
    judged = {
        "industry": lambda value: value in with_ancestors(record["industries"]),
        "chain": lambda value: value in record["chains"],
        "cooperation": lambda value: value in record["cooperation_modes"],
        "district": lambda value: value == record["district"],
        "organisation": lambda value: value == record["organisation"]["id"],
        "maturity": lambda value: trl is not None and (trl >= value if kind == "achievements" else trl <= value),
        "q": lambda value: (
            value in record["title"] or value in record["summary" if "summary" in record else "description"]
        ),
        "status": lambda value: value == record["status"],
    }
    return all(judged[name](value) for name, value in filters.items())


@pytest.fixture(scope="module", autouse=True)
def _varied(create):
    """Records beside the seed data whose filters leave no doubt."""
    for kind in KINDS:
        create(kind, industries=["2661"], chains=["化工新材料"], cooperation_modes=["作价入股"], district="列表区")
        create(kind, industries=["26"], chains=["煤化工", "化工新材料"], **{MATURITY[kind]: 1})
        create(kind, title="标题里有100%_号", status="draft", **{MATURITY[kind]: 9})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [5, 100])
def test_pages_give_every_record_once_newest_first(client, everything, operator, kind, limit):
    ids = [each["id"] for each in everything(kind, operator, limit=limit)]
    assert len(ids) > 90
    assert ids == sorted(set(ids), reverse=True)
    services = client.app.state.services
    with services.database.read() as session:
        assert set(ids) == {record.id for record in session.query(services.records[kind]._kind.model)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_that_comes_while_paging_repeats_no_other(client, create, kind):
    first = client.get(f"/api/v1/{kind}", params={"limit": 3}).json()
    create(kind)
    second = client.get(f"/api/v1/{kind}", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert not {each["id"] for each in first["items"]} & {each["id"] for each in second["items"]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "filters",
    [
        {"industry": "26"}, {"industry": "2661"}, {"industry": "C"}, {"industry": "0610"}, {"industry": "9700"},
        {"chain": "化工新材料"}, {"cooperation": "技术服务"}, {"cooperation": "作价入股"}, {"district": "列表区"},
        {"district": "望山区"}, {"maturity": 1}, {"maturity": 6}, {"maturity": 9}, {"q": "煤"}, {"q": "100%_号"},
        {"q": "%"}, {"q": "_"}, {"status": "draft"}, {"industry": "26", "maturity": 5}, {"q": "煤", "industry": "C"},
    ],
    ids=str,
)  # fmt: skip
def test_filters_find_exactly_the_records_that_fit(everything, operator, kind, filters):
    found = {each["id"] for each in everything(kind, operator, **filters)}
    fitting = {each["id"] for each in everything(kind, operator) if _matches(kind, each, filters)}
    assert found == fitting


@pytest.mark.parametrize("kind", KINDS)
def test_an_industry_is_found_by_those_above_it_and_not_below(create, everything, kind):
    record = create(kind, industries=["2661"])["id"]
    for code, finds in {"C": True, "26": True, "266": True, "2661": True, "2662": False, "27": False}.items():
        assert (record in {each["id"] for each in everything(kind, industry=code)}) is finds, code


@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_by_organisation_finds_its_records(create, everything, kind):
    owned = [create(kind, organisation="列表测试单位（示例）") for _ in range(2)]
    found = everything(kind, organisation=owned[0]["organisation"]["id"])
    assert {each["id"] for each in found} == {each["id"] for each in owned}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("filters", [{"industry": "26"}, {"district": "望山区"}, {"maturity": 5}], ids=str)
def test_searches_filter_as_lists_do(client, operator, everything, kind, filters):
    expected = {each["id"] for each in everything(kind, operator, status="published", **filters)}
    wanted = {"text": "环保处理工艺", "target": kind, "top_k": 100, "filters": filters}
    found = client.post("/api/v1/search", json=wanted, headers=operator).json()["results"]
    ids = {each["record"]["id"] for each in found}
    assert ids <= expected
    assert len(ids) == min(100, len(expected))


@pytest.mark.parametrize("kind", KINDS)
def test_matches_filter_as_lists_do(client, operator, everything, kind):
    other = KINDS[1 - KINDS.index(kind)]
    record = everything(kind, operator)[-1]["id"]
    expected = {each["id"] for each in everything(other, operator, status="published", industry="26", maturity=6)}
    assert expected
    query = {"industry": "26", "maturity": 6, "top_k": 100}
    found = client.get(f"/api/v1/{kind}/{record}/matches", params=query, headers=operator).json()["results"]
    assert {each["record"]["id"] for each in found} == expected
