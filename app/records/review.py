"""Bodies of review, renewal and history, the same for every kind of record."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, field_validator

from app.core.city_time import CITY_TIME
from app.kinds.fields import OptionalText, RecordBody
from app.records.publication import Decision


class ReviewIn(RecordBody):
    """What a reviewer decides."""

    decision: Annotated[Decision, Field(title="审核结论", description="publish 发布，return 退回")]
    reason: Annotated[OptionalText, Field(title="理由", description="退回时必填，最多 2000 字", max_length=2000)] = ""


class RenewalIn(RecordBody):
    """A later end."""

    valid_until: Annotated[date, Field(title="有效期至")]


class VersionOut(BaseModel):
    """A change of a record."""

    number: Annotated[int, Field(title="审计序号")]
    version: Annotated[int | None, Field(title="版本", description="修改后的版本")]
    changed_at: Annotated[datetime, Field(title="时间")]
    changed_by: Annotated[str, Field(title="修改人", description="对方人员只显示角色")]
    role: Annotated[str, Field(title="角色")]
    action: Annotated[
        str,
        Field(
            title="动作",
            description="create 新增，change 修改，review 审核，renew 延期，withdraw 撤回，restore 恢复，import 导入",
        ),
    ]
    before: Annotated[dict[str, Any] | None, Field(title="修改前", description="只含有变化的字段")]
    after: Annotated[dict[str, Any] | None, Field(title="修改后")]

    @field_validator("changed_at")
    @classmethod
    def _local(cls, moment: datetime) -> datetime:
        return moment.astimezone(CITY_TIME)


class VersionList(BaseModel):
    """The history of a record."""

    items: Annotated[list[VersionOut], Field(title="历次修改", description="最新的在前")]
