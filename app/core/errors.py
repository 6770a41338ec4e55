"""Errors of the application, each with its HTTP status, a stable code and a Chinese detail.

    AppError                     500
    ├── NotFound                 404
    ├── Conflict                 409
    ├── StaleVersion             412   carries both versions
    ├── VersionRequired          428
    ├── Unauthenticated          401
    │   └── CodeRequired         401
    ├── Forbidden                403
    ├── TooManyRequests          429   carries the seconds to wait
    ├── InvalidInput             422   carries the fields
    │   └── UnreadableFile       422
    ├── ModelMissing             503
    ├── Busy                     503   carries the seconds to wait
    └── SetupError               500   wrong settings; commands print it and end

The handlers in `app.core.problems` turn them into RFC 9457 answers.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be accepted: what is wrong and, in the message, how to mend it."""

    field: str
    code: str
    message: str
    value: Any = None


class AppError(Exception):
    """Base of everything that the application raises on purpose."""

    status_code = 500
    code = "internal_error"
    title = "服务器内部错误"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFound(AppError):
    """The record does not exist, or the caller may not know that it does."""

    status_code = 404
    code = "not_found"
    title = "没有找到"


class Conflict(AppError):
    """The request contradicts what is stored."""

    status_code = 409
    code = "conflict"
    title = "与已有内容冲突"


class StaleVersion(AppError):
    """If-Match names another version than the stored one."""

    status_code = 412
    code = "stale_version"
    title = "内容已被他人修改"

    def __init__(self, detail: str, *, current: dict[str, Any], submitted: dict[str, Any]) -> None:
        super().__init__(detail)
        self.current = current
        self.submitted = submitted


class VersionRequired(AppError):
    """A change came without If-Match."""

    status_code = 428
    code = "version_required"
    title = "缺少版本号"


class Unauthenticated(AppError):
    """Nobody has signed in, or the key or session does not count."""

    status_code = 401
    code = "unauthenticated"
    title = "需要登录"


class CodeRequired(Unauthenticated):
    """The password is right; the account has a second factor besides."""

    code = "totp_required"
    title = "需要动态口令"


class Forbidden(AppError):
    """It is known who calls, and they may not."""

    status_code = 403
    code = "forbidden"
    title = "没有权限"


class TooManyRequests(AppError):
    """The caller asks too often."""

    status_code = 429
    code = "too_many_requests"
    title = "操作过于频繁"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class InvalidInput(AppError):
    """Fields cannot be accepted."""

    status_code = 422
    code = "invalid_input"
    title = "填写的内容有误"

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.errors = errors


class UnreadableFile(InvalidInput):
    """A file cannot be understood as a table of records."""

    code = "unreadable_file"
    title = "文件无法读取"


class ModelMissing(AppError):
    """The embedding model cannot be loaded."""

    status_code = 503
    code = "model_missing"
    title = "语义模型不可用"


class Busy(AppError):
    """More is asked at once than this machine can answer in time."""

    status_code = 503
    code = "busy"
    title = "系统繁忙"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class SetupError(AppError):
    """The settings do not allow what was asked."""

    code = "setup_error"
    title = "设置有误"
