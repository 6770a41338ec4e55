"""Query parameters of lists of contracts."""

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from app.contracts.repository import ContractFilter
from app.core.city_time import today
from app.core.database import ReadSession
from app.core.parts import PartsOf
from app.kinds.fields import Word
from app.models import ContractKind
from app.targets.schemas import YearNumber
from app.targets.service import TargetService
from app.targets.years import Year

_Empty = BeforeValidator(lambda value: value or None)
_EMPTY_FLAG = BeforeValidator(lambda value: None if value == "" else value)
_Text = Annotated[Word | None, _Empty]
LedgerCursor = Annotated[
    str | None, Query(pattern="^[0-9a-f]{7,38}$", title="翻页位置", description="上一页返回的 next_cursor")
]


class SideOf(StrEnum):
    """Which side is local."""

    ABSORBED = "absorbed"
    OUTPUT = "output"


def _filter(
    parts: PartsOf,
    session: ReadSession,
    year: Annotated[
        Annotated[YearNumber | None, _Empty], Query(title="年度", description="按登记日期，起始月见年度设置")
    ] = None,
    district: Annotated[_Text, Query(title="县区", description="任一市内方所在")] = None,
    park: Annotated[_Text, Query(title="园区", description="任一市内方所在")] = None,
    kind: Annotated[Annotated[ContractKind | None, _Empty], Query(title="合同类别")] = None,
    side: Annotated[
        Annotated[SideOf | None, _Empty], Query(title="方向", description="absorbed 吸纳，output 输出")
    ] = None,
    q: Annotated[_Text, Query(title="包含文字", description="合同名称、登记编号、买卖方名称")] = None,
    linked: Annotated[Annotated[bool | None, _EMPTY_FLAG], Query(title="已关联对接")] = None,
) -> ContractFilter:
    since = until = None
    if year is not None:
        wanted = Year(year, parts[TargetService].settings(session).first_month)
        since, until = wanted.start, min(wanted.end, max(today(), wanted.start))
    return ContractFilter(since, until, district, park, kind, side, q, linked)


FilterOf = Annotated[ContractFilter, Depends(_filter, scope="function")]
