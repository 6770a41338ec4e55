"""Calendar files after RFC 5545, as phones and desktops read them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Response

MEDIA_TYPE = "text/calendar; charset=utf-8"
# Octets of a line, without its end (RFC 5545, 3.1).
_LINE = 75
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What stands in the calendar; moments have a zone.

    Attributes:
        uid: the same whenever the event is told again, so that it replaces what is there.
        sequence: grows with each change.
    """

    uid: str
    starts: datetime
    ends: datetime
    summary: str
    place: str = ""
    text: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False


def calendar(events: Sequence[CalendarEvent], told_at: datetime) -> bytes:
    """Return the events as an .ics file, told at a moment."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//shuangxu//roadshows//ZH", "METHOD:PUBLISH"]
    for each in events:
        lines += _event(each, told_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def calendar_answer(content: bytes, name: str) -> Response:
    """Return a calendar as a file to be saved under a name of ASCII characters."""
    return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def escaped(text: str) -> str:
    """Return a text as a value of the type TEXT: backslash, semicolon, comma and line ends escaped."""
    plain = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for character in ("\\", ";", ","):
        plain = plain.replace(character, f"\\{character}")
    return plain.replace("\n", "\\n")


def _event(event: CalendarEvent, told_at: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_moment(told_at)}",
        f"DTSTART:{_moment(event.starts)}",
        f"DTEND:{_moment(event.ends)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(event.summary)}",
    ]
    for name, value in (("LOCATION", event.place), ("DESCRIPTION", event.text)):
        if value:
            lines.append(f"{name}:{escaped(value)}")
    if event.url:
        # A value of the type URI is not escaped; a line end in it would begin a property of its own.
        lines.append("URL:" + re.sub(r"\s", "", _NOT_TEXT.sub("", event.url)))
    return [*lines, "END:VEVENT"]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, none of which cuts a character; the later begin with a space."""
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            yield part
            part, size = " ", 1
        part += character
        size += width
    yield part
