"""Commands of accounts, API keys and what each role may do, for operators and scripts."""

import sys
from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape
from sqlalchemy.orm import Session

from app.access.rule import Scope
from app.access.rules import RULES
from app.access.shown_table import ROLES, cell, permission_table
from app.accounts.keys import KeyService
from app.accounts.passwords import hash_new_password
from app.accounts.repository import AccountFilter, AccountRepository
from app.accounts.schemas import AccountIn, KeyIn
from app.accounts.service import AccountService
from app.command_line import Json, failing_clearly, opened, print_json, validated
from app.core.caller import OPERATOR, Role
from app.core.database import Database
from app.core.errors import InvalidInput, NotFound
from app.core.security import ensure_key
from app.core.settings import Settings
from app.core.terminal import out
from app.models import Account
from app.models.base import now

account = typer.Typer(help="账号：添加、停用、重置。", no_args_is_help=True)
roles = typer.Typer()
key = typer.Typer(help="运营方密钥，以及账号的 API 密钥。")
# As people say them, beside the names of the roles.
ALIASES = {
    "enterprise_member": Role.ENTERPRISE,
    "university_member": Role.UNIVERSITY,
    "bureau_reader": Role.BUREAU,
    "administrator": Role.ADMIN,
}
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="账号的邮箱")]


@roles.command()
def permissions(as_json: Json = False) -> None:
    """打印权限表：每个接口、每种角色可以做什么（docs/permissions.md 由此生成）。"""
    if as_json:
        rules = {
            f"{method} {path}": {ROLES[role]: cell(rule, role) for role in ROLES}
            for (method, path), rule in sorted(RULES.items())
        }
        print_json(rules)
    else:
        sys.stdout.write(permission_table())


def _role(name: str) -> Role:
    plain = name.strip().lower().replace("-", "_")
    if plain in ALIASES:
        return ALIASES[plain]
    if plain in {role.value for role in Role if role is not Role.ANYBODY}:
        return Role(plain)
    raise InvalidInput(
        f"--role：没有角色“{name}”。应为 admin 管理员、liaison 情报员、enterprise 企业成员、"
        "university 高校成员、expert 专家、bureau 科技局查阅。"
    )


def _named(session: Session, email: str) -> Account:
    found = AccountRepository(session).by_email(email)
    if found is None:
        raise NotFound(f"没有邮箱为“{email}”的账号，请先执行 shuangxu account add。")
    return found


@account.command("add")
def add_account(
    email: Email,
    role: Annotated[str, typer.Option(help="admin、liaison、enterprise、university、expert 或 bureau")],
    organisation: Annotated[str | None, typer.Option(metavar="ID", help="所属单位的 id")] = None,
    name: Annotated[str | None, typer.Option(help="姓名；不给则用邮箱名")] = None,
    unit: Annotated[str | None, typer.Option(help="情报员所在的专班、县区、园区或高校")] = None,
    manager: Annotated[bool, typer.Option("--manager", help="可以管理本单位的账号")] = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="从标准输入读取密码，账号立即可用")] = False,
    as_json: Json = False,
) -> None:
    """添加一个账号；给出一次性邀请码，由本人设置密码。"""
    with opened(as_json, engine=False) as parts:
        fields = {
            "email": email, "role": _role(role), "organisation_id": organisation, "unit": unit,
            "name": name or email.partition("@")[0], "manages_organisation": manager,
        }  # fmt: skip
        checked, hash = validated(AccountIn, fields).model_dump(), None
        if password_stdin:  # before the transaction: it may have to be waited for, and hashing takes long
            hash = hash_new_password(sys.stdin.readline().rstrip("\r\n"), email)
        with parts[Database].write() as session:
            made, invitation = parts[AccountService].invite(session, checked, OPERATOR)
            if hash is not None:
                parts[AccountService].set_password(session, made.id, hash, OPERATOR)
    if as_json:
        print_json({"id": made.id, "email": made.email} | ({} if password_stdin else {"invitation": invitation}))
    elif password_stdin:
        out.print(f"已添加账号 {escape(made.email)}（{made.id}），可以登录。")
    else:
        out.print(f"已添加账号 {escape(made.email)}（{made.id}）。邀请码（只显示这一次，7 天内有效）：")
        out.print(invitation, soft_wrap=True)


@account.command("list")
def list_accounts(as_json: Json = False) -> None:
    """列出全部账号。"""
    items: list[Account] = []
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        cursor: str | None = None
        while True:
            rows, cursor = parts[AccountService].page(session, OPERATOR, AccountFilter(), cursor, 100)
            items += rows
            if cursor is None:
                break
    if as_json:
        names = ("id", "email", "name", "role", "organisation_id", "manages_organisation", "unit", "disabled_at")
        print_json({"items": [{name: getattr(each, name) for name in names} for each in items]})
        return
    for each in items:
        out.print(f"{escape(each.email)}  {each.role}{'  已停用' if each.disabled_at else ''}")


