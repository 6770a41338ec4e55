"""What records may not say: state secrets, and the name of an enterprise that hides."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.confidentiality.names import Profile, Sort
from app.confidentiality.self_naming import Finding, find_self_naming
from app.confidentiality.state_secrets import find_state_secrets
from app.core.errors import FieldError, InvalidInput
from app.kinds.table import Record, kind_of, written_columns
from app.models import Organisation, Status
from app.organisations.repository import UNNAMED

_MOST_SHOWN = 100
_REFUSED = (
    "“{}”表明含有国家秘密，本系统不得存储、传输国家秘密，请删去后再提交，并按保密规定处理原件；如不涉密，请写明“不涉密”"
)


class DisclosureOut(BaseModel):
    """A place in a text that gives its enterprise away."""

    model_config = ConfigDict(from_attributes=True)

    field: Annotated[str, Field(title="字段")]
    item: Annotated[int, Field(title="第几项", description="列表字段中的序号，从 0 起；文本字段为 0")]
    start: Annotated[int, Field(title="起始位置", description="字符数，从 0 起")]
    end: Annotated[int, Field(title="结束位置")]
    text: Annotated[str, Field(title="原文")]
    sort: Annotated[Sort, Field(title="暴露了什么")]
    certain: Annotated[bool, Field(title="确定", description="false 为提示，不影响发布")]
    advice: Annotated[str, Field(title="怎样改")]


def free_texts() -> tuple[str, ...]:
    """Return the fields that people write freely and that others read, of every kind of record."""
    return (*written_columns(), "chains", "cooperation_modes")


def state_secrets(fields: Mapping[str, Any]) -> list[FieldError]:
    """Return an error for each field that says it is a state secret."""
    return [
        FieldError(name, "state_secret", _REFUSED.format(secret.text), secret.text)
        for name, _, text in _texts(fields)
        for secret in find_state_secrets(text)[:1]
    ]


def refuse_state_secrets(record: Record) -> None:
    """Refuse a record whose texts say that they are state secrets. Raises InvalidInput."""
    errors = state_secrets({name: getattr(record, name, None) for name in (*free_texts(), "contact")})
    if errors:
        raise InvalidInput("；".join(f"{each.field}：{each.message}" for each in errors) + "。", tuple(errors))


def disclosures_in(fields: Mapping[str, Any], organisation: Organisation, district: str | None) -> list[DisclosureOut]:
    """Return what in the texts of a record gives its organisation away, at most 100 places.

    Args:
        district: that the record names beside its organisation's.
    """
    profiles = [profile_of(organisation, organisation.district)]
    if district and district != organisation.district:
        profiles.append(profile_of(organisation, district))
    found: dict[tuple[str, int, int], DisclosureOut] = {}
    for name, item, text in _texts(fields):
        for profile in profiles:
            for finding in find_self_naming(text, profile):
                found.setdefault((name, item, finding.start), _shown(name, item, finding))
    return list(found.values())[:_MOST_SHOWN]


def disclosures_of(record: Record) -> list[DisclosureOut]:
    """Return what in the texts of a record that hides its owner gives it away."""
    return _disclosures(record, record.organisation)


def hold_back_named(record: Record, organisation: Organisation) -> bool:
    """Keep a record as a draft while its texts name the owner that it hides; say whether it was held back.

    The enterprise may accept what was found: then nothing is held back.
    """
    if record.status not in {Status.SUBMITTED, Status.PUBLISHED} or getattr(record, "disclosures_accepted", False):
        return False
    if any(each.certain for each in _disclosures(record, organisation)):
        record.status = Status.DRAFT
        return True
    return False


def profile_of(organisation: Organisation, district: str | None) -> Profile:
    """Return what the finder needs to know of an organisation."""
    return Profile(
        name="" if organisation.name == UNNAMED else organisation.name,
        credit_code=organisation.credit_code,
        district=district,
        park=organisation.park,
        address=organisation.address,
        legal_person=organisation.legal_person,
        aliases=tuple(organisation.aliases or ()),
        brands=tuple(organisation.brands or ()),
        products=tuple(organisation.products or ()),
        phones=tuple(organisation.phones or ()),
    )


def _disclosures(record: Record, organisation: Organisation) -> list[DisclosureOut]:
    if record.visibility != kind_of(record).anonymous_visibility:
        return []
    fields = {name: getattr(record, name, None) for name in free_texts()}
    return disclosures_in(fields, organisation, record.district)


def _shown(field: str, item: int, finding: Finding) -> DisclosureOut:
    return DisclosureOut(
        field=field,
        item=item,
        start=finding.start,
        end=finding.end,
        text=finding.text,
        sort=finding.sort,
        certain=finding.certain,
        advice=finding.advice,
    )


def _texts(fields: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    for name in (*free_texts(), "contact"):
        value = fields.get(name)
        for item, text in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(text, str) and text:
                yield name, item, text
