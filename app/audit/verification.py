"""Check that nothing in the audit log was changed, taken out, put in or put in another order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.audit.log import BEGINNING, entry_hash

# Enough to see where tampering began; one entry taken out of a million must not print a million lines.
_MOST_REPORTED = 20


class Fault(StrEnum):
    """What is wrong at a place of the log."""

    CHANGED = "changed"
    MISSING = "missing"
    BROKEN_LINK = "broken_link"
    OTHER_HEAD = "other_head"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, at the entry where it shows."""

    number: int
    fault: Fault
    message: str


@dataclass(slots=True)
class Verification:
    """The outcome.

    Attributes:
        entries: that were read.
        head: number and hash of the last one; keep it elsewhere, to notice a log that was cut short
            or written anew.
        findings: at most 20.
    """

    entries: int = 0
    head: tuple[int, str] = (0, BEGINNING)
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def note(self, number: int, fault: Fault, message: str) -> None:
        """Add a finding, unless there are enough."""
        if len(self.findings) < _MOST_REPORTED:
            self.findings.append(Finding(number, fault, message))


def verify_entries(
    rows: Iterable[Mapping[str, Any]], known_head: tuple[int, str] | None = None, *, whole: bool = True
) -> Verification:
    """Check entries in the order of their numbers.

    Args:
        rows: every column of each entry, as `app.audit.log` seals them.
        known_head: number and hash that an entry had when somebody noted them.
        whole: the rows begin with entry 1; otherwise with any.
    """
    result = Verification()
    number, seal = 0, BEGINNING
    seen_head = known_head is None
    for row in rows:
        if result.entries == 0 and not whole:
            number, seal = row["number"] - 1, row["previous_hash"]
        if row["number"] != number + 1:
            gap = f"第 {number + 1} 条" if row["number"] == number + 2 else f"第 {number + 1} 至 {row['number'] - 1} 条"
            result.note(row["number"], Fault.MISSING, f"{gap}缺失")
        elif row["previous_hash"] != seal:
            message = f"第 {row['number']} 条与前一条不衔接：第 {number} 条被替换，或两条之间有改动"
            result.note(row["number"], Fault.BROKEN_LINK, message)
        if entry_hash(row) != row["hash"]:
            result.note(row["number"], Fault.CHANGED, f"第 {row['number']} 条的内容被改动（{row['action']}）")
        number, seal = row["number"], row["hash"]
        if known_head is not None and number == known_head[0]:
            seen_head = True
            if seal != known_head[1]:
                result.note(number, Fault.OTHER_HEAD, f"第 {number} 条与留存的校验值不同：日志在此之前被整体重写")
        result.entries += 1
        result.head = (number, seal)
    if not seen_head and known_head is not None:
        message = f"留存的校验值属于第 {known_head[0]} 条，日志只到第 {number} 条：末尾被删"
        result.note(number + 1, Fault.OTHER_HEAD, message)
    return result
