"""Types of fields that achievements and needs share, with their Chinese names and limits."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from app.kinds.industries import is_code
from app.models.base import WAN_PLACES

TITLE_LIMIT = 200
TEXT_LIMIT = 20_000
_READABLE = re.compile(r"[^\W_]")


def _clean(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul_character", "含有不可见的空字符（U+0000），请删除后重试")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "不能为空，请填写内容")
    return text


def _readable(text: str) -> str:
    if not _READABLE.search(text):
        raise PydanticCustomError("no_words", "只有符号，没有可检索的文字，请用文字写明内容")
    return text


def _codes(codes: list[str]) -> list[str]:
    for code in codes:
        if not is_code(code):
            raise PydanticCustomError(
                "industry_code",
                "“{code}”不是国民经济行业代码（GB/T 4754-2017），请填门类字母或 2 至 4 位数字，如 C、26、2661",
                {"code": code},
            )
    return codes


def wan_text(amount: Decimal) -> str:
    """Return an amount in 万元 as it travels: JSON has no decimals."""
    return format(amount.normalize(), "f")


Word = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean), AfterValidator(_filled)]
_TELLING_TEXT = AfterValidator(lambda text: _readable(_filled(_clean(text))))
Title = Annotated[str, StringConstraints(max_length=TITLE_LIMIT), _TELLING_TEXT]
LongText = Annotated[str, StringConstraints(max_length=TEXT_LIMIT), _TELLING_TEXT]
# Of any length that its place allows, and perhaps empty.
PlainText = Annotated[str, AfterValidator(_clean)]
Phrase = Annotated[str, StringConstraints(max_length=200), AfterValidator(_clean)]
Id = Annotated[str, StringConstraints(max_length=32), AfterValidator(_clean)]
OptionalText = Annotated[str, StringConstraints(max_length=TEXT_LIMIT), AfterValidator(_clean)]
Words = Annotated[list[Word], Field(max_length=50)]
Industries = Annotated[list[Word], Field(max_length=20), AfterValidator(_codes)]
Maturity = Annotated[int, Field(ge=1, le=9)]
# JSON has no decimals, so amounts travel as strings; numbers are taken too, floats by their digits.
Wan = Annotated[
    Decimal,
    BeforeValidator(lambda value: str(value) if isinstance(value, float) else value),
    Field(ge=0, lt=Decimal(10) ** 10, decimal_places=WAN_PLACES),
    PlainSerializer(wan_text, return_type=str, when_used="json"),
]


class RecordBody(BaseModel):
    """What all bodies of records have in common."""

    model_config = ConfigDict(extra="forbid", str_max_length=1_000_000)


def check_range(low: Decimal | None, high: Decimal | None, name: str) -> None:
    """Refuse a range whose ends are the wrong way round."""
    if low is not None and high is not None and low > high:
        raise PydanticCustomError("range", "{name}下限高于上限，请对调或改正", {"name": name})


def plain_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with choices as the words that are stored."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in fields.items()}
