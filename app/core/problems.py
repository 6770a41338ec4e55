"""Errors as RFC 9457 problem documents, in Chinese, with the field and the remedy."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from app.core.errors import AppError, Busy, Conflict, FieldError, InvalidInput, StaleVersion, TooManyRequests

log = structlog.get_logger()

# How much of a refused value is sent back: enough to find it, not a copy of a large body.
_VALUE_LIMIT = 100
# What a client waits that found no connection to the database.
_RETRY_SECONDS = 5
STATUS_TITLES = {
    400: ("bad_request", "请求无法识别", "请求内容不是有效的 JSON，请检查括号、引号和编码（UTF-8）。"),
    404: ("not_found", "没有找到", "没有这个地址，请对照接口说明检查路径。"),
    405: ("method_not_allowed", "不支持的操作", "这个地址不支持该操作，请对照接口说明检查请求方法。"),
    413: ("too_large", "内容过大", "提交的内容超过上限，请减少内容后重试。"),
}
# By pydantic's error type; {…} are taken from the error's context.
_MESSAGES = {
    "missing": "必填，请补充",
    "extra_forbidden": "没有这个字段，请检查字段名",
    "string_type": "应为文字",
    "string_too_long": "过长，最多 {max_length} 个字符，请精简",
    "string_too_short": "不能为空，请填写内容",
    "string_pattern_mismatch": "格式不正确，请使用上一页返回的值",
    "string_unicode": "含有无法识别的字符，请重新输入",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数值过大",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "list_type": '应为列表，例如 ["…"]',
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "请求体应为 JSON 对象",
    "too_long": "项目过多，最多 {max_length} 项",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "数值过大，应小于 {lt}",
    "finite_number": "应为有限的数字",
    "decimal_type": '应为金额（万元），如 "120" 或 "80.5"；面议请留空',
    "decimal_parsing": '应为金额（万元），如 "120" 或 "80.5"；面议请留空',
    "decimal_max_places": "小数位过多，最多 {decimal_places} 位",
    "date_type": "应为日期，如 2027-06-30",
    "date_parsing": "应为日期，如 2027-06-30",
    "date_from_datetime_parsing": "应为日期，如 2027-06-30",
    "date_from_datetime_inexact": "应为日期，如 2027-06-30",
    "enum": "只能取 {expected}",
    "json_invalid": "请求内容不是有效的 JSON，请检查括号、引号和编码（UTF-8）",
}
_DECIMAL = re.compile(r"Decimal\('(.*?)'\)")
_OURS = {"nul_character", "blank", "no_words", "industry_code", "range", "credit_code", "email", "role"}


class Problem(BaseModel):
    """A problem document after RFC 9457."""

    type: Annotated[str, Field(title="问题类型")]
    title: Annotated[str, Field(title="问题名称")]
    status: Annotated[int, Field(title="HTTP 状态码")]
    code: Annotated[str, Field(title="错误代码")]
    detail: Annotated[str, Field(title="说明与改法")]
    errors: Annotated[
        list[dict[str, Any]], Field(title="有误的字段", description="每项含 field、code、message、value")
    ] = []


# For the OpenAPI document.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": title, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, title in (
        (400, "请求无法识别"),
        (401, "需要登录"),
        (403, "没有权限"),
        (404, "没有找到"),
        (409, "与已有内容冲突"),
        (412, "内容已被他人修改"),
        (413, "内容过大"),
        (422, "填写的内容有误"),
        (428, "缺少版本号"),
        (429, "操作过于频繁"),
        (503, "暂时不可用"),
    )
}


def problem(
    status: int, code: str, title: str, detail: str, errors: Sequence[FieldError] = (), **extra: Any
) -> Response:
    """Return a problem document. Escaped to ASCII, as a refused value may hold half characters."""
    body: dict[str, Any] = {
        "type": f"urn:shuangxu:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    if errors:
        body["errors"] = [
            {"field": each.field, "code": each.code, "message": each.message, "value": _short(each.value)}
            for each in errors
        ]
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(_RETRY_SECONDS)}}.get(status)
    return Response(json.dumps(body), status, headers, media_type="application/problem+json")


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    """Translate pydantic's errors."""
    return [_translate(each) for each in errors]


