"""How an account wants to be told, with what counts where it has not said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.core.caller import Caller
from app.core.settings import Settings
from app.models import NoticeChannel, NoticePace, NoticePreference, NoticeTopic

# Matches come in numbers, everything else one by one.
DEFAULT_PACES: Mapping[NoticeTopic, NoticePace] = {
    topic: NoticePace.DAILY if topic is NoticeTopic.MATCH else NoticePace.IMMEDIATE for topic in NoticeTopic
}
LEAST_GRADE = 3
# A robot speaks to a whole group, which is the operator's own: only staff have it.
GROUP_CHANNELS = frozenset({NoticeChannel.WECOM, NoticeChannel.DINGTALK})


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an account wants to be told."""

    paces: Mapping[NoticeTopic, NoticePace]
    channels: Collection[NoticeChannel]
    least_grade: int


DEFAULT = Wishes(DEFAULT_PACES, (), LEAST_GRADE)


def wishes_of(preference: NoticePreference | None) -> Wishes:
    """Return the wishes of an account; the defaults for what it has not said."""
    if preference is None:
        return DEFAULT
    said = {NoticeTopic(topic): NoticePace(pace) for topic, pace in preference.paces.items()}
    channels = tuple(NoticeChannel(each) for each in preference.channels)
    return Wishes({**DEFAULT_PACES, **said}, channels, preference.least_grade)


def channels_for(settings: Settings, caller: Caller) -> list[NoticeChannel]:
    """Return the ways out of the console that the operator has set up and the caller may turn on."""
    ready = {
        NoticeChannel.MAIL: bool(settings.notice_mail),
        NoticeChannel.WECOM: bool(settings.notice_wecom),
        NoticeChannel.DINGTALK: bool(settings.notice_dingtalk),
        NoticeChannel.WEBHOOK: settings.notice_webhooks,
    }
    return [each for each, on in ready.items() if on and (caller.sees_all or each not in GROUP_CHANNELS)]
