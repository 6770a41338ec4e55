"""The pages on which people search by a sentence or a whole page of text, and narrow what is found."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import Form, Query, Response
from pydantic import TypeAdapter, ValidationError

from app.codes.industries import division_names
from app.core.problems import field_errors
from app.core.sheets import WORKBOOK, workbook, workbook_answer
from app.kinds.fields import TEXT_LIMIT, LongText, PlainText
from app.kinds.parameters import FilterOf
from app.kinds.table import KINDS, Kind
from app.matches.listing import Order, Wanted, orders_of
from app.matches.schemas import ResultOut, sureness
from app.models import RecordKind
from app.web.pages import PageOf, page_router
from app.web.search_facets import FACETS, chips_of, facets_of
from app.web.vocabulary import GRADES, TRL, wan

router = page_router()
# Longer texts stay in the browser: addresses are cut short by what they pass through, and kept in logs.
IN_ADDRESS = 1500
_PAGE = 20
# A list holds at most the best hundred.
_LAST_START = 100
_TEXT: TypeAdapter[str] = TypeAdapter(LongText)

EXAMPLES = {
    RecordKind.ACHIEVEMENTS: (
        "把化工废水的COD降到50 mg/L以下，现有生化系统不想大改",
        "煤矿瓦斯抽采钻孔封孔不严、衰减快",
        "退役锂电池正极材料的回收再生",
    ),
    RecordKind.NEEDS: ("低浓度含氟废水深度除氟吸附剂", "小批量多品种焊接的机器人免示教编程", "稻秆还田腐解菌剂"),
}
ORDER_NAMES = {
    Order.RELEVANCE: "相关度",
    Order.NEWEST: "最新",
    Order.MATURITY: "成熟度从高到低",
    Order.BUDGET: "预算从高到低",
}
OrderOf = Annotated[Order, Query(alias="sort")]
Weak = Annotated[bool, Query()]
Start = Annotated[int, Query(ge=0, le=_LAST_START)]
Kept = Annotated[str | None, Query(pattern="^[0-9a-f]{1,32}$")]
Saved = Annotated[str | None, Query(pattern="^[0-9a-f]{1,32}$")]
TextIn = Annotated[str, Form(max_length=1_000_000)]


@router.get("/search/{target}")
def search(
    page: PageOf,
    target: RecordKind,
    _: FilterOf,  # so that a wrong one is refused here, not when the results are asked for
    q: PlainText = "",
    kept: Kept = None,
    saved: Saved = None,
) -> Response:
    """Show the search box and, with a text, the place where its results come in.

    Args:
        kept: names a long text that the browser keeps.
        saved: id of a saved search, whose text is shown. Raises NotFound.
    """
    query = page.request.query_params
    mine = None if saved is None else page.services.saved_searches.get(page.session, saved, page.caller)
    return page.render(
        "search/index.html",
        target=target,
        text=q.strip() if mine is None else mine.text,
        kept=None if mine else kept,
        saved=mine,
        # Narrowed further, it shows a part of what is new: the rest was not looked at.
        looks=mine is not None and {name: str(value) for name, value in mine.filters.items()} == _narrowing(query),
        narrowing=_narrowing(query, "sort"),
        examples=EXAMPLES[target],
        in_address=IN_ADDRESS,
        longest=TEXT_LIMIT,
    )


@router.post("/search/{target}/results")
def results(
    page: PageOf,
    target: RecordKind,
    filters: FilterOf,
    q: TextIn = "",
    order: OrderOf = Order.RELEVANCE,
    weak: Weak = False,
    start: Start = 0,
    saved: Saved = None,
) -> Response:
    """Show what a text finds. It is posted, as it may be long; nothing is changed."""
    text, wrong = _checked(q)
    if wrong:
        return page.render("search/refused.html", wrong=wrong)
    wanted = Wanted(text, target, filters, _order(target, order), weak, start, _PAGE)
    found = page.services.searches.page(page.session, wanted, page.caller)
    fresh = frozenset() if saved is None else page.services.saved_searches.new_ids(page.session, saved, page.caller)
    return page.render(
        "search/more.html" if start else "search/results.html",
        target=target,
        wanted=wanted,
        found=found,
        address=f"/search/{target.value}",
        asked=_asked(page, text),
        chips=chips_of(target, filters, found),
        facets=facets_of(target, filters, found.facets),
        orders={each: ORDER_NAMES[each] for each in orders_of(KINDS[target])},
        cleared=dict.fromkeys(FACETS),
        to_keep=_to_keep(wanted),
        fresh=fresh,
        saved=saved,
    )


@router.post("/search/{target}/results.xlsx", response_class=Response, responses=WORKBOOK)
def results_workbook(
    page: PageOf,
    target: RecordKind,
    filters: FilterOf,
    q: TextIn = "",
    order: OrderOf = Order.RELEVANCE,
    weak: Weak = False,
) -> Response:
    """Return the whole list as a workbook: the same filters, and only what the caller may see."""
    text, wrong = _checked(q)
    if wrong:
        return page.render("search/refused.html", 422, wrong=wrong)
    found = page.services.searches.page(
        page.session, Wanted(text, target, filters, _order(target, order), weak), page.caller
    )
    names = division_names()
    amount = "预算" if target is RecordKind.NEEDS else "意向价格"
    header = [
        "名次", "名称", "等级", "至少达到该等级的概率", "单位", "县区", "行业", "产业链", "成熟度", amount, "合作方式",
        "共有术语", "佐证原文", "说明", "id",
    ]  # fmt: skip
    rows = [_row(KINDS[target], each, names, suitable=found.suitable) for each in found.results]
    return workbook_answer(workbook("检索结果", header, rows), f"search-{target.value}.xlsx")


def _narrowing(query: Mapping[str, str], *also: str) -> dict[str, str]:
    return {name: query[name] for name in (*FACETS, *also) if query.get(name)}


def _row(kind: Kind, result: ResultOut, names: Mapping[str, str], *, suitable: bool) -> list[object]:
    record, reasons = result.record, result.explanation
    maturity = kind.maturity_of(record)
    return [
        result.rank,
        record.title,
        GRADES[result.grade],
        round(sureness(result), 2),
        record.organisation.name if record.organisation else "匿名",
        record.district,
        "、".join(names.get(code[:2], code) for code in dict.fromkeys(each[:2] for each in record.industries)),
        "、".join(record.chains),
        None if maturity is None else TRL[maturity],
        wan(*kind.amounts_of(record)),
        "、".join(record.cooperation_modes),
        "、".join(term.term for term in reasons.terms),
        reasons.evidence.text if reasons.evidence else None,
        None if suitable else "库内没有合适的，仅为最接近，不推荐",
        record.id,
    ]


def _to_keep(wanted: Wanted) -> str:
    """Return the body with which this search is kept."""
    filters = {name: value for name, value in asdict(wanted.filters).items() if value is not None}
    return json.dumps({"text": wanted.text, "target": wanted.target, "filters": filters}, ensure_ascii=False)


def _checked(text: str) -> tuple[str, str | None]:
    """Return a text as the contract takes it, and what is wrong with it."""
    try:
        return _TEXT.validate_python(text), None
    except ValidationError as error:
        return "", "；".join(each.message for each in field_errors(error.errors()))


def _order(target: RecordKind, order: Order) -> Order:
    """Return the order, or the first one where it is of the other kind."""
    return order if order in orders_of(KINDS[target]) else Order.RELEVANCE


def _asked(page: PageOf, text: str) -> dict[str, str]:
    """Return the query of the page that shows these results: short texts are part of its address."""
    query = {name: value for name, value in page.request.query_params.items() if name not in {"start", "q"}}
    return query if {"kept", "saved"} & query.keys() else {"q": text, **query}
