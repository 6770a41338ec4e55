"""Send a message by each way out of the console."""

import logging
from collections.abc import Callable, Mapping
from urllib.parse import quote

from app.core.settings import Settings
from app.models import NoticeChannel, NoticePreference
from app.notices.message import Message, NotSent
from app.notices.webhooks import payload, post

Sender = Callable[[Message, NoticePreference | None], None]
NAMES = {
    NoticeChannel.MAIL: "邮件",
    NoticeChannel.WECOM: "企业微信",
    NoticeChannel.DINGTALK: "钉钉",
    NoticeChannel.WEBHOOK: "webhook",
}


def senders_of(settings: Settings) -> Mapping[NoticeChannel, Sender]:
    """Return what sends by each channel; it raises NotSent where a message does not get through."""
    return {
        NoticeChannel.MAIL: lambda message, _: _mail(settings, message),
        NoticeChannel.WECOM: lambda message, _: _group(settings.notice_wecom, NoticeChannel.WECOM, message),
        NoticeChannel.DINGTALK: lambda message, _: _group(settings.notice_dingtalk, NoticeChannel.DINGTALK, message),
        NoticeChannel.WEBHOOK: lambda message, preference: _webhook(settings, message, preference),
    }


def _mail(settings: Settings, message: Message) -> None:
    url = settings.notice_mail.replace("{to}", quote(message.email, safe=""))
    _notify(url, NoticeChannel.MAIL, message.body, message.subject)


def _group(url: str, channel: NoticeChannel, message: Message) -> None:
    # A whole group reads it: how much there is, and no word of what.
    _notify(url, channel, message.summary, "双需对接")


def _notify(url: str, channel: NoticeChannel, body: str, title: str) -> None:
    import apprise

    # It logs addresses with what they carry.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    sender = apprise.Apprise()
    if not sender.add(url):
        raise NotSent(f"{NAMES[channel]}的发送地址无法识别，请管理员检查设置。", final=True)
    if not sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT):
        raise NotSent(f"{NAMES[channel]}没有发出，请管理员检查地址、账号和网络。")


def _webhook(settings: Settings, message: Message, preference: NoticePreference | None) -> None:
    if preference is None or not preference.webhook_url or not preference.webhook_secret:
        raise NotSent("没有填写 webhook 地址和签名密钥，请在通知设置里补上。", final=True)
    post(preference.webhook_url, preference.webhook_secret, message.id, payload(message), settings.webhook_hosts)
