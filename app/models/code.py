"""Code lists: industries, divisions, chains, disciplines, patent classes."""

from enum import StrEnum

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class CodeList(StrEnum):
    """Lists that forms, filters and imports know."""

    INDUSTRIES = "industries"
    DIVISIONS = "divisions"
    CHAINS = "chains"
    DISCIPLINES = "disciplines"
    IPC = "ipc"


class Code(Base):
    """An entry of a list; `level` 1 stands at the top and `parent` is the code above."""

    __tablename__ = "codes"
    __table_args__ = (Index(None, "list", "parent"), Index(None, "list", "name"))

    list: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(50), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(String(50))
    level: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
