"""Calendar files: whatever a text holds, it stays one value, and every line keeps its length."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.city_time import CITY_TIME
from app.roadshows.calendar import CalendarEvent, calendar, escaped

START = datetime(2026, 12, 3, 9, 0, tzinfo=CITY_TIME)
TOLD = datetime(2026, 11, 28, 1, 2, 3, tzinfo=UTC)


def _event(**fields):
    values = {"uid": "1@shuangxu", "starts": START, "ends": START + timedelta(minutes=20), "summary": "洽谈", **fields}
    return CalendarEvent(**values)


def _unfolded(content):
    return content.decode().replace("\r\n ", "").split("\r\n")


def _value(content, name):
    (line,) = [line for line in _unfolded(content) if line.startswith(f"{name}:")]
    return line.removeprefix(f"{name}:")


def test_text_is_escaped():
    assert escaped("甲,乙;丙\\丁\r\n戊\r己\n") == "甲\\,乙\\;丙\\\\丁\\n戊\\n己\\n"
    assert escaped("a\x00b\ud800c") == "abc"


def test_an_event_is_told_in_utc_with_its_place():
    content = calendar([_event(place="云澜会展中心 2 号厅", url="https://meet.example/1", sequence=4)], TOLD)
    assert _unfolded(content)[:4] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//shuangxu//roadshows//ZH",
                                      "METHOD:PUBLISH"]  # fmt: skip
    assert (_value(content, "DTSTART"), _value(content, "DTEND")) == ("20261203T010000Z", "20261203T012000Z")
    assert _value(content, "DTSTAMP") == "20261128T010203Z"
    assert _value(content, "LOCATION") == "云澜会展中心 2 号厅"
    assert _value(content, "URL") == "https://meet.example/1"
    assert (_value(content, "SEQUENCE"), _value(content, "STATUS")) == ("4", "CONFIRMED")
    assert content.endswith(b"END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert _value(calendar([_event(cancelled=True)], TOLD), "STATUS") == "CANCELLED"


def _unescaped(text):
    found, at = [], 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            found.append("\n" if text[at] == "n" else text[at])
        else:
            found.append(text[at])
        at += 1
    return "".join(found)


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_out_of_its_line(summary, url):
    content = calendar([_event(summary=summary, url="https://x/" + url)], TOLD)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.decode()
    lines = content.replace(b"\r\n ", b"").split(b"\r\n")
    names = [line.split(b":")[0] for line in lines if line]
    assert names == [
        b"BEGIN", b"VERSION", b"PRODID", b"METHOD", b"BEGIN", b"UID", b"DTSTAMP", b"DTSTART", b"DTEND",
        b"SEQUENCE", b"STATUS", b"SUMMARY", b"URL", b"END", b"END",
    ]  # fmt: skip


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=300))
def test_a_text_is_read_as_it_was_written(text):
    assert _unescaped(_value(calendar([_event(summary=text)], TOLD), "SUMMARY")) == text
