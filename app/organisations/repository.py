"""Organisations in SQL."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.models import Organisation, OrganisationKind
from app.organisations.visibility import visible_sql

UNNAMED = "未注明单位"


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """What a list is narrowed by; None leaves a side open.

    Attributes:
        q: part of the name; for staff also of a short or former name, or the beginning of the credit code.
    """

    kind: str | None = None
    district: str | None = None
    verification: str | None = None
    q: str | None = None


class OrganisationRepository:
    """Reads and writes organisations. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, id: str) -> Organisation | None:
        """Return an organisation."""
        return self._session.get(Organisation, id)

    def visible(self, id: str, caller: Caller, *, lock: bool = False) -> Organisation | None:
        """Return an organisation that the caller may see."""
        query = select(Organisation).where(Organisation.id == id, visible_sql(caller))
        return self._session.scalar(query.with_for_update() if lock else query)

    def page(self, caller: Caller, wanted: OrganisationFilter, after: str | None, limit: int) -> list[Organisation]:
        """Return organisations that the caller may see, the newest first, that come after an id."""
        query = select(Organisation).where(visible_sql(caller)).order_by(Organisation.id.desc()).limit(limit)
        for column, value in (
            (Organisation.kind, wanted.kind),
            (Organisation.district, wanted.district),
            (Organisation.verification, wanted.verification),
        ):
            if value is not None:
                query = query.where(column == value)
        if wanted.q:
            query = query.where(_called(wanted.q, caller))
        return list(self._session.scalars(query if after is None else query.where(Organisation.id < after)))

    def by_credit_code(self, code: str) -> Organisation | None:
        """Return the organisation of a credit code."""
        return self._session.scalar(select(Organisation).where(Organisation.credit_code == code))

    def lock(self, ids: Iterable[str]) -> None:
        """Let nobody else add records of organisations until the transaction ends: the next sees those added here."""
        query = select(Organisation.id).where(Organisation.id.in_(sorted(ids))).order_by(Organisation.id)
        # Writes that merely refer to an organisation go on.
        self._session.execute(query.with_for_update(key_share=True))

    def add(self, organisation: Organisation) -> None:
        """Add a new organisation."""
        self._session.add(organisation)

    def by_name(self, name: str) -> Organisation | None:
        """Return the organisation of a name."""
        return self._session.scalar(select(Organisation).where(Organisation.name == name))

    def by_name_or_unnamed(self, name: str | None) -> Organisation | None:
        """Return the organisation of a name, or the stand-in for records that name none."""
        return self.by_name(name or UNNAMED)

    def ensure(self, name: str | None, kind: OrganisationKind, district: str | None = None) -> Organisation:
        """Return the organisation of a name, made now if it is new; without one, a stand-in."""
        found = self.by_name_or_unnamed(name)
        if found is not None:
            return found
        organisation = Organisation(name=name or UNNAMED, kind=kind, district=district)
        try:
            with self._session.begin_nested():
                self._session.add(organisation)
        except IntegrityError:  # PostgreSQL: another writer was first
            found = self.by_name_or_unnamed(name)
            if found is None:
                raise
            return found
        return organisation


def _called(text: str, caller: Caller) -> ColumnElement[bool]:
    """Return the condition that an organisation is called something; what is not public is searched for staff alone."""
    named = Organisation.name.contains(text, autoescape=True)
    if not caller.sees_all:
        return named
    stored = json.dumps(text)[1:-1]  # as it stands in the column
    alias = cast(Organisation.aliases, String).contains(stored, autoescape=True)
    return or_(named, alias, Organisation.credit_code.startswith(text.upper(), autoescape=True))
