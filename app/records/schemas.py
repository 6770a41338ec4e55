"""What answers about any kind of record have in common."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.kinds.table import Record
from app.kinds.visibility import hidden_columns, shows_all_of


class OrganisationOut(BaseModel):
    """An organisation as it is shown beside its records."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="单位 id")]
    name: Annotated[str, Field(title="单位名称")]
    kind: Annotated[str, Field(title="单位类型")]


class RecordOut(BaseModel):
    """Fields that every record shows; some are empty unless it is the caller's own, or for staff."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="记录 id")]
    external_id: Annotated[str | None, Field(title="编号")]
    organisation: Annotated[OrganisationOut | None, Field(title="单位", description="匿名需求为空")]
    title: Annotated[str, Field(title="名称")]
    indicators: Annotated[str, Field(title="指标")]
    industries: Annotated[list[str], Field(title="行业代码")]
    chains: Annotated[list[str], Field(title="产业链标签")]
    cooperation_modes: Annotated[list[str], Field(title="合作方式")]
    district: Annotated[str | None, Field(title="县区或园区", description="匿名需求为空")]
    visibility: Annotated[str, Field(title="可见范围")]
    status: Annotated[str, Field(title="状态")]
    valid_until: Annotated[date | None, Field(title="有效期至")]
    contact: Annotated[str | None, Field(title="联系方式", description="仅本单位和情报员可见，其他人为空")]
    review_note: Annotated[str | None, Field(title="审核意见", description="仅本单位和情报员可见")]
    originals: Annotated[
        dict[str, str] | None, Field(title="表中原文", description="导入时换算过的单元格；仅本单位和情报员可见")
    ]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]
    created_at: Annotated[datetime, Field(title="录入时间")]
    updated_at: Annotated[datetime, Field(title="更新时间")]

    @classmethod
    def of(cls, record: Record, caller: Caller) -> Self:
        """Return what the caller may see of a record."""
        return cls.model_validate(shown(record, caller))


def shown(record: Record, caller: Caller) -> dict[str, Any]:
    """Return a record's columns without what the caller may not know."""
    hidden = hidden_columns(record, caller)
    values: dict[str, Any] = {column.key: getattr(record, column.key) for column in record.__table__.columns}
    values |= dict.fromkeys(hidden, None)
    values["organisation"] = None if "organisation_id" in hidden else record.organisation
    if not shows_all_of(record, caller):
        values |= {"version": record.public_version, "updated_at": record.public_updated_at}
    values |= {name: values[name].astimezone(CITY_TIME) for name in ("created_at", "updated_at")}
    return values
