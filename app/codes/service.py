"""Code lists: what is shipped, what an operator imports, and how they are read."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from app.audit.log import Event, append
from app.codes.industries import division_names, shipped
from app.codes.repository import CodeRepository
from app.core.caller import Caller
from app.core.errors import NotFound, UnreadableFile
from app.models import Code, CodeList
from app.tables.reading import RawTable, read_tables

_CODE_HEADERS = {"code", "代码", "编码", "行政区划代码", "分类号"}
_NAME_HEADERS = {"name", "名称", "类别名称", "单位名称", "行政区划名称", "产业链", "学科名称", "类名"}
_PARENT_HEADERS = {"parent", "上级", "上级代码", "父级"}
_LONGEST_CODE = 50


class CodeService:
    """Reads and replaces code lists."""

    def replace(self, session: Session, which: CodeList, codes: Sequence[Mapping[str, Any]], caller: Caller) -> int:
        """Replace a list by what `codes_in` read of a file; return how many entries it has."""
        session.execute(delete(Code).where(Code.list == which))
        session.execute(insert(Code), [{"list": which.value, **each} for each in codes])
        append(session, caller, [Event("codes.import", "codes", which.value, None, {"rows": len(codes)})])
        return len(codes)

    def names(
        self, session: Session, which: CodeList, codes: Collection[str] | None = None, limit: int = 500
    ) -> dict[str, str]:
        """Return names by code, in the order of the list: of the given codes, or of the first entries."""
        found = CodeRepository(session).names(which, codes, limit)
        if which is CodeList.INDUSTRIES:
            known = division_names()
            found |= {code: known[code] for code in codes or () if code in known and code not in found}
        return found

    def filled(self, session: Session) -> set[CodeList]:
        """Return the lists that have entries; industries always have those that are shipped."""
        return CodeRepository(session).filled() | {CodeList.INDUSTRIES}

    def trail(self, session: Session, which: CodeList, code: str) -> list[Code]:
        """Return an entry and those above it, the top first. Raises NotFound."""
        trail: list[Code] = []
        wanted: str | None = code
        while wanted is not None:
            found = self._entry(session, which, wanted)
            if found is None:
                raise NotFound("代码表里没有这个代码，请返回上一层或检索名称。")
            trail.insert(0, found)
            wanted = found.parent
        return trail

    def with_children(self, session: Session, which: CodeList, codes: Collection[str]) -> set[str]:
        """Return those codes that stand above others."""
        found = CodeRepository(session).with_children(which, codes)
        if which is CodeList.INDUSTRIES and not found and not _any(session, which):
            return {above for _, above, _ in shipped() if above in codes}
        return found

    def _entry(self, session: Session, which: CodeList, code: str) -> Code | None:
        found = CodeRepository(session).entry(which, code) if "\x00" not in code else None
        if found is None and which is CodeList.INDUSTRIES and not _any(session, which):
            return next((each for each in _shipped(code, None) if each.code == code), None)
        return found

    def page(
        self, session: Session, which: CodeList, *, q: str | None, parent: str | None, limit: int
    ) -> Sequence[Code]:
        """Return entries of a list: those below a parent, those that contain a text, or the top."""
        query = select(Code).where(Code.list == which)
        if q:
            query = query.where(or_(Code.name.contains(q, autoescape=True), Code.code.startswith(q, autoescape=True)))
        elif parent is not None:
            query = query.where(Code.parent == parent)
        else:
            query = query.where(Code.level == 1)
        found = session.scalars(query.order_by(Code.position).limit(limit)).all()
        if not found and which is CodeList.INDUSTRIES and not _any(session, which):
            return _shipped(q, parent)[:limit]
        return found


def codes_in(file: Path) -> list[dict[str, Any]]:
    """Return the entries of a table with a code and a name, perhaps a parent; read before a transaction is begun.

    Without parents the longest code that begins another one is above it, as in GB/T 4754 and in
    division codes whose trailing zeros are left out.

    Raises:
        UnreadableFile: no such columns, a code twice, or a parent that is not in the list.
    """
    return _with_levels(_rows(read_tables(file).tables))


def _any(session: Session, which: CodeList) -> bool:
    return session.scalars(select(Code.code).where(Code.list == which).limit(1)).first() is not None


def _shipped(q: str | None, parent: str | None) -> list[Code]:
    """Return the shipped top levels of GB/T 4754 while none are imported."""
    return [
        Code(list=CodeList.INDUSTRIES, code=code, name=name, parent=above or None, level=2 if above else 1, position=at)
        for at, (code, above, name) in enumerate(shipped())
        if (q and (q in name or code.startswith(q))) or (not q and above == (parent or ""))
    ]


def _rows(tables: Sequence[RawTable]) -> list[tuple[str, str, str | None]]:
    """Return (code, name, parent) of the first table that has the columns."""
    for table in tables:
        candidates = [(table.header, table.rows)] if table.header else []
        candidates += [(row.cells, table.rows[at + 1 :]) for at, row in enumerate(table.rows[:15])]
        for header, rows in candidates:
            names = [(cell or "").strip().lower() for cell in header or ()]
            code, name = _place(names, _CODE_HEADERS), _place(names, _NAME_HEADERS)
            if code is None or name is None:
                continue
            parent = _place(names, _PARENT_HEADERS)
            found = [
                (row.cells[code].strip(), row.cells[name].strip(), row.cells[parent].strip() if parent else None)
                for row in rows
                if len(row.cells) > max(code, name, parent or 0) and row.cells[code].strip() and row.cells[name].strip()
            ]
            if found:
                return found
    raise UnreadableFile("没有找到代码和名称两列：请保证表头中有“代码”和“名称”（可另有“上级”）。")


def _place(names: Sequence[str], wanted: set[str]) -> int | None:
    return next((at for at, name in enumerate(names) if name in wanted), None)


def _with_levels(rows: Sequence[tuple[str, str, str | None]]) -> list[dict[str, Any]]:
    known = {code for code, _, _ in rows}
    if len(known) < len(rows):
        seen: set[str] = set()
        twice = next(code for code, _, _ in rows if code in seen or seen.add(code))  # type: ignore[func-returns-value]
        raise UnreadableFile(f"代码“{twice}”出现了两次，请核对后再导入。")
    parents: dict[str, str | None] = {}
    for code, _, given in rows:
        if len(code) > _LONGEST_CODE:
            raise UnreadableFile(f"代码“{code[:20]}…”超过 {_LONGEST_CODE} 个字，请核对列是否对应。")
        if given and given not in known:
            raise UnreadableFile(f"代码“{code}”的上级“{given}”不在表中，请补上后再导入。")
        parents[code] = given or (_prefix(code, known) if given is None else None)
    levels = {code: _level(code, parents) for code in parents}
    return [
        {"code": code, "name": name, "parent": parents[code], "level": levels[code], "position": at}
        for at, (code, name, _) in enumerate(rows)
    ]


def _prefix(code: str, known: set[str]) -> str | None:
    stem = code.rstrip("0") if code.isdigit() and len(code) == 6 else code
    for length in range(len(stem) - 1, 0, -1):
        above = stem[:length]
        for candidate in (above, above.ljust(len(code), "0")):
            if candidate in known and candidate != code:
                return candidate
    return None


def _level(code: str, parents: dict[str, str | None]) -> int:
    level, seen, above = 1, {code}, parents[code]
    while above is not None:
        if above in seen:
            raise UnreadableFile(f"代码“{code}”的上级绕成了圈，请核对后再导入。")
        seen.add(above)
        level, above = level + 1, parents[above]
    return level
