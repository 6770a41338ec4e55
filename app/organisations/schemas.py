"""Bodies of organisations in the HTTP contract."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from app.core.caller import Caller
from app.core.city_time import CITY_TIME
from app.kinds.fields import Industries, OptionalText, RecordBody, Word, Words
from app.models import EnterpriseGrade, Organisation, OrganisationKind, Verification
from app.organisations.credit_code import normalise_credit_code
from app.organisations.visibility import shows_all_of


def _credit_code(text: str) -> str:
    try:
        return normalise_credit_code(text)
    except ValueError as error:
        raise PydanticCustomError("credit_code", "{reason}", {"reason": str(error)}) from error


CreditCode = Annotated[str, StringConstraints(max_length=60), AfterValidator(_credit_code)]
ShortWord = Annotated[Word, Field(max_length=100)]


class OrganisationFields(RecordBody):
    """Fields that may be left out."""

    credit_code: Annotated[CreditCode | None, Field(title="统一社会信用代码", description="18 位，核对校验位")] = None
    district: Annotated[ShortWord | None, Field(title="县区")] = None
    park: Annotated[ShortWord | None, Field(title="园区")] = None
    industries: Annotated[Industries, Field(title="所属行业", description="GB/T 4754-2017 代码")] = []
    grades: Annotated[
        list[EnterpriseGrade],
        Field(
            title="企业梯次",
            max_length=len(EnterpriseGrade),
            description="technology_sme 科技型中小企业，high_tech_candidate 高企培育入库，"
            "high_tech 高新技术企业，specialised 专精特新；仅企业填写",
        ),
    ] = []
    aliases: Annotated[Words, Field(title="简称与曾用名", description="不公开，用于检查匿名需求")] = []
    brands: Annotated[Words, Field(title="品牌", description="不公开，用于检查匿名需求")] = []
    products: Annotated[Words, Field(title="产品名称", description="不公开，用于检查匿名需求")] = []
    phones: Annotated[Words, Field(title="电话", description="不公开，用于检查匿名需求")] = []
    address: Annotated[OptionalText | None, Field(title="地址", description="不公开")] = None
    legal_person: Annotated[ShortWord | None, Field(title="法定代表人", description="不公开")] = None


class OrganisationIn(OrganisationFields):
    """An organisation as it is made."""

    name: Annotated[Word, Field(title="单位全称")]
    kind: Annotated[
        OrganisationKind,
        Field(title="单位类型", description="enterprise 企业，university 高校院所，government 政府，provider 服务机构"),
    ]


class OrganisationPatch(OrganisationFields):
    """Fields to change; those left out stay."""

    name: Annotated[Word, Field(title="单位全称")] = ""


class VerdictState(StrEnum):
    """What somebody who checked says."""

    VERIFIED = "verified"
    REFUSED = "refused"


class VerificationIn(RecordBody):
    """The outcome of a check."""

    state: Annotated[VerdictState, Field(title="核验结果", description="verified 属实，refused 不实")]
    note: Annotated[OptionalText, Field(title="说明", max_length=1000)] = ""


class OrganisationRow(BaseModel):
    """An organisation as it is shown; some fields are empty unless it is the caller's own, or for staff."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="单位 id")]
    name: Annotated[str, Field(title="单位全称")]
    kind: Annotated[OrganisationKind, Field(title="单位类型")]
    district: Annotated[str | None, Field(title="县区")]
    park: Annotated[str | None, Field(title="园区")]
    industries: Annotated[list[str], Field(title="所属行业")]
    grades: Annotated[list[EnterpriseGrade], Field(title="企业梯次")]
    verification: Annotated[Verification, Field(title="核验状态")]
    credit_code: Annotated[str | None, Field(title="统一社会信用代码")] = None
    aliases: Annotated[list[str] | None, Field(title="简称与曾用名")] = None
    brands: Annotated[list[str] | None, Field(title="品牌")] = None
    products: Annotated[list[str] | None, Field(title="产品名称")] = None
    phones: Annotated[list[str] | None, Field(title="电话")] = None
    address: Annotated[str | None, Field(title="地址")] = None
    legal_person: Annotated[str | None, Field(title="法定代表人")] = None
    verified_by: Annotated[str | None, Field(title="核验人")] = None
    verified_at: Annotated[datetime | None, Field(title="核验时间")] = None
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]

    @field_validator("verified_at")
    @classmethod
    def _local(cls, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(CITY_TIME)

    @classmethod
    def of(cls, organisation: Organisation, caller: Caller) -> Self:
        """Return what the caller may see of an organisation."""
        shown = cls.model_validate(organisation)
        if not shows_all_of(organisation, caller):
            for name in _OWN:
                setattr(shown, name, None)
        elif not caller.sees_all:
            shown.verified_by = None  # staff are named to staff alone
        return shown


_OWN = (
    "credit_code", "aliases", "brands", "products", "phones", "address", "legal_person", "verified_by", "verified_at",
)  # fmt: skip


class OrganisationPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[OrganisationRow], Field(title="本页单位")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]
