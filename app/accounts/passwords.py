"""Passwords: Argon2id, checked in equal time whether the account exists or not."""

import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.errors import FieldError, InvalidInput

SHORTEST, LONGEST = 12, 128
# Argon2 takes 64 MiB and a core for some 50 ms: two at once leave searches their air.
_at_once = threading.BoundedSemaphore(2)
_COMMON = ("password", "passw0rd", "qwerty", "letmein", "welcome", "iloveyou", "admin", "shuangxu", "abcdef", "woaini")


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys() -> str:
    """Return the hash that stands in where there is no account: no password has it."""
    with _at_once:
        return _hasher().hash("\x00 no password is this one \x00")


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password."""
    with _at_once:
        return _hasher().hash(password)


def verify_password(password: str, hash: str | None) -> bool:
    """Say whether a password has a hash; without one, take the same time and say no."""
    known = hash or _nobodys()
    with _at_once:
        try:
            return _hasher().verify(password, known) and hash is not None
        except UnknownHashError:
            return False


def check_password(password: str, email: str) -> None:
    """Refuse a password that is easily guessed. Raises InvalidInput."""
    plain = password.lower()
    name = email.partition("@")[0].lower()
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"应为 {SHORTEST} 至 {LONGEST} 个字符，建议用几个不相干的词连成一句"
    elif plain.isdigit() or len(set(plain)) < 5:
        message = "过于简单（全是数字，或几个字符反复），请换一个，建议用几个不相干的词连成一句"
    elif (len(name) >= 4 and name in plain) or any(word in plain for word in _COMMON):
        message = "含有邮箱名或常见密码，容易被猜中，请换一个"
    else:
        return
    raise InvalidInput(f"password：{message}。", (FieldError("password", "weak_password", message),))


def hash_new_password(password: str, email: str) -> str:
    """Return the hash of a password that somebody chose, unless it is easily guessed. Raises InvalidInput."""
    check_password(password, email)
    return hash_password(password)
