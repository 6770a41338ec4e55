"""The counties of the city and the parks within them, and what a region in words means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

_BLANKS = re.compile(r"\s+")
_PARKS = re.compile(r"[、，,；;]+")
_HERE = ("市内", "本市", "本地", "市本级")
_AWAY = ("市外", "省外", "外省", "境外", "国外", "港澳台")
# What names a place above a county elsewhere.
_ELSEWHERE = re.compile(r"[省市州盟]|自治区|特别行政区")


@dataclass(frozen=True, slots=True)
class Region:
    """Where a party is. `district` of a party elsewhere is the region as it was written."""

    local: bool
    district: str | None = None
    park: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The city's name, and the parks of each of its counties; nothing is known where both are empty."""

    city: str = ""
    parks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def parse(cls, city: str, lines: str) -> "Places":
        """Return the places of a text with a county a line, its parks after a colon.

        Raises:
            ValueError: a county stands twice; the message says which.
        """
        parks: dict[str, tuple[str, ...]] = {}
        for line in lines.splitlines():
            county, _, rest = unicodedata.normalize("NFKC", line).partition(":")
            name = county.strip()
            if not name:
                continue
            if name in parks:
                raise ValueError(f"“{name}”写了两行，请并成一行")
            parks[name] = tuple(dict.fromkeys(each.strip() for each in _PARKS.split(rest) if each.strip()))
        return cls(city.strip(), parks)

    def region(self, text: str) -> Region | None:
        """Return what a region means: `云澜市矿南区`, `矿南区`, `省外`, `合肥市高新区`; None for an empty one.

        A county's name counts only where no other city stands before it: many cities have a 高新区.
        """
        plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
        if not plain:
            return None
        if plain in self.parks:
            return Region(True, plain)
        if plain in _HERE:
            return Region(True)
        inside = bool(self.city) and self.city in plain
        rest = plain.split(self.city, 1)[1] if inside else plain
        away = any(word in plain for word in _AWAY) or (not inside and _ELSEWHERE.search(plain) is not None)
        county = max((name for name in self.parks if name in rest), key=len, default=None)
        park = None if away else self._park(rest, county)
        if park is not None:
            return Region(True, park[0], park[1])
        if away or (county is None and not inside):
            return Region(False, text.strip()[:100])
        return Region(True, county)

    def _park(self, text: str, county: str | None) -> tuple[str, str] | None:
        """Return (county, park) of the longest park in a text, among those of a county if that is known."""
        known = [
            (each, park)
            for each, parks in self.parks.items()
            if county in (None, each)
            for park in parks
            if park in text
        ]
        return max(known, key=lambda pair: len(pair[1]), default=None)
