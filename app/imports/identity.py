"""What a row says of a record, and which record that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.kinds.table import Kind, Record
from app.models import Organisation
from app.organisations.repository import UNNAMED


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row that can be taken.

    Attributes:
        number: of the row, as people see it.
        fields: all fields of the record.
        given: those that the row itself states; an update changes no others.
        originals: cells as they stood, by field, that were turned into something else.
        title_key: the title as it is compared.
    """

    number: int
    fields: dict[str, Any]
    given: dict[str, Any]
    originals: dict[str, str]
    title_key: str

    @property
    def owner(self) -> str:
        """The name of the organisation that the record belongs to."""
        return self.fields["organisation"] or UNNAMED

    @property
    def identity(self) -> tuple[str, str | None, str]:
        """Owner and number, or owner and title where there is no number."""
        external_id = self.fields.get("external_id")
        return self.owner, external_id, "" if external_id else self.title_key


def find_stored(
    session: Session, kind: Kind, rows: Sequence[Incoming], *, lock: bool = False
) -> dict[tuple[str, str | None, str], Record]:
    """Return the stored records of rows, by identity; locked, nobody changes them until we commit."""
    owners = _owners(session, {row.owner for row in rows})
    model = kind.model
    found: dict[tuple[str, str | None, str], Record] = {}
    for name, owner in owners.items():
        mine = [row.identity for row in rows if row.owner == name]
        numbers = [number for _, number, _ in mine if number]
        titles = [title for _, number, title in mine if not number]
        for column, values in ((model.external_id, numbers), (model.title_key, titles)):
            if not values:
                continue
            query = (
                select(model)
                .options(joinedload(model.organisation))
                .where(model.organisation_id == owner.id, column.in_(values))
                .order_by(model.id.desc())  # of several with one title the oldest is meant
            )
            if column is model.title_key:
                query = query.where(model.external_id.is_(None))
            if lock:
                query = query.with_for_update(of=model).execution_options(populate_existing=True)
            for record in session.scalars(query):
                found[(name, record.external_id, "" if record.external_id else record.title_key)] = record
    return found


def _owners(session: Session, names: Iterable[str]) -> Mapping[str, Organisation]:
    query = select(Organisation).where(Organisation.name.in_(list(names)))
    return {each.name: each for each in session.scalars(query)}
