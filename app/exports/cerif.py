"""Achievements as a CERIF-shaped JSON, after the OpenAIRE Guidelines for CRIS Managers 1.2.

Names follow that profile: Product with Title, Description, Keyword, OriginatesFrom; the maturity,
price and visibility, for which it has none, stand under `ext` with a namespace of ours. Sources:
https://openaire-guidelines-for-cris-managers.readthedocs.io and CERIF 1.6 of euroCRIS.
"""

from collections.abc import Sequence
from typing import Any

from app.core.city_time import CITY_TIME
from app.models import Achievement, Organisation
from app.models.base import now

_NAMESPACE = "urn:shuangxu:cerif-extension:1"


def as_cerif(records: Sequence[Achievement]) -> dict[str, Any]:
    """Return products and the organisation units that they come from."""
    owners = {record.organisation.id: record.organisation for record in records}
    return {
        "@context": {"@vocab": "https://www.openaire.eu/cerif-profile/1.2/", "ext": _NAMESPACE},
        "generatedAt": now().astimezone(CITY_TIME).isoformat(timespec="seconds"),
        "OrgUnit": [_unit(owner) for owner in owners.values()],
        "Product": [_product(record) for record in records],
    }


def _unit(owner: Organisation) -> dict[str, Any]:
    unit: dict[str, Any] = {"@id": f"OrgUnits/{owner.id}", "Name": [_chinese(owner.name)]}
    if owner.credit_code:
        unit["Identifier"] = [{"@type": "https://www.wikidata.org/wiki/Property:P6795", "#text": owner.credit_code}]
    return unit


def _product(record: Achievement) -> dict[str, Any]:
    product: dict[str, Any] = {
        "@id": f"Products/{record.id}",
        "Language": "zh",
        "Title": [_chinese(record.title)],
        "Description": [_chinese(record.summary)] if record.summary else [],
        "Keyword": [_chinese(word) for word in record.keywords],
        "Subject": [{"@scheme": "GB/T 4754-2017", "#text": code} for code in record.industries],
        "OriginatesFrom": [{"OrgUnit": {"@id": f"OrgUnits/{record.organisation_id}"}}],
        "ext:maturity": {"trl": record.maturity, "stage": record.stage},
        "ext:priceWan": {"min": _number(record.price_min_wan), "max": _number(record.price_max_wan)},
        "ext:cooperationModes": record.cooperation_modes,
        "ext:indicators": record.indicators,
        "ext:visibility": record.visibility,
        "ext:status": record.status,
    }
    if record.external_id:
        product["Identifier"] = [{"@type": "local", "#text": record.external_id}]
    if record.ip:
        product["ext:intellectualProperty"] = record.ip
    return product


def _chinese(text: str) -> dict[str, str]:
    return {"@lang": "zh", "#text": text}


def _number(amount: Any) -> str | None:
    return None if amount is None else format(amount.normalize(), "f")
