"""Capturing an achievement that was found elsewhere, 捕捉成果: paste, look over, keep, in under a minute."""

from typing import Annotated

from fastapi import Query, Response

from app.captures.schemas import CaptureOut
from app.core.city_time import today
from app.kinds.fields import PlainText
from app.kinds.parameters import Cursor
from app.web.pages import PageOf, page_router
from app.web.rounds import sections

router = page_router()
_PAGE = 20
_MOST_TERMS = 20
# Where liaisons look; others may be written in.
PLATFORMS = ("高校官网", "公众号", "展会", "路演", "论文", "专利", "成果平台", "走访")
STAGES = ("实验室", "小试", "中试", "产业化")


@router.get("/captures")
def captures(
    page: PageOf,
    title: Annotated[PlainText, Query(max_length=300)] = "",
    terms: Annotated[PlainText, Query(max_length=1000)] = "",
    cursor: Cursor = None,
) -> Response:
    """Show the form, what is looked for where a task led here, and what was captured last.

    Args:
        title: of the need for which something is looked for.
        terms: to look for, with spaces or commas between them.
    """
    rows, following = page.services.captures.page(page.session, page.caller, cursor, _PAGE)
    last = [CaptureOut.of(*each) for each in rows]
    template = "captures/last.html" if page.is_fragment else "captures/index.html"
    return page.render(
        template,
        wanted=title,
        terms=_terms(terms),
        last=last,
        next_cursor=following,
        cursor=cursor,
        platforms=PLATFORMS,
        stages=STAGES,
        day=today(),
        sections=sections(),
    )


def _terms(text: str) -> list[str]:
    plain = text.replace("，", " ").replace(",", " ").replace("、", " ")
    return list(dict.fromkeys(plain.split()))[:_MOST_TERMS]
