"""Bodies of the audit log in the HTTP contract."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.core.city_time import CITY_TIME


class AuditEntryOut(BaseModel):
    """An entry as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    number: Annotated[int, Field(title="序号")]
    at: Annotated[datetime, Field(title="时间")]
    actor: Annotated[str, Field(title="操作人")]
    account_id: Annotated[str | None, Field(title="账号 id")]
    role: Annotated[str, Field(title="角色")]
    address: Annotated[str, Field(title="来源地址")]
    action: Annotated[str, Field(title="操作")]
    object_kind: Annotated[str, Field(title="对象类型")]
    object_id: Annotated[str, Field(title="对象 id")]
    before: Annotated[dict[str, Any] | None, Field(title="改动前")]
    after: Annotated[dict[str, Any] | None, Field(title="改动后")]
    previous_hash: Annotated[str, Field(title="前一条的校验值")]
    hash: Annotated[str, Field(title="校验值")]

    @field_validator("at")
    @classmethod
    def _local(cls, moment: datetime) -> datetime:
        return moment.astimezone(CITY_TIME)


class AuditPage(BaseModel):
    """Part of the log."""

    items: Annotated[list[AuditEntryOut], Field(title="本页记录", description="最新的在前")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]
