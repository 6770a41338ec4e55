"""What differs between what a channel should show and what its platform has: the differences that a package carries."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.channels.fields import values_of
from app.channels.files import Part
from app.channels.gbk import in_gbk
from app.channels.redaction import Redaction
from app.channels.rows import Column, Row, columns_of, row_of
from app.kinds.table import Record
from app.models import Channel, ChannelItem, ItemState, Need, NeedVisibility, Operation, PackageFormat

# Without I, L, O, U, 0 and 1: read out by telephone, none is taken for another. 30**10 of them.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
_MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in a plan.

    Attributes:
        operation: None for a row that is the same as what was sent; only a full package has it.
        code: another than the item's for a record that must not be known again.
        item: None for a record that the channel never had.
        row: None for a removal.
    """

    operation: Operation | None
    record_id: str
    code: str
    item: ChannelItem | None
    row: Row | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class KeptBack:
    """A record that does not go, and why. `there`: the platform has it from before."""

    record: Record
    reasons: tuple[str, ...]
    there: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a package would carry.

    Attributes:
        entries: by code, which is random: their order tells nothing.
        held: would name an enterprise that hides; taken down where they are there.
        blocked: cannot be written as the columns ask; what is there stays as it is.
        notes: on what was written otherwise than it stands, in Chinese.
    """

    entries: tuple[Entry, ...]
    held: tuple[KeptBack, ...]
    blocked: tuple[KeptBack, ...]
    notes: tuple[str, ...]

    def of(self, operation: Operation | None) -> list[Entry]:
        """Return the entries of an operation."""
        return [each for each in self.entries if each.operation is operation]

    @property
    def nothing_to_do(self) -> bool:
        """Whether the platform has all that it should have, and nothing else."""
        return all(each.operation is None for each in self.entries)

    @property
    def key(self) -> tuple[tuple[object, ...], ...]:
        """What is the same of two plans that make the same package."""
        return tuple(
            (
                each.operation,
                each.record_id,
                each.code,
                each.row and each.row.hash,
                each.item and each.item.platform_id,
                each.item and each.item.sent_hash,
            )
            for each in self.entries
        )

    def parts(self, columns: Sequence[Column], *, full: bool) -> list[Part]:
        """Return the rows of a package, removals by code alone: texts that should go are not sent again."""
        header = [column.target for column in columns]

        def rows(entries: Sequence[Entry]) -> list[list[str]]:
            return [[text for _, text in each.row.cells] for each in entries if each.row is not None]

        removed = Part("remove", _REMOVED, [_removal(each) for each in self.of(Operation.REMOVE)])
        if full:
            return [Part("full", header, rows(self.entries)), removed]
        return [
            Part("add", header, rows(self.of(Operation.ADD))),
            Part("change", header, rows(self.of(Operation.CHANGE))),
            removed,
        ]


_REMOVED = ("对外编号", "平台编号", "平台链接")


def _removal(entry: Entry) -> list[str]:
    item = entry.item
    cells = [entry.code, (item and item.platform_id) or "", (item and item.platform_url) or ""]
    # The code is enough to find the record; what GBK cannot write of the platform's own number is left away.
    return [text if not in_gbk(text)[2] else "" for text in cells]


@dataclass(slots=True)
class Codes:
    """Codes for records that a channel has not had, or had as another; the same again for the same record."""

    made: dict[str, str] = field(default_factory=dict)

    def of(self, record_id: str) -> str:
        """Return the record's code."""
        return self.made.setdefault(record_id, "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)))


def make_plan(
    channel: Channel,
    records: Sequence[Record],
    items: Mapping[str, ChannelItem],
    codes: Codes,
    redaction: Redaction,
) -> Plan:
    """Compare what may go with what is there.

    Args:
        records: that anybody may see and the channel's selection takes.
        items: of the channel, by record.
    """
    columns = columns_of(channel.columns)
    gbk = channel.format == PackageFormat.CSV_GBK
    entries: list[Entry] = []
    held: list[KeptBack] = []
    blocked: list[KeptBack] = []
    rewritten: Counter[tuple[str, str]] = Counter()
    for record in records:
        item = items.get(record.id)
        there = item is not None and item.sent_hash is not None
        reasons = redaction.reasons(record, columns, hints=channel.hold_hints)
        if reasons:
            held.append(KeptBack(record, reasons, there))
            continue
        known = item is not None and is_known_there(record, item)
        if item is not None and known and there:
            entries.append(Entry(Operation.REMOVE, record.id, item.code, item, None, record.title))
            continue
        code = codes.of(record.id) if item is None or known else item.code
        row = row_of(values_of(record), columns, code, channel.contact_line, channel.left_out)
        problems = list(row.problems)
        if gbk:
            changed, left = _encoding(row)
            rewritten.update(changed)
            if left:
                problems.append(f"GBK 写不出“{left}”，请改文字，或把通道格式改为 UTF-8")
        if problems:
            blocked.append(KeptBack(record, tuple(problems), there))
        else:
            entries.append(Entry(_operation(item, row), record.id, code, item, row, record.title))
    shown = {each.record_id for each in entries} | {each.record.id for each in blocked}
    entries += [
        Entry(Operation.REMOVE, item.record_id, item.code, item, None)
        for item in items.values()
        if item.sent_hash is not None and item.record_id not in shown
    ]
    entries.sort(key=lambda each: each.code)
    return Plan(tuple(entries), tuple(held), tuple(blocked), _notes(rewritten))


def is_known_there(record: Record, item: ChannelItem) -> bool:
    """Say whether the platform was told who posted a need that hides its enterprise by now.

    Under the same code it would go on to be known by its name, whatever the new row leaves out: it is taken
    down, and comes back as a stranger.
    """
    if not isinstance(record, Need) or record.visibility != NeedVisibility.ANONYMOUS:
        return False
    places = {record.district, record.organisation.district} - {None, ""}
    return any(record.organisation.name in text or text in places for _, text in item.sent)


def _operation(item: ChannelItem | None, row: Row) -> Operation | None:
    if item is None or item.sent_hash is None:
        return Operation.ADD
    if item.sent_hash == row.hash:
        return None
    # What the platform refused it does not have: it is handed in anew.
    return Operation.ADD if item.state == ItemState.REJECTED else Operation.CHANGE


def _encoding(row: Row) -> tuple[set[tuple[str, str]], str]:
    changed: set[tuple[str, str]] = set()
    left = ""
    for _, text in row.cells:
        _, written, without = in_gbk(text)
        changed.update(written.items())
        left += without
    return changed, "".join(dict.fromkeys(left))


def _notes(rewritten: Counter[tuple[str, str]]) -> tuple[str, ...]:
    notes = [
        f"GBK 没有“{_seen(old)}”，在 {count} 条里写作“{new}”" if new else f"去掉了 {count} 条里的隐形字符 {_seen(old)}"
        for (old, new), count in rewritten.most_common(_MOST_NOTES)
    ]
    return tuple(notes)


def _seen(text: str) -> str:
    return text if text.isprintable() and text.strip() else " ".join(f"U+{ord(each):04X}" for each in text)
