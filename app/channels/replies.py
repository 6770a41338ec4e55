"""Understand a platform's table of answers: which columns it has, and what each row says.

What such tables look like is not ours to say: headers stand somewhere in the first rows, by whatever
name, and states are words. What cannot be understood is told row by row; nothing is guessed from position.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.core.errors import UnreadableFile
from app.imports.columns import column_key
from app.models import ItemState
from app.tables.reading import RawRow, RawTable, Workbook

HEADER_SEARCH = 15
_SYNONYMS: Mapping[str, str] = {
    "code": "对外编号 外部编号 编号 来源编号 来源方编号 推送编号 原始编号 选题编号 成果编号 需求编号 我方编号 code",
    "platform_id": "平台编号 平台id 平台需求编号 平台成果编号 信息编号 信息id 发布编号 系统编号 platformid",
    "state": "状态 审核状态 审核结果 处理结果 发布状态 平台状态 结果 state status",
    "reason": "原因 退回原因 驳回原因 审核意见 未通过原因 不通过原因 说明 备注 reason",
    "url": "链接 平台链接 详情链接 网址 页面地址 发布链接 url link",
    "message": "留言 留言内容 咨询内容 意向内容 意向说明 线索内容 线索 认领说明 问题 message",
    "party": "意向单位 咨询单位 留言单位 对接单位 意向方 认领学校 认领单位 线索单位 party",
    "contact": "联系人 联系方式 联系电话 电话 手机 邮箱 意向联系人 认领人 留言人 contact",
}
# The field of a header, and how sure it is: 0 for the first of its names.
_FIELDS = {
    column_key(word): (field, rank)
    for field, words in _SYNONYMS.items()
    for rank, word in enumerate(words.split(), start=1)
}
# What may stand in several columns, joined.
_JOINED = {"contact", "message", "reason"}
NAMES = {
    "code": "编号", "platform_id": "平台编号", "state": "状态", "reason": "原因", "url": "链接", "message": "留言",
    "party": "意向单位", "contact": "联系方式",
}  # fmt: skip
LIMITS = {"code": 200, "platform_id": 200, "reason": 2000, "url": 500, "message": 5000, "party": 200, "contact": 1000}
# Looked for in this order: 未通过 contains 通过, 待审核通过 is neither.
_REFUSED = (
    *(f"{no}{word}" for no in "不未" for word in ("通过", "采用", "上架", "成功", "收录", "受理")), "不予", "退回",
    "驳回", "拒绝", "下架", "下线", "失败", "不合格", "作废", "rejected", "refused", "failed", "offline",
)  # fmt: skip
_PENDING = ("待", "审核中", "处理中", "进行中", "排队", "pending", "processing")
_ACCEPTED = ("通过", "已发布", "上架", "成功", "采用", "已受理", "收录", "正常", "已入库", "合格", "展示中", "accepted",
             "published", "online", "success", "ok")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What a row says.

    Attributes:
        state: ACCEPTED, REJECTED, or None where it says nothing final.
        errors: what cannot be understood, in Chinese; nothing of the row counts then.
    """

    row: int
    code: str
    platform_id: str
    state: ItemState | None
    reason: str
    url: str
    message: str
    party: str
    contact: str
    errors: tuple[str, ...]

    @property
    def is_lead(self) -> bool:
        """Whether somebody asks about the record."""
        return bool(self.message or self.party or self.contact)

    def digest(self, item_id: str) -> str:
        """Return what tells this lead from others."""
        told = "\0".join((item_id, self.party, self.contact, self.message))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Replies:
    """A table of answers; `columns`: header to the field that it was taken for, None for left out."""

    columns: tuple[tuple[str, str | None], ...]
    replies: tuple[Reply, ...]
    notes: tuple[str, ...]


