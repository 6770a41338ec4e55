"""A need that is being written: looked at as if it were there, and never stored."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.caller import ANYBODY, Caller
from app.kinds.fields import plain_fields
from app.kinds.table import is_public
from app.models import Need, NeedVisibility, Organisation, Status
from app.models.base import now
from app.needs.posting_check import enterprise_of
from app.needs.schemas import NeedIn, NeedOut
from app.records.disclosures import refuse_state_secrets


class PreviewItem(BaseModel):
    """What others see under a visibility."""

    visibility: Annotated[NeedVisibility, Field(title="可见范围")]
    record: Annotated[NeedOut | None, Field(title="别人看到的需求", description="为空：除本企业和情报员外无人可见")]


class PreviewOut(BaseModel):
    """What others see under each visibility."""

    items: Annotated[list[PreviewItem], Field(title="各可见范围下的样子")]


def draft_of(body: NeedIn, organisation: Organisation | None = None) -> Need:
    """Return a need of no session, as it would be once published.

    Raises:
        InvalidInput: its texts say that they are state secrets.
    """
    values = plain_fields(body.model_dump(exclude={"organisation", "status"}))
    moment = now()
    need = Need(
        id="", version=1, created_at=moment, updated_at=moment, public_version=1, public_updated_at=moment,
        status=Status.PUBLISHED.value, **values,
    )  # fmt: skip
    need.organisation_id = (organisation and organisation.id) or ""
    refuse_state_secrets(need)
    return need


def preview(session: Session, body: NeedIn, caller: Caller) -> PreviewOut:
    """Return what somebody who has not signed in would see of a need. Raises InvalidInput."""
    organisation = enterprise_of(session, body.organisation, caller)
    return PreviewOut(items=[_seen(body, visibility, organisation) for visibility in NeedVisibility])


def _seen(body: NeedIn, visibility: NeedVisibility, organisation: Organisation) -> PreviewItem:
    need = draft_of(body.model_copy(update={"visibility": visibility}), organisation)
    # A stand-in: the need must not reach the session that the organisation was read in.
    need.organisation = Organisation(id=organisation.id or "", name=organisation.name, kind=organisation.kind)
    return PreviewItem(visibility=visibility, record=NeedOut.of(need, ANYBODY) if is_public(need) else None)
