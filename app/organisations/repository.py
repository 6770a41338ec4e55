"""Organisations in SQL."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.models import Organisation, OrganisationKind

UNNAMED = "未注明单位"


class OrganisationRepository:
    """Reads and writes organisations. Never commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

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