def read_replies(book: Workbook, code_columns: Sequence[str]) -> Replies:
    """Understand the first table that has a column of codes.

    Args:
        code_columns: what the channel's own columns of codes are called.

    Raises:
        UnreadableFile: there is none.
    """
    known = {**_FIELDS, **{column_key(name): ("code", 0) for name in code_columns}}
    for table in book.tables:
        for header, rows in _candidates(table):
            fields = _assigned(header, known)
            if {"code", "platform_id"} & set(fields.values()):
                columns = tuple((name.strip(), fields.get(at)) for at, name in enumerate(header) if name.strip())
                return Replies(columns, tuple(_reply(row, fields) for row in rows), book.notes)
    raise UnreadableFile(
        "没有找到编号列。表里须有“对外编号”或“平台编号”一列（表头在前 15 行以内），"
        "其余列如状态、原因、链接、留言按名称识别。"
    )


def _candidates(table: RawTable) -> Iterator[tuple[Sequence[str], Sequence[RawRow]]]:
    if table.header is not None:
        yield table.header, table.rows
        return
    for at, row in enumerate(table.rows[:HEADER_SEARCH]):
        yield row.cells, table.rows[at + 1 :]


def _assigned(header: Sequence[str], known: Mapping[str, tuple[str, int]]) -> dict[int, str]:
    """Return the field of each column that has one; of several for one field the surest, but for those that are joined.

    Beside a column that the channel itself called 外部编号, one called 需求编号 is the platform's business.
    """
    named = {at: known[key] for at, name in enumerate(header) if (key := column_key(name)) in known}
    surest = {
        field: min(named, key=lambda at: (named[at][0] != field, named[at][1], at)) for field, _ in named.values()
    }
    return {at: field for at, (field, _) in named.items() if field in _JOINED or surest[field] == at}


def _reply(row: RawRow, fields: Mapping[int, str]) -> Reply:
    cells: dict[str, list[str]] = {}
    for at, field in fields.items():
        text = _plain(row.cells[at]) if at < len(row.cells) else ""
        if text:
            cells.setdefault(field, []).append(text)
    values = {field: "；".join(cells.get(field, [])) for field in NAMES}
    errors = [f"“{NAMES[field]}”超过 {most} 字" for field, most in LIMITS.items() if len(values[field]) > most]
    state, understood = _state(values["state"])
    if not understood:
        errors.append(f"看不懂状态“{values['state'][:30]}”，请改为 通过、退回 或 审核中")
    if values["url"] and not is_https(values["url"]):
        errors.append("链接须以 https:// 开头，是完整的网址")
    if not values["code"] and not values["platform_id"]:
        errors.append("没有编号，不知道是哪条记录")
    return Reply(
        row=row.number, code=values["code"], platform_id=values["platform_id"], state=state,
        reason=values["reason"], url=values["url"], message=values["message"], party=values["party"],
        contact=values["contact"], errors=tuple(errors),
    )  # fmt: skip


def _plain(text: str) -> str:
    """Return a cell without what nobody sees; an apostrophe before a formula is a spreadsheet's, not the text's."""
    shown = "".join(
        " " if each in "\r\n\t" else each for each in text if each in "\r\n\t" or unicodedata.category(each)[0] != "C"
    ).strip()
    return shown[1:] if shown.startswith("'") and shown[1:2] in {"=", "+", "-", "@"} else shown


def _state(text: str) -> tuple[ItemState | None, bool]:
    """Return the state, and whether the word was understood."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").lower()
    if not plain:
        return None, True
    for words, state in ((_REFUSED, ItemState.REJECTED), (_PENDING, None), (_ACCEPTED, ItemState.ACCEPTED)):
        if any(word in plain for word in words):
            return state, True
    return None, False


def is_https(url: str) -> bool:
    """Say whether a text is the address of a page that may be linked to: https, a host, nothing hidden."""
    if any(each.isspace() or not each.isprintable() or each in "<>\"'\\`{}|^" for each in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and "@" not in parts.netloc and url.lower().startswith("https://")
