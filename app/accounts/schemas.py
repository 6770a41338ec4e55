"""Bodies of signing in, accounts and keys in the HTTP contract. No answer holds a password or its hash."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from app.access.rule import Scope
from app.core.caller import Role
from app.core.city_time import CITY_TIME
from app.kinds.fields import Id, Phrase, RecordBody, Word
from app.models import Account, AccountState, ApiKey


def _email(text: str) -> str:
    name, _, domain = text.strip().partition("@")
    if not name or "." not in domain or any(character.isspace() for character in text.strip()) or "\x00" in text:
        raise PydanticCustomError("email", "应为邮箱地址，如 name@example.cn")
    return text.strip().lower()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CITY_TIME)


Email = Annotated[str, StringConstraints(max_length=200), AfterValidator(_email)]
Password = Annotated[str, StringConstraints(max_length=1000)]
ASSIGNABLE = tuple(role for role in Role if role is not Role.ANYBODY)
ShortWord = Annotated[Word, Field(max_length=100)]


def _assignable(role: Role) -> Role:
    if role is Role.ANYBODY:
        raise PydanticCustomError("role", "只能取 admin、liaison、enterprise、university、expert、bureau")
    return role


AccountRole = Annotated[
    Role,
    AfterValidator(_assignable),
    Field(
        title="角色",
        description="admin 管理员，liaison 情报员，enterprise 企业成员，university 高校成员，"
        "expert 专家，bureau 科技局查阅",
    ),
]


class SignInIn(RecordBody):
    """What one signs in with."""

    email: Annotated[Phrase, Field(title="邮箱")]
    password: Annotated[Password, Field(title="密码")]
    code: Annotated[str | None, Field(title="动态口令", description="启用了动态口令的账号必填", max_length=20)] = None


class AccountFields(RecordBody):
    """Fields of an account that may be changed."""

    unit: Annotated[Word | None, Field(title="所在专班、县区、园区或单位")] = None
    phone: Annotated[Word | None, Field(title="电话", max_length=50)] = None
    manages_organisation: Annotated[bool, Field(title="是否本单位管理员")] = False
    organisation_id: Annotated[Id | None, Field(title="单位 id")] = None


class AccountIn(AccountFields):
    """An account as it is made."""

    email: Annotated[Email, Field(title="邮箱")]
    name: Annotated[ShortWord, Field(title="姓名")]
    role: AccountRole


class AccountPatch(AccountFields):
    """Fields to change; those left out stay."""

    name: Annotated[ShortWord, Field(title="姓名")] = ""
    role: AccountRole = Role.EXPERT
    disabled: Annotated[bool, Field(title="是否停用")] = False


class AccountOut(BaseModel):
    """An account as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="账号 id")]
    email: Annotated[str, Field(title="邮箱")]
    name: Annotated[str, Field(title="姓名")]
    role: Annotated[Role, Field(title="角色")]
    organisation_id: Annotated[str | None, Field(title="单位 id")]
    manages_organisation: Annotated[bool, Field(title="是否本单位管理员")]
    unit: Annotated[str | None, Field(title="所在专班、县区、园区或单位")]
    phone: Annotated[str | None, Field(title="电话")]
    state: Annotated[
        AccountState,
        Field(title="状态", description="active 可登录，invited 待本人设置密码，disabled 已停用"),
    ]
    totp: Annotated[bool, Field(title="是否启用动态口令", validation_alias="totp_confirmed")]
    disabled_at: Annotated[datetime | None, Field(title="停用时间")]
    last_sign_in_at: Annotated[datetime | None, Field(title="最近登录")]
    created_at: Annotated[datetime, Field(title="建立时间")]
    version: Annotated[int, Field(title="版本", description="与 ETag 相同")]

    @field_validator("disabled_at", "last_sign_in_at", "created_at")
    @classmethod
    def _local(cls, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(CITY_TIME)


class InvitedOut(AccountOut):
    """A new account, and the one-time token that sets its password."""

    invitation: Annotated[str, Field(title="邀请码", description="只显示这一次，7 天内有效，用于设置密码")]

    @classmethod
    def of(cls, account: Account, token: str) -> Self:
        """Return a new account with its token."""
        return cls.model_validate(
            {**AccountOut.model_validate(account).model_dump(), "totp_confirmed": False, "invitation": token}
        )


class AccountPage(BaseModel):
    """Part of the list."""

    items: Annotated[list[AccountOut], Field(title="本页账号")]
    next_cursor: Annotated[str | None, Field(title="下一页位置", description="没有更多时为空")]


class TokenOut(BaseModel):
    """A one-time token."""

    token: Annotated[str, Field(title="重设码", description="只显示这一次，1 天内有效")]


class MeOut(BaseModel):
    """Who is signed in."""

    role: Annotated[Role, Field(title="角色")]
    name: Annotated[str, Field(title="名称")]
    organisation_id: Annotated[str | None, Field(title="单位 id")]
    manages_organisation: Annotated[bool, Field(title="是否本单位管理员")]
    scopes: Annotated[list[str] | None, Field(title="密钥范围", description="为空表示不限")]
    account: Annotated[AccountOut | None, Field(title="账号", description="运营方密钥没有账号")]


class SessionOut(BaseModel):
    """A browser that signed in."""

    model_config = ConfigDict(from_attributes=True)

    id: Annotated[str, Field(title="登录 id")]
    address: Annotated[str, Field(title="来自")]
    user_agent: Annotated[str, Field(title="浏览器")]
    created_at: Annotated[datetime, Field(title="登录时间")]
    last_seen_at: Annotated[datetime, Field(title="最近使用")]
    expires_at: Annotated[datetime, Field(title="到期时间")]
    current: Annotated[bool, Field(title="是否当前登录")] = False


class SessionList(BaseModel):
    """The caller's sessions."""

    items: Annotated[list[SessionOut], Field(title="登录")]


class NewPasswordIn(RecordBody):
    """A password with the one-time token that allows it."""

    token: Annotated[str, Field(title="邀请码或重设码", max_length=200)]
    password: Annotated[Password, Field(title="新密码", description="12 至 128 个字符")]


class PasswordChangeIn(RecordBody):
    """A new password in place of the present one."""

    present: Annotated[Password, Field(title="现在的密码")]
    password: Annotated[Password, Field(title="新密码", description="12 至 128 个字符")]


class TotpOut(BaseModel):
    """What an authenticator app needs."""

    secret: Annotated[str, Field(title="密钥", description="base32，可手工输入")]
    uri: Annotated[str, Field(title="二维码内容")]


class CodeIn(RecordBody):
    """A code of the authenticator."""

    code: Annotated[str, Field(title="动态口令", max_length=20)]


class PresentPasswordIn(RecordBody):
    """The present password, as a proof."""

    present: Annotated[Password, Field(title="现在的密码")]


class KeyIn(RecordBody):
    """A key as it is made."""

    name: Annotated[ShortWord, Field(title="名称", description="用在哪里")]
    account_id: Annotated[Id | None, Field(title="账号 id", description="仅管理员可替他人建")] = None
    scopes: Annotated[list[Scope] | None, Field(title="范围", description="不填为该账号的全部权限", min_length=1)] = (
        None
    )
    expires_at: Annotated[datetime | None, AfterValidator(lambda at: at and _aware(at)), Field(title="到期时间")] = None


class KeyOut(BaseModel):
    """A key as it is listed: never the key itself."""

    id: Annotated[str, Field(title="密钥 id")]
    name: Annotated[str, Field(title="名称")]
    hint: Annotated[str, Field(title="开头几位")]
    account_id: Annotated[str, Field(title="账号 id")]
    email: Annotated[str, Field(title="账号邮箱")]
    scopes: Annotated[list[str] | None, Field(title="范围")]
    expires_at: Annotated[datetime | None, Field(title="到期时间")]
    revoked_at: Annotated[datetime | None, Field(title="撤销时间")]
    last_used_at: Annotated[datetime | None, Field(title="最近使用")]
    last_used_address: Annotated[str | None, Field(title="最近使用的地址")]
    created_at: Annotated[datetime, Field(title="建立时间")]

    @classmethod
    def of(cls, made: ApiKey, **more: str) -> Self:
        """Return what is shown of a key."""
        shown = {name: getattr(made, name) for name in cls.model_fields if hasattr(made, name)}
        return cls.model_validate({**shown, "email": made.account.email, **more})


class KeyCreated(KeyOut):
    """A new key; it is told this once."""

    key: Annotated[str, Field(title="密钥", description="只显示这一次，请立即保存")]


class KeyList(BaseModel):
    """Keys."""

    items: Annotated[list[KeyOut], Field(title="密钥")]
