"""The check before posting: what in a draft would give its enterprise away."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.errors import FieldError, InvalidInput
from app.kinds.fields import OptionalText, RecordBody, Word, Words
from app.models import Organisation, OrganisationKind
from app.organisations.repository import OrganisationRepository
from app.records.disclosures import DisclosureOut, disclosures_in


class SelfNamingIn(RecordBody):
    """Texts of a need that is being written."""

    organisation: Annotated[
        Word | None, Field(title="企业名称", description="情报员代填时必填；企业账号按本单位检查")
    ] = None
    district: Annotated[Word | None, Field(title="县区或园区")] = None
    title: Annotated[OptionalText, Field(title="需求名称")] = ""
    description: Annotated[OptionalText, Field(title="需求描述")] = ""
    indicators: Annotated[OptionalText, Field(title="预期指标")] = ""
    chains: Annotated[Words, Field(title="产业链标签")] = []
    cooperation_modes: Annotated[Words, Field(title="合作方式")] = []


class SelfNamingOut(BaseModel):
    """What was found."""

    items: Annotated[list[DisclosureOut], Field(title="会暴露企业的文字", description="最多 100 处")]
    held_back: Annotated[bool, Field(title="匿名发布会被拦下", description="有确定的暴露时为 true")]


def check_self_naming(session: Session, body: SelfNamingIn, caller: Caller) -> SelfNamingOut:
    """Return what in the texts gives the enterprise away. Raises InvalidInput without an enterprise."""
    fields = body.model_dump(exclude={"organisation", "district"})
    items = disclosures_in(fields, enterprise_of(session, body.organisation, caller), body.district)
    return SelfNamingOut(items=items, held_back=any(each.certain for each in items))


def enterprise_of(session: Session, name: str | None, caller: Caller) -> Organisation:
    """Return whose need is being written. Raises InvalidInput where that is not said."""
    repository = OrganisationRepository(session)
    if not caller.sees_all:
        own = repository.by_id(caller.organisation_id or "")
        if own is None:
            raise InvalidInput("您的账号没有所属单位，请联系管理员设置后再检查。")
        return own
    if name is None:
        message = "必填，请写明是哪家企业的需求"
        raise InvalidInput(f"organisation：{message}。", (FieldError("organisation", "missing", message),))
    # One that is not known yet is checked by its name alone.
    return repository.by_name(name) or Organisation(name=name, kind=OrganisationKind.ENTERPRISE)
