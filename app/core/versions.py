"""Versions of what several people change: told in the ETag header, asked for in If-Match.

Nobody overwrites what another has changed since: a change that names no version is refused with 428, one
that names another than the stored version with 412 and both contents (RFC 9110, section 13.1.1; RFC 6585).
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic_core import to_jsonable_python

from app.core.errors import StaleVersion, VersionRequired

IfMatch = Annotated[str | None, Header()]


def tell_version(response: Response, version: int) -> None:
    """Set the ETag header of an answer."""
    response.headers["ETag"] = f'"{version}"'


def is_version(expected: str, version: int) -> bool:
    """Say whether an If-Match header names a version; `*` names any."""
    return expected.strip().removeprefix("W/").strip('"') in {str(version), "*"}


def check_version(
    what: str,
    expected: str | None,
    version: int,
    current: Callable[[], Mapping[str, Any]],
    submitted: Mapping[str, Any],
) -> None:
    """Refuse a change that names no version, or another than the stored one.

    Args:
        what: the thing in Chinese, as in "这条记录".
        expected: the If-Match header.
        current: returns what is stored, asked for only when it must be shown.
        submitted: what the caller wanted.

    Raises:
        VersionRequired, StaleVersion.
    """
    if expected is None:
        raise VersionRequired(f"修改前请先读取{what}，并在 If-Match 请求头中带上它的 ETag。")
    if not is_version(expected, version):
        raise StaleVersion(
            f"{what}刚被别人修改过。请对照 current（最新）和 submitted（您提交的），合并后再提交。",
            current=to_jsonable_python({**current(), "version": version}),
            submitted=to_jsonable_python(submitted),
        )
