"""Which needs are held back from other platforms, and why.

Whoever hides here hides there: an anonymous need whose texts certainly name their enterprise stays
here, also where the enterprise accepted them for our own pages. What an enterprise is known by is
read anew each time, so that a name that was added later takes effect with the next package.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

from app.channels.fields import CONSTANT
from app.channels.rows import Column
from app.confidentiality.names import Profile
from app.confidentiality.self_naming import find_self_naming
from app.kinds.table import Record
from app.models import Need, NeedVisibility, Organisation
from app.records.disclosures import disclosures_of, free_texts, profile_of

FIELDS = {
    "title": "名称", "description": "需求描述", "indicators": "指标", "chains": "产业链",
    "cooperation_modes": "合作方式", "keywords": "关键词",
}  # fmt: skip
_NOBODY = Profile(name="")
# Verdicts kept: of a province's needs, a few hundred bytes each.
_MOST_KEPT = 20_000


class Redaction:
    """Says why records are held back; remembers what it found while neither text nor profile changes.

    A plan of 1,000 anonymous needs is made twice, the second time inside a write transaction that must be short.
    """

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[tuple[str, bool], ...]] = {}
        self._lock = Lock()

    def reasons(self, record: Record, columns: Sequence[Column], *, hints: bool) -> tuple[str, ...]:
        """Return why a record may not leave, in Chinese; empty if it may.

        Args:
            hints: what may name the enterprise counts too.
        """
        if not isinstance(record, Need) or record.visibility != NeedVisibility.ANONYMOUS:
            return ()
        found = [reason for reason, certain in self._of_texts(record) if certain or hints]
        return (*found, *_of_columns(columns, record.organisation))

    def _of_texts(self, record: Need) -> tuple[tuple[str, bool], ...]:
        texts = tuple(
            (name, tuple(value) if isinstance(value, list) else value)
            for name in free_texts()
            if (value := getattr(record, name, None))
        )
        key = (profile_of(record.organisation, record.organisation.district), record.district, texts)
        with self._lock:
            known = self._kept.get(key)
        if known is None:
            known = tuple(
                (f"{FIELDS.get(each.field, each.field)}：“{each.text}”{each.advice}", each.certain)
                for each in disclosures_of(record)
            )
            with self._lock:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = known
        return known


def _of_columns(columns: Sequence[Column], organisation: Organisation) -> list[str]:
    """Return which words that staff wrote for all rows name this enterprise.

    The liaisons' contact line is the same for all and about themselves: it is not looked at.
    """
    profile = profile_of(organisation, organisation.district)
    texts = {column.target: _written(column) for column in columns}
    # Mostly there is nothing: one look at all of it, then at each column.
    if not _named_in("。\n".join(text for text in texts.values() if text), profile):
        return []
    return [
        f"通道的列“{target}”：“{name}”是这家企业的名称等信息，请改列的设置"
        for target, text in texts.items()
        for name in _named_in(text, profile)
    ]


def _written(column: Column) -> str:
    return "。\n".join(filter(None, [*column.values.values(), column.constant if column.source == CONSTANT else ""]))


@lru_cache(maxsize=10_000)
def _named_in(text: str, profile: Profile) -> tuple[str, ...]:
    """Return what in a text certainly names an organisation, and would not be found for any other."""
    anybodys = _anybodys(text)
    return tuple(
        dict.fromkeys(
            each.text
            for each in find_self_naming(text, profile)
            if each.certain and (each.start, each.end) not in anybodys
        )
    )


@lru_cache(maxsize=1000)
def _anybodys(text: str) -> frozenset[tuple[int, int]]:
    return frozenset((each.start, each.end) for each in find_self_naming(text, _NOBODY))
