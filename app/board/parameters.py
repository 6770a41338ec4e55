"""Query parameters of the board and of the rows behind its figures."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field, StringConstraints

from app.board.repository import Subset
from app.targets.schemas import YearNumber
from app.targets.years import FIRST_YEAR, LAST_YEAR

_Empty = BeforeValidator(lambda value: value or None)
YearOf = Annotated[Annotated[YearNumber | None, _Empty], Query(title="年度", description="默认本年度")]
_Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]
UntilOf = Annotated[Annotated[_Day | None, _Empty], Query(title="截至", description="默认今天；不在年度内时为整个年度")]
StartOf = Annotated[
    str | None, Query(alias="cursor", pattern="^[0-9]{1,6}$", title="翻页位置", description="上一页返回的 next_cursor")
]
_Text = Annotated[str, StringConstraints(max_length=200, pattern="^[^\x00]*$")]


def _subset(
    district: Annotated[_Text | None, Query(title="县区", description="空文字为未注明")] = None,
    park: Annotated[_Text | None, Query(title="园区")] = None,
    liaison: Annotated[_Text | None, Query(title="情报员账号 id")] = None,
    university: Annotated[_Text | None, Query(title="高校院所单位 id")] = None,
    chain: Annotated[_Text | None, Query(title="产业链", description="空文字为未注明")] = None,
    kind: Annotated[_Text | None, Query(title="合同类别")] = None,
) -> Subset:
    return Subset(district, park, liaison, university, chain, kind)


SubsetOf = Annotated[Subset, Depends(_subset)]
