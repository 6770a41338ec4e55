"""Pages on which achievements and needs are written and changed."""

from typing import Annotated, Any

from fastapi import Query, Response

from app.core.city_time import today
from app.kinds.fields import Id
from app.kinds.table import KINDS
from app.models import CodeList, RecordKind
from app.records.service import RENEWAL
from app.web.pages import Page, PageOf, page_router
from app.web.records import COOPERATION_MODES, KindOf, industry_labels, shown_record

router = page_router()
STAGES = ("实验室", "小试", "中试", "产业化")


@router.get("/achievements/new")
@router.get("/needs/new")
def new_record(page: PageOf, kind: KindOf, round_id: Annotated[Id | None, Query(alias="round")] = None) -> Response:
    """Show the empty form of a kind of record."""
    answered = None
    if round_id and kind is RecordKind.NEEDS:
        answered = page.services.rounds.get(page.session, round_id, page.caller)
    return _form(page, kind, {}, round=answered)


@router.get("/achievements/{id}/edit")
@router.get("/needs/{id}/edit")
def edit_record(page: PageOf, kind: KindOf, id: str) -> Response:
    """Show the form of a record that the caller may change."""
    record = page.services.records[kind].get_own(page.session, id, page.caller)
    return _form(page, kind, shown_record(kind, record, page.caller).model_dump(mode="json"), round=None)


def _form(page: Page, kind: RecordKind, values: dict[str, Any], **more: Any) -> Response:
    codes = page.services.codes
    return page.render(
        "records/form.html",
        kind=KINDS[kind],
        values=values,
        industries=industry_labels(page, values.get("industries", [])),
        chains=codes.names(page.session, CodeList.CHAINS),
        districts=codes.names(page.session, CodeList.DIVISIONS),
        disciplines=codes.names(page.session, CodeList.DISCIPLINES),
        modes=COOPERATION_MODES,
        stages=STAGES,
        named=lambda values: dict(zip(values, values, strict=True)),
        latest=today() + RENEWAL,
        **more,
    )
