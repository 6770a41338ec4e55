"""What may be done with preferences: everyone's own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NewType
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, InvalidInput, TooManyRequests
from app.core.identifiers import new_id
from app.core.settings import Settings
from app.core.versions import check_version
from app.models import Delivery, NoticeChannel, NoticePreference, NoticeTopic
from app.models.base import now
from app.notices.addresses import target_of
from app.notices.delivery_repository import DeliveryRepository
from app.notices.message import NotSent
from app.notices.preferences import channels_for, wishes_of
from app.notices.repository import NoticeRepository
from app.notices.schemas import SECRET_AT_LEAST, SECRET_AT_MOST, PreferenceIn, PreferenceOut
from app.notices.senders import NAMES
from app.notices.service import account_of
from app.notices.webhooks import post

_SHOWN_DELIVERIES = 10
# Between trials of a webhook: nobody should look for ports with it.
TRIAL_EVERY = timedelta(seconds=10)


# What an account wishes, once it is known that it may.
CheckedPreference = NewType("CheckedPreference", PreferenceIn)


@dataclass(frozen=True, slots=True, repr=False)  # no log shows it
class Webhook:
    """An address of somebody's, which may hold a token, and the secret that signs what is posted there."""

    url: str
    secret: str


class NoticePreferenceService:
    """Keeps how accounts want to be told."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, session: Session, caller: Caller) -> PreferenceOut:
        """Return how the caller is told."""
        own = None if caller.account_id is None else NoticeRepository(session).preference(caller.account_id)
        return PreferenceOut.of(own, self.channels(caller))

    def channels(self, caller: Caller) -> list[NoticeChannel]:
        """Return the ways out of the console that the caller may turn on."""
        return channels_for(self._settings, caller)

    def deliveries(self, session: Session, caller: Caller) -> Sequence[Delivery]:
        """Return the last of what was sent to the caller, the newest first."""
        if caller.account_id is None:
            return ()
        return DeliveryRepository(session).last(caller.account_id, _SHOWN_DELIVERIES)

    def checked(self, body: PreferenceIn, caller: Caller) -> CheckedPreference:
        """Return what the caller may wish, for `change`; before its transaction, as names are resolved for it.

        Raises:
            InvalidInput: the caller has no account, or may not have that.
        """
        account_of(caller)
        self._check(body, caller)
        return CheckedPreference(body)

    def change(self, session: Session, body: CheckedPreference, expected: str | None, caller: Caller) -> PreferenceOut:
        """Replace how the caller is told; a secret that is left out stays.

        Raises:
            InvalidInput, VersionRequired, StaleVersion.
        """
        owner = account_of(caller)
        repository = NoticeRepository(session)
        own = repository.preference(owner, lock=True)
        self._check_version(own, body, expected, caller)
        if own is None:
            own = NoticePreference(account_id=owner, version=0, paces={}, channels=[], least_grade=3)
            repository.add(own)
        before = _told(own)
        own.paces = {topic.value: getattr(body, topic.value).value for topic in NoticeTopic}
        own.channels = [each.value for each in dict.fromkeys(body.channels)]
        own.least_grade = body.least_grade
        own.webhook_url = body.webhook_url or None
        if body.webhook_secret:
            own.webhook_secret = body.webhook_secret
        if own.webhook_url is None:
            own.webhook_secret = None
        if NoticeChannel.WEBHOOK in body.channels and not (own.webhook_url and own.webhook_secret):
            field = "webhook_secret" if own.webhook_url else "webhook_url"
            raise _wrong(field, "required", "发到 webhook 需要地址和签名密钥，请补充")
        own.version += 1
        own.updated_at = now()
        session.flush()
        after = _told(own) | ({"secret_changed": True} if body.webhook_secret else {})
        append(session, caller, [Event("notice.prefer", "notices", owner, *changed(before, after))])
        return PreferenceOut.of(own, self.channels(caller))

    def begin_trial(self, session: Session, caller: Caller) -> Webhook:
        """Return where `post_trial` is to post to, once that somebody tries is kept.

        Raises:
            Conflict: there is no webhook.
            TooManyRequests: it was tried just now.
        """
        owner = account_of(caller)
        own = NoticeRepository(session).preference(owner, lock=True)
        if own is None or not own.webhook_url or not own.webhook_secret or not self._settings.notice_webhooks:
            raise Conflict("还没有可用的 webhook，请先在通知设置里填好地址和签名密钥并保存。")
        moment = now()
        if own.webhook_tested_at is not None and own.webhook_tested_at + TRIAL_EVERY > moment:
            raise TooManyRequests("刚刚试发过，请 10 秒后再试。", TRIAL_EVERY.seconds)
        own.webhook_tested_at = moment
        url, secret = own.webhook_url, own.webhook_secret
        append(session, caller, [Event("notice.try_webhook", "notices", owner, None, {"host": _host(url)})])
        return Webhook(url, secret)

    def post_trial(self, webhook: Webhook) -> str:
        """Post an empty message to a webhook, in no transaction; return its id.

        Raises:
            Conflict: it was not accepted; the detail says why.
        """
        id = new_id()
        try:
            body = json.dumps({"id": id, "kind": "test", "items": []}).encode()
            post(webhook.url, webhook.secret, id, body, self._settings.webhook_hosts)
        except NotSent as error:
            raise Conflict(error.reason) from error
        return id

    def _check(self, body: PreferenceIn, caller: Caller) -> None:
        available = self.channels(caller)
        for channel in body.channels:
            if channel not in available:
                raise _wrong("channels", "not_available", f"管理员没有开通{NAMES[channel]}，请取消勾选", channel.value)
        secret = body.webhook_secret
        if secret and not (
            SECRET_AT_LEAST <= len(secret) <= SECRET_AT_MOST and secret.isascii() and secret.isprintable()
        ):
            message = f"须为 {SECRET_AT_LEAST} 至 {SECRET_AT_MOST} 个英文字符、数字或符号，请用随机生成的"
            raise _wrong("webhook_secret", "secret", message)
        if body.webhook_url:
            if not self._settings.notice_webhooks:
                raise _wrong("webhook_url", "not_available", "管理员没有开通 webhook，请留空")
            try:
                target_of(body.webhook_url, self._settings.webhook_hosts)
            except NotSent as error:
                # A name that cannot be resolved just now may be tomorrow.
                if error.final:
                    message = error.reason.removeprefix("webhook 地址：").rstrip("。")
                    raise _wrong("webhook_url", "address", message) from error

    def _check_version(
        self, own: NoticePreference | None, body: PreferenceIn, expected: str | None, caller: Caller
    ) -> None:
        check_version(
            "通知设置", expected, own.version if own else 0,
            PreferenceOut.of(own, self.channels(caller)).model_dump, body.model_dump(exclude={"webhook_secret"}),
        )  # fmt: skip


def _wrong(field: str, code: str, message: str, value: Any = None) -> InvalidInput:
    return InvalidInput(f"{field}：{message}。", (FieldError(field, code, message, value),))


def _told(own: NoticePreference) -> dict[str, Any]:
    """Return what the audit log keeps: of an address the host alone, as the rest may hold a token."""
    wishes = wishes_of(own)
    return {
        "paces": {topic.value: pace.value for topic, pace in wishes.paces.items()},
        "channels": list(own.channels),
        "least_grade": own.least_grade,
        "host": own.webhook_url and _host(own.webhook_url),
    }


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
