"""Query parameters that lists and matches share."""

from typing import Annotated

from fastapi import Depends, Query

from app.kinds.fields import Maturity, Word
from app.kinds.visibility import RecordFilter
from app.models import Status


def _filter(
    industry: Annotated[Word | None, Query(title="行业代码")] = None,
    chain: Annotated[Word | None, Query(title="产业链标签")] = None,
    cooperation: Annotated[Word | None, Query(title="合作方式")] = None,
    district: Annotated[Word | None, Query(title="县区或园区")] = None,
    organisation: Annotated[Word | None, Query(title="单位 id")] = None,
    maturity: Annotated[Maturity | None, Query(title="成熟度", description="成果不低于，需求不高于")] = None,
) -> RecordFilter:
    return RecordFilter(industry, chain, cooperation, district, organisation, maturity)


TOP_K_LIMIT = 100
FilterOf = Annotated[RecordFilter, Depends(_filter)]
TopK = Annotated[int, Query(ge=1, le=TOP_K_LIMIT, title="返回条数")]
Limit = Annotated[int, Query(ge=1, le=100, title="每页条数")]
Cursor = Annotated[
    str | None, Query(pattern="^[0-9a-f]{1,32}$", title="翻页位置", description="上一页返回的 next_cursor")
]
Contains = Annotated[Word | None, Query(title="包含文字")]
StatusOf = Annotated[Status | None, Query(title="状态")]
