"""Who the two sides of a contract are: known organisations, and where they count."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from app.core.errors import FieldError
from app.models import Organisation, OrganisationKind
from app.targets.places import Places

SIDES = ("buyer", "seller")
_WORDS = {"buyer": "买方", "seller": "卖方"}


def name_key(name: str) -> str:
    """Return what tells names apart: brackets and blanks are written in many ways."""
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()


def spellings(name: str) -> set[str]:
    """Return how a name may stand in the database: as written, and with brackets of either width."""
    plain = name.strip()
    narrow = plain.replace("（", "(").replace("）", ")")
    wide = plain.replace("(", "（").replace(")", "）")
    return {plain, narrow, wide, "".join(wide.split()), "".join(narrow.split())}


class Directory:
    """Known organisations, by credit code and by name."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._by_id: dict[str, Organisation] = {}
        self._by_code: dict[str, Organisation] = {}
        self._by_name: dict[str, Organisation] = {}
        for each in organisations:
            self._by_id[each.id] = each
            self._by_name.setdefault(name_key(each.name), each)
            if each.credit_code:
                self._by_code[each.credit_code] = each

    def find(self, name: str, code: str | None) -> Organisation | None:
        """Return the organisation of a credit code, or else of a name."""
        found = self._by_code.get(code) if code else None
        return found or self._by_name.get(name_key(name))

    def of_id(self, id: str | None) -> Organisation | None:
        """Return the organisation of an id."""
        return self._by_id.get(id or "")


def settle(fields: dict[str, Any], side: str, directory: Directory, places: Places) -> list[FieldError]:
    """Fill in what a side leaves open: its organisation, whether it is local, county and park.

    Returns what is wrong with it, in the words of the contract's fields.
    """
    known = _organisation(fields, side, directory)
    if isinstance(known, FieldError):
        return [known]
    fields[f"{side}_id"] = known and known.id
    local, district, park = (fields[f"{side}_{name}"] for name in ("local", "district", "park"))
    of_known = district is None and known is not None and known.district is not None
    if local is None:
        region = places.region(district or (known and known.district) or "")
        if region is None:
            message = f"看不出{_WORDS[side]}是否在市内，请填写{_WORDS[side]}地区，或先在单位库里补上它的县区"
            return [FieldError(f"{side}_local", "missing", message)]
        local = region.local or not places.parks
        park = park or region.park
        district = region.district or district if region.local else district
    if local and of_known and known is not None and (not places.parks or known.district in places.parks):
        district, park = known.district, park or _known_park(known, places)
    fields |= {f"{side}_local": local, f"{side}_district": district, f"{side}_park": park}
    wrong = _wrong_place(side, fields, places)
    return [] if wrong is None else [wrong]


def is_horizontal(fields: Mapping[str, Any], directory: Directory) -> bool:
    """Say whether a contract counts as 横向科研 where nobody said: a university works for somebody who is none."""
    seller, buyer = directory.of_id(fields["seller_id"]), directory.of_id(fields["buyer_id"])
    of_university = seller is not None and seller.kind == OrganisationKind.UNIVERSITY
    return of_university and (buyer is None or buyer.kind != OrganisationKind.UNIVERSITY)


def _organisation(fields: Mapping[str, Any], side: str, directory: Directory) -> Organisation | FieldError | None:
    wanted = fields.get(f"{side}_id")
    if not wanted:
        return directory.find(fields[side], fields.get(f"{side}_credit_code"))
    found = directory.of_id(wanted)
    if found is None:
        return FieldError(f"{side}_id", "unknown", "没有这个单位，请从单位库中选择，或不填", wanted)
    return found


def _known_park(known: Organisation, places: Places) -> str | None:
    parks = places.parks.get(known.district or "", ())
    return known.park if known.park and (not parks or known.park in parks) else None


def _wrong_place(side: str, fields: Mapping[str, Any], places: Places) -> FieldError | None:
    local, district, park = (fields[f"{side}_{name}"] for name in ("local", "district", "park"))
    word = _WORDS[side]
    if not local:
        return FieldError(f"{side}_park", "not_local", f"{word}不在市内，不填园区", park) if park else None
    if park and not district:
        return FieldError(f"{side}_district", "missing", f"园区在县区之内，请一并填写{word}县区")
    if district and places.parks and district not in places.parks:
        known = "、".join(places.parks)
        message = f"“{district}”不是本市县区，请填 {known} 之一；市外单位请注明市外"
        return FieldError(f"{side}_district", "unknown", message, district)
    parks = places.parks.get(district or "", ())
    if park and parks and park not in parks:
        return FieldError(f"{side}_park", "unknown", f"“{district}”没有“{park}”，请填 {'、'.join(parks)} 之一", park)
    return None
