"""Code lists in SQL, as they are looked through."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models import Code, CodeList


class CodeRepository:
    """Reads code lists."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def filled(self) -> set[CodeList]:
        """Return the lists that have entries."""
        found = self._session.execute(select(*(exists().where(Code.list == each) for each in CodeList))).one()
        return {each for each, filled in zip(CodeList, found, strict=True) if filled}

    def entry(self, which: CodeList, code: str) -> Code | None:
        """Return an entry."""
        return self._session.get(Code, (which.value, code))

    def with_children(self, which: CodeList, codes: Collection[str]) -> set[str]:
        """Return those codes that stand above others."""
        query = select(Code.parent).where(Code.list == which, Code.parent.in_(codes)).distinct()
        return {code for code in self._session.scalars(query) if code is not None}

    def names(self, which: CodeList, codes: Collection[str] | None, limit: int) -> dict[str, str]:
        """Return names by code, in the order of the list: of the given codes, or of the first entries."""
        query = select(Code.code, Code.name).where(Code.list == which).order_by(Code.position).limit(limit)
        if codes is not None:
            query = query.where(Code.code.in_(codes))
        return {row.code: row.name for row in self._session.execute(query)}
