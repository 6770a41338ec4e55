"""Accounts: inviting, changing, disabling, passwords and second factors."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.export import MOST_ROWS, accounts_workbook
from app.accounts.membership import check_manages, check_may_give, check_may_move, check_membership
from app.accounts.passwords import hash_new_password, verify_password
from app.accounts.repository import AccountFilter, AccountRepository
from app.accounts.tokens import INVITATION, new_token, token_hash
from app.accounts.totp import new_secret, provisioning_uri, take_code
from app.audit.log import Event, append, changed
from app.core.caller import Caller, Role
from app.core.database import Overtaken, release
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.models import Account, AccountToken, TokenPurpose
from app.models.base import now
from app.organisations.repository import OrganisationRepository

VALID_FOR = {TokenPurpose.INVITATION: timedelta(days=7), TokenPurpose.RESET: timedelta(days=1)}
_TOLD = ("email", "name", "role", "organisation_id", "manages_organisation", "unit", "phone", "disabled_at", "version")


@dataclass(frozen=True, slots=True, repr=False)  # no log shows it
class NewPassword:
    """The hash of a password to be set, and the hash of the present one, which its owner was found to know."""

    proved: str
    hash: str


class AccountService:
    """Keeps accounts.

    Passwords are hashed and verified before the transaction that writes, for that takes long: methods that
    need it come in two.
    """

    def invite(self, session: Session, fields: Mapping[str, Any], caller: Caller) -> tuple[Account, str]:
        """Make an account; return it and the one-time token that sets its password.

        Raises:
            Forbidden, InvalidInput, Conflict.
        """
        check_manages(caller)
        role = Role(fields["role"])
        check_may_give(caller, role)
        values = {**fields, "email": fields["email"].strip().lower(), "role": role.value}
        if caller.role is not Role.ADMIN:
            values["organisation_id"] = caller.organisation_id
        self._check_organisation(session, role, values.get("organisation_id"))
        repository = AccountRepository(session)
        if repository.by_email(values["email"]) is not None:
            raise _taken(values["email"])
        account = Account(**values, demo=self._is_demo(session, caller))
        if not account.demo:
            self._end_demo(session, caller)
        try:
            with session.begin_nested():
                repository.add(account)
        except IntegrityError as error:  # PostgreSQL: another writer was first
            raise _taken(values["email"]) from error
        token = self._issue(session, account, TokenPurpose.INVITATION)
        append(session, caller, [Event("account.create", "accounts", account.id, None, _told(account))])
        return account, token

    def in_demo(self, session: Session) -> bool:
        """Say whether there are accounts, and only those that came with the illustrative data."""
        repository = AccountRepository(session)
        return not repository.has_real() and bool(repository.demo())

    def _is_demo(self, session: Session, caller: Caller) -> bool:
        """Say whether an account that the caller makes is a demo's: whoever tries the product out may invite."""
        own = AccountRepository(session).get(caller.account_id or "")
        return own is not None and own.demo

    def _end_demo(self, session: Session, caller: Caller) -> None:
        """Disable the accounts of the demo: with a real one, the installation is none any more."""
        repository = AccountRepository(session)
        for each in repository.demo():
            if each.disabled_at is None:
                each.disabled_at, each.password_hash = now(), None
                repository.end_sessions(each.id)
                append(session, caller, [Event("account.end_demo", "accounts", each.id)])

    def _check_organisation(self, session: Session, role: Role, id: str | None) -> None:
        organisation = None if id is None else OrganisationRepository(session).by_id(id)
        if id is not None and organisation is None:
            message = "没有这个单位，请先用 shuangxu org add 或 POST /organisations 建立"
            raise InvalidInput(
                f"organisation_id：{message}。", (FieldError("organisation_id", "unknown", message, id),)
            )
        check_membership(role, organisation)

    def _issue(self, session: Session, account: Account, purpose: TokenPurpose) -> str:
        token = new_token(INVITATION)
        repository = AccountRepository(session)
        repository.spend_tokens(account.id, now())
        repository.add(
            AccountToken(
                account_id=account.id,
                purpose=purpose,
                token_hash=token_hash(token),
                expires_at=now() + VALID_FOR[purpose],
            )
        )
        return token

    def page(
        self, session: Session, caller: Caller, wanted: AccountFilter, cursor: str | None, limit: int
    ) -> tuple[list[Account], str | None]:
        """Return accounts that the caller manages, with their organisations, and where the next part begins."""
        check_manages(caller)
        rows = AccountRepository(session).page(caller, wanted, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def exported(self, session: Session, wanted: AccountFilter, caller: Caller) -> bytes:
        """Return the accounts that the caller manages as .xlsx, which `log_export` is to tell before it is given.

        Raises:
            Forbidden; InvalidInput: there are more than a workbook is for.
        """
        check_manages(caller)
        rows = AccountRepository(session).page(caller, wanted, None, MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            raise InvalidInput(f"超过 {MOST_ROWS:,} 个账号，请先按角色、状态等缩小范围再导出。")
        release(session)
        return accounts_workbook(rows)

    def log_export(self, session: Session, wanted: AccountFilter, caller: Caller) -> None:
        """Log that the caller takes accounts as a workbook."""
        narrowed = {name: value for name, value in asdict(wanted).items() if value is not None}
        append(session, caller, [Event("account.export", "accounts", "", None, narrowed)])

    def get(self, session: Session, id: str, caller: Caller) -> Account:
        """Return an account that the caller manages, with its organisation. Raises Forbidden, NotFound."""
        check_manages(caller)
        account = AccountRepository(session).managed(id, caller)
        if account is None:
            raise NotFound("没有这个账号，请返回列表核对。")
        return account

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Account:
        """Change an account; disabling it ends its sessions.

        Raises:
            Forbidden, NotFound, VersionRequired, StaleVersion, Conflict, InvalidInput.
        """
        account = self.get(session, id, caller)
        before = _told(account)
        check_version("这个账号", expected, account.version, lambda: before, {})
        self._assign(session, account, dict(fields), caller)
        account.version += 1
        append(session, caller, [Event("account.change", "accounts", id, *changed(before, _told(account)))])
        return account

    def _assign(self, session: Session, account: Account, values: dict[str, Any], caller: Caller) -> None:
        disabled = values.pop("disabled", None)
        role = Role(values.get("role") or account.role)
        if role != account.role:
            check_may_give(caller, role)
        check_may_move(caller, account.organisation_id, values.get("organisation_id", account.organisation_id))
        losing = account.role == Role.ADMIN and (disabled or role is not Role.ADMIN)
        if losing and (account.id == caller.account_id or not AccountRepository(session).other_admins(account.id)):
            raise Conflict("不能停用或降级自己，也不能停用最后一位管理员。请先另设一位管理员。")
        if disabled and account.id == caller.account_id:
            raise Conflict("不能停用自己的账号，请由另一位管理员操作。")
        self._check_organisation(session, role, values.get("organisation_id", account.organisation_id))
        for name, value in values.items():
            setattr(account, name, value.value if isinstance(value, Role) else value)
        if disabled is False and account.demo and AccountRepository(session).has_real():
            raise Conflict("这是演示账号，已有正式账号后不能恢复。请为本人另建账号。")
        if disabled is not None:
            account.disabled_at = now() if disabled else None
            AccountRepository(session).end_sessions(account.id)

    def reset(self, session: Session, id: str, caller: Caller) -> str:
        """Return a one-time token that sets a new password; sessions and the second factor end now."""
        account = self.get(session, id, caller)
        token = self._issue(session, account, TokenPurpose.RESET)
        account.password_hash = account.totp_secret = account.locked_until = None
        account.totp_confirmed = False
        AccountRepository(session).end_sessions(id)
        append(session, caller, [Event("account.reset", "accounts", id)])
        return token

    def prepare_for_token(self, session: Session, token: str, password: str) -> str:
        """Return the hash of the password that a one-time token is to set. Raises InvalidInput."""
        found = AccountRepository(session).token_by_hash(token_hash(token))
        account = None if found is None else AccountRepository(session).get(found.account_id)
        release(session)
        return hash_new_password(password, "" if account is None else account.email)

    def use_token(self, session: Session, token: str, hash: str, caller: Caller) -> None:
        """Set the password of an account with its one-time token. Raises InvalidInput."""
        repository = AccountRepository(session)
        spent = repository.token_by_hash(token_hash(token))
        account = None if spent is None else repository.get(spent.account_id)
        if spent is None or spent.used_at is not None or spent.expires_at <= now() or account is None:
            message = "链接无效、已用过或已过期，请联系管理员重新发送"
            raise InvalidInput(f"token：{message}。", (FieldError("token", "invalid_token", message),))
        repository.spend_tokens(account.id, now())
        self._set_password(session, account, hash)
        who = Caller(Role(account.role), account.id, account.email, account.organisation_id, address=caller.address)
        append(session, who, [Event("account.set_password", "accounts", account.id)])

    def set_password(self, session: Session, id: str, hash: str, caller: Caller) -> None:
        """Set a password directly: for commands on the server itself."""
        account = self.get(session, id, caller)
        AccountRepository(session).spend_tokens(id, now())
        self._set_password(session, account, hash)
        append(session, caller, [Event("account.set_password", "accounts", id)])

    def _set_password(self, session: Session, account: Account, hash: str, *, but: str | None = None) -> None:
        account.password_hash = hash
        account.failed_attempts, account.locked_until = 0, None
        AccountRepository(session).end_sessions(account.id, but=but)

    def prepare_password(self, session: Session, present: str, password: str, caller: Caller) -> NewPassword:
        """Return what `change_password` is to set. Raises Conflict, InvalidInput."""
        account = self._own(session, caller)
        release(session)
        proved = _proved(account, present)
        return NewPassword(proved, hash_new_password(password, account.email))

    def change_password(self, session: Session, new: NewPassword, caller: Caller) -> None:
        """Change one's own password; other sessions end. Raises Conflict, Overtaken."""
        account = self._own_with(session, new.proved, caller)
        self._set_password(session, account, new.hash, but=caller.session_id)
        append(session, caller, [Event("account.change_password", "accounts", account.id)])

    def prove(self, session: Session, password: str, caller: Caller) -> str:
        """Return the hash of the caller's password, which they were found to know. Raises Conflict, InvalidInput."""
        account = self._own(session, caller)
        release(session)
        return _proved(account, password)

    def begin_totp(self, session: Session, caller: Caller) -> Account:
        """Give the caller's account a secret, which counts once a code of it was confirmed."""
        account = self._own(session, caller)
        if account.totp_confirmed:
            raise Conflict("已启用动态口令。如要更换，请先停用。")
        account.totp_secret, account.totp_used = new_secret(), 0
        return account

    def own(self, session: Session, caller: Caller) -> Account | None:
        """Return the caller's account with its organisation; the operator's key has none."""
        return AccountRepository(session).with_organisation(caller.account_id or "")

    def pending_totp(self, session: Session, caller: Caller) -> tuple[str, str] | None:
        """Return the secret that waits to be confirmed, and what an authenticator app reads of it."""
        account = AccountRepository(session).get(caller.account_id or "")
        if account is None or account.totp_secret is None or account.totp_confirmed:
            return None
        return account.totp_secret, provisioning_uri(account.totp_secret, account.email)

    def confirm_totp(self, session: Session, code: str, caller: Caller) -> None:
        """Ask for a code at every sign-in from now on. Raises InvalidInput."""
        account = self._own(session, caller)
        if not take_code(account, code):
            message = "动态口令不正确，请核对手机时间后重新输入"
            raise InvalidInput(f"code：{message}。", (FieldError("code", "wrong_code", message),))
        account.totp_confirmed = True
        append(session, caller, [Event("account.totp_on", "accounts", account.id)])

    def end_totp(self, session: Session, proved: str, caller: Caller) -> None:
        """Ask for no codes any more, once `prove` found the password right. Raises Conflict, Overtaken."""
        account = self._own_with(session, proved, caller)
        account.totp_secret, account.totp_confirmed = None, False
        append(session, caller, [Event("account.totp_off", "accounts", account.id)])

    def _own(self, session: Session, caller: Caller) -> Account:
        account = AccountRepository(session).get(caller.account_id or "")
        if account is None:
            raise Conflict("运营方密钥没有账号。请用自己的账号登录后再操作。")
        return account

    def _own_with(self, session: Session, proved: str, caller: Caller) -> Account:
        """Return the caller's account, which still has the password that was proved."""
        account = self._own(session, caller)
        if account.password_hash != proved:
            raise Overtaken
        return account


def _proved(account: Account, password: str) -> str:
    right = verify_password(password, account.password_hash)
    if account.password_hash is None or not right:
        message = "现在的密码不正确，请重新输入"
        raise InvalidInput(f"present：{message}。", (FieldError("present", "wrong_password", message),))
    return account.password_hash


def _told(account: Account) -> dict[str, Any]:
    """Return what the audit log keeps of an account: no secret."""
    return {name: getattr(account, name) for name in _TOLD}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if value is None else str(value) for name, value in values.items()}


def _taken(email: str) -> Conflict:
    return Conflict(f"邮箱“{email}”已有账号。如需重设密码，请用“重置”。")
