"""What is sent: a message of one notice or of several, the same for every channel."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.city_time import CITY_TIME
from app.models import NoticePace
from app.notices.reading import TOPICS, ReadNotice


class NotSent(Exception):
    """A message could not be sent.

    Attributes:
        reason: what a person is told, in Chinese; nothing secret is in it.
        final: trying again is no use.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True)
class Message:
    """A message to an account.

    Attributes:
        id: of the delivery: who gets it twice knows it by that.
        attempt: how often it was tried, this time included.
        items: never empty; what the reader may see.
    """

    id: str
    pace: NoticePace
    email: str
    name: str
    items: Sequence[ReadNotice]
    base: str
    attempt: int = 1

    @property
    def subject(self) -> str:
        """Return a line that says what it is about."""
        if self.pace is NoticePace.IMMEDIATE and len(self.items) == 1:
            return one_line(self.items[0].title)
        what = {NoticePace.DAILY: "每日通知", NoticePace.WEEKLY: "每周通知"}.get(self.pace, "通知")
        return f"双需对接{what}：{len(self.items)} 条"

    @property
    def body(self) -> str:
        """Return the whole as plain text, topic by topic."""
        parts = [f"{self.name}，您好："]
        for topic, name in TOPICS.items():
            mine = [each for each in self.items if each.topic is topic]
            if mine:
                parts.append("\n".join([f"【{name}】", *(self._lines(each) for each in mine)]))
        parts.append("在“通知设置”里可以改变接收方式。此信由系统发出，请勿回复。")
        return "\n\n".join(parts)

    @property
    def summary(self) -> str:
        """Return how much there is of what, for a group in which others read along: no title is in it."""
        counts = Counter(each.topic for each in self.items)
        what = "、".join(f"{TOPICS[topic]} {count}" for topic, count in counts.items())
        where = f"，请登录 {self.base}/notices 查看。" if self.base else "，请登录双需对接查看。"
        return f"{self.name}有 {len(self.items)} 条新通知（{what}）{where}"

    def _lines(self, item: ReadNotice) -> str:
        lines = [f"· {one_line(item.title)}（{moment(item.created_at)}）"]
        if item.text:
            lines.append(f"  {one_line(item.text)}")
        if self.base and item.path:
            lines.append(f"  {self.base}{item.path}")
        return "\n".join(lines)


def one_line(text: str) -> str:
    """Return a text without line breaks: in a header they would begin another one."""
    return " ".join(text.split())


def moment(value: datetime) -> str:
    """Return a moment to the minute, in the city's time."""
    return value.astimezone(CITY_TIME).strftime("%m-%d %H:%M")