@account.command("disable")
def disable_account(email: Email, as_json: Json = False) -> None:
    """停用一个账号：登录和密钥立即失效，记录保留。"""
    _change(email, disabled=True, as_json=as_json)


@account.command("enable")
def enable_account(email: Email, as_json: Json = False) -> None:
    """恢复一个停用的账号。"""
    _change(email, disabled=False, as_json=as_json)


def _change(email: str, *, disabled: bool, as_json: bool) -> None:
    with opened(as_json, engine=False) as parts, parts[Database].write() as session:
        found = _named(session, email)
        parts[AccountService].change(session, found.id, {"disabled": disabled}, str(found.version), OPERATOR)
    if as_json:
        print_json({"id": found.id, "disabled": disabled})
    else:
        out.print(f"账号 {escape(found.email)} 已{'停用' if disabled else '恢复'}。")


@account.command("reset")
def reset_account(email: Email, as_json: Json = False) -> None:
    """重置一个账号的密码和动态口令；给出一次性重设码。"""
    with opened(as_json, engine=False) as parts, parts[Database].write() as session:
        found = _named(session, email)
        token = parts[AccountService].reset(session, found.id, OPERATOR)
    if as_json:
        print_json({"id": found.id, "token": token})
    else:
        out.print("重设码（只显示这一次，1 天内有效）：")
        out.print(token, soft_wrap=True)


@key.callback(invoke_without_command=True)
def operators_key(context: typer.Context, as_json: Json = False) -> None:
    """显示运营方密钥，没有则生成；子命令管理账号的 API 密钥。"""
    if context.invoked_subcommand is not None:
        return
    with failing_clearly(as_json):
        settings = Settings()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        value, _ = ensure_key(settings.key_file)
    if as_json:
        print_json({"key": value})
    else:
        out.print(value, soft_wrap=True)


@key.command("add")
def add_key(
    account: Annotated[str, typer.Option(metavar="EMAIL", help="哪个账号的密钥")],
    name: Annotated[str, typer.Option(help="名称：用在哪里")],
    scope: Annotated[list[Scope] | None, typer.Option(help="范围，可给多个；不给为该账号的全部权限")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="有效天数")] = 365,
    as_json: Json = False,
) -> None:
    """为账号新建一个 API 密钥；只显示这一次。"""
    with opened(as_json, engine=False) as parts, parts[Database].write() as session:
        found = _named(session, account)
        body = validated(KeyIn, {"name": name, "scopes": scope or None, "expires_at": now() + timedelta(days=days)})
        scopes = None if body.scopes is None else [each.value for each in body.scopes]
        made, value = parts[KeyService].create(
            session, body.name, OPERATOR, account_id=found.id, scopes=scopes, expires_at=body.expires_at
        )
    if as_json:
        print_json({"id": made.id, "key": value})
    else:
        out.print(f"密钥 {escape(made.name)}（{made.id}，只显示这一次）：")
        out.print(value, soft_wrap=True)


@key.command("list")
def list_keys(as_json: Json = False) -> None:
    """列出全部 API 密钥：名称、账号、范围、最近使用。"""
    with opened(as_json, engine=False) as parts, parts[Database].read() as session:
        keys = parts[KeyService].page(session, OPERATOR)
    if as_json:
        names = ("id", "name", "hint", "account_id", "scopes", "expires_at", "revoked_at", "last_used_at")
        print_json({"items": [{name: getattr(each, name) for name in names} for each in keys]})
        return
    for each in keys:
        state = "已撤销" if each.revoked_at else f"有效至 {each.expires_at:%Y-%m-%d}" if each.expires_at else "长期有效"
        used = f"{each.last_used_at:%Y-%m-%d}" if each.last_used_at else "从未"
        out.print(f"{each.id}  {escape(each.name)}  {escape(each.account.email)}  {state}，最近使用：{used}")


@key.command("revoke")
def revoke_key(id: Annotated[str, typer.Argument(metavar="ID", help="密钥 id")], as_json: Json = False) -> None:
    """撤销一个 API 密钥，立即失效。"""
    with opened(as_json, engine=False) as parts, parts[Database].write() as session:
        parts[KeyService].revoke(session, id, OPERATOR)
    if as_json:
        print_json({"id": id, "revoked": True})
    else:
        out.print("密钥已撤销。")