def _translate(error: dict[str, Any]) -> FieldError:
    kind = error["type"]
    path = [str(part) for part in error["loc"] if part not in {"body", "query", "path", "header"}]
    if kind == "json_invalid":
        path = []
    context = {name: _DECIMAL.sub(r"\1", str(value)) for name, value in error.get("ctx", {}).items()}
    if "expected" in context:
        context = {"expected": context["expected"].replace(" or ", ", ").replace(", ", "、").replace("'", "")}
    message = error["msg"] if kind in _OURS else _MESSAGES.get(kind, "格式不正确").format_map(context)
    value = None if kind in {"missing", "json_invalid"} else error.get("input")
    return FieldError(".".join(path) or "body", kind, message, value)


def _short(value: Any) -> Any:
    if isinstance(value, bool | int | None) and abs(value or 0) < 1 << 53:
        return value
    text = str(value)
    return text if len(text) <= _VALUE_LIMIT else text[:_VALUE_LIMIT] + "…"


def install_handlers(app: FastAPI) -> None:
    """Make every error of the application a problem document."""

    @app.exception_handler(AppError)
    def _app_error(_: Request, error: AppError) -> Response:
        errors = error.errors if isinstance(error, InvalidInput) else ()
        extra = {"current": error.current, "submitted": error.submitted} if isinstance(error, StaleVersion) else {}
        answer = problem(error.status_code, error.code, error.title, error.detail, errors, **extra)
        if isinstance(error, TooManyRequests | Busy):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    @app.exception_handler(RequestValidationError)
    def _invalid(_: Request, error: RequestValidationError) -> Response:
        errors = field_errors(error.errors())
        detail = "；".join(f"{each.field}：{each.message}" for each in errors[:5]) + "。"
        return problem(422, InvalidInput.code, InvalidInput.title, detail, errors)

    @app.exception_handler(HTTPException)
    def _http(_: Request, error: HTTPException) -> Response:
        code, title, detail = STATUS_TITLES.get(error.status_code, ("error", "请求未能完成", str(error.detail)))
        answer = problem(error.status_code, code, title, detail)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(OperationalError)
    def _database(_: Request, error: OperationalError) -> Response:
        reason = str(error.orig).lower()
        log.error("database error", reason=reason)
        if "full" in reason or "no space" in reason:
            return problem(
                507, "disk_full", "存储空间不足", "服务器磁盘已满，内容没有保存。请联系管理员清理空间后重试。"
            )
        return problem(503, "database_unavailable", "数据库暂时不可用", "内容没有保存，请稍后重试。")

    @app.exception_handler(IntegrityError)
    def _at_once(request: Request, error: IntegrityError) -> Response:
        if "unique" not in f"{type(error.orig).__name__} {error.orig}".lower():
            return unexpected(request, error)
        log.warning("somebody else wrote the same at this moment", path=request.url.path)
        detail = "别人刚刚写入了相同或相关的内容，这次没有保存。请刷新后查看，再决定是否重新提交。"
        return problem(409, Conflict.code, Conflict.title, detail)

    @app.exception_handler(NoConnection)
    def _no_connection(_: Request, error: NoConnection) -> Response:
        log.error("no connection to the database came free", reason=str(error))
        return problem(503, Busy.code, Busy.title, "现在使用的人太多，这次没有处理。请过几秒再试。")


def unexpected(request: Request, error: Exception) -> Response:
    """Log a fault of ours with all that is known of it, and return an answer that tells nothing of it."""
    log.error("unexpected error", path=request.url.path, exc_info=error)
    return problem(500, AppError.code, AppError.title, "服务器出现意外错误，已记入日志。请稍后重试或联系管理员。")
