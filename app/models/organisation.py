"""Organisations: those that post needs, offer achievements or serve between."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class OrganisationKind(StrEnum):
    """Kinds of organisations."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    GOVERNMENT = "government"
    PROVIDER = "provider"


class Organisation(Base):
    """An organisation; names are unique."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    district: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
