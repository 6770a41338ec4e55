"""Organisations: those that post needs, offer achievements or serve between."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.identifiers import new_id
from app.models.base import Base, UtcDateTime, now


class OrganisationKind(StrEnum):
    """企业, 高校院所, 政府部门, 服务机构."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    GOVERNMENT = "government"
    PROVIDER = "provider"


class EnterpriseGrade(StrEnum):
    """科技型中小企业, 高企培育入库, 高新技术企业, 专精特新."""

    TECHNOLOGY_SME = "technology_sme"
    HIGH_TECH_CANDIDATE = "high_tech_candidate"
    HIGH_TECH = "high_tech"
    SPECIALISED = "specialised"


class Verification(StrEnum):
    """Whether somebody checked that an organisation is what it says."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    REFUSED = "refused"


class Organisation(Base):
    """An organisation; names are unique.

    What it is known by (aliases, brands, products, address, legal person, phones) is never public:
    the texts of its anonymous needs are searched for it.
    """

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    # 统一社会信用代码, after GB 32100.
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True, index=True)
    district: Mapped[str | None] = mapped_column(String(100))
    park: Mapped[str | None] = mapped_column(String(100))
    industries: Mapped[list[str]] = mapped_column(default=list)
    grades: Mapped[list[str]] = mapped_column(default=list)
    aliases: Mapped[list[str]] = mapped_column(default=list)
    brands: Mapped[list[str]] = mapped_column(default=list)
    products: Mapped[list[str]] = mapped_column(default=list)
    phones: Mapped[list[str]] = mapped_column(default=list)
    address: Mapped[str | None] = mapped_column(Text)
    legal_person: Mapped[str | None] = mapped_column(String(100))
    verification: Mapped[str] = mapped_column(String(20), default=Verification.UNVERIFIED)
    verified_by: Mapped[str | None] = mapped_column(String(200))
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
