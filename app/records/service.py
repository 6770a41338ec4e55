"""What may be done with a record, whatever its kind."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.errors import Conflict, InvalidInput, NotFound, StaleVersion, VersionRequired
from app.core.idempotency import IdempotencyKey, recall, remember
from app.core.identifiers import new_id
from app.core.security import Caller
from app.matches.gateway import Gateway
from app.matches.preparation import store
from app.models import OrganisationKind, RecordKind, Status
from app.models.base import now
from app.organisations.repository import OrganisationRepository
from app.records.kinds import Kind, Record, to_document
from app.records.repository import RecordRepository
from app.records.visibility import RecordFilter
from matching.text.normalise import normalise

OWNER_KIND: Mapping[RecordKind, OrganisationKind] = {
    RecordKind.ACHIEVEMENTS: OrganisationKind.UNIVERSITY,
    RecordKind.NEEDS: OrganisationKind.ENTERPRISE,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list, and where the next part begins."""

    records: list[Record]
    next_cursor: str | None


def title_key(title: str) -> str:
    """Return what tells titles apart: the same for spaces, widths, case and traditional writing."""
    plain = "".join(character for character in normalise(title).lower() if character.isalnum())
    return hashlib.sha256((plain or title).encode()).hexdigest()


class RecordService:
    """Create, read, change and withdraw records of one kind."""

    def __init__(self, database: Database, gateway: Gateway, kind: Kind) -> None:
        self._database = database
        self._gateway = gateway
        self._kind = kind

    def create(self, fields: Mapping[str, Any], again: IdempotencyKey | None = None) -> tuple[Record, bool]:
        """Store a new record; see `_create`. Of two equal requests at once, the later looks again."""
        try:
            return self._create(fields, again)
        except IntegrityError:  # PostgreSQL: another writer was first, and is visible now
            return self._create(fields, again)

    def _create(self, fields: Mapping[str, Any], again: IdempotencyKey | None) -> tuple[Record, bool]:
        """Store a new record with its vectors.

        Args:
            fields: as the schemas validate them; `organisation` is a name.
            again: if the same request was answered before, that record is returned.

        Returns:
            The record, and whether it was made now.

        Raises:
            Conflict: the organisation has a record of that external id.
        """
        values = plain_fields(fields)
        name = values.pop("organisation", None)
        record = self._kind.model(
            id=new_id(), version=1, title_key=title_key(values["title"]), organisation_id="", **values
        )
        if again is not None:
            with self._database.read() as session:
                known = self._recalled(session, again)
            if known is not None:
                return known, False
        (prepared,) = self._gateway.prepare(self._kind.name, [to_document(record)])
        with self._database.write() as session:
            known = self._recalled(session, again) if again is not None else None
            if known is not None:
                return known, False
            organisation = OrganisationRepository(session).ensure(
                name, OWNER_KIND[self._kind.name], values.get("district")
            )
            repository = RecordRepository(session, self._kind)
            external_id = values.get("external_id")
            if external_id is not None and repository.by_external_id(organisation.id, external_id) is not None:
                raise Conflict(
                    f"“{organisation.name}”已有编号为“{external_id}”的{self._kind.noun}，"
                    "请改用修改（PATCH），或换一个编号。"
                )
            record.organisation = organisation
            repository.add(record)
            if again is not None:
                remember(session, again, record.id)
            store(session, [(record, prepared)])
        return record, True

    def _recalled(self, session: Session, again: IdempotencyKey) -> Record | None:
        id = recall(session, again)
        return None if id is None else RecordRepository(session, self._kind).get(id, Caller.OPERATOR)

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Record:
        """Return a record. Raises NotFound, also for one that the caller may not see."""
        record = RecordRepository(session, self._kind).get(id, caller, lock=lock)
        if record is None or (record.status == Status.WITHDRAWN and caller is not Caller.OPERATOR):
            raise self._not_found()
        return record

    def by_ids(self, ids: Sequence[str], caller: Caller) -> list[Record]:
        """Return those of the records that the caller may see, in the order of the ids."""
        with self._database.read() as session:
            found = RecordRepository(session, self._kind).by_ids(ids, caller)
        return [found[id] for id in ids if id in found]

    def named(self, name: str) -> Record:
        """Return the record whose id or external id is `name`, for the operator.

        Raises:
            NotFound: there is none.
            Conflict: several organisations use the number.
        """
        with self._database.read() as session:
            found = RecordRepository(session, self._kind).named(name)
        if not found:
            raise NotFound(f"没有 id 或编号为“{name}”的{self._kind.noun}。")
        if len(found) > 1:
            raise Conflict(f"有多家单位使用编号“{name}”，请改用系统 id。")
        return found[0]

    def page(
        self,
        session: Session,
        caller: Caller,
        wanted: RecordFilter,
        *,
        q: str | None = None,
        status: str | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        """Return records, the newest first."""
        rows = RecordRepository(session, self._kind).page(caller, wanted, q, status, cursor, limit + 1)
        return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)

    def change(self, id: str, fields: Mapping[str, Any], expected: str | None) -> Record:
        """Change fields of a record; texts that changed are encoded before the transaction.

        Args:
            expected: the If-Match header.

        Raises:
            NotFound, VersionRequired, StaleVersion, Conflict.
        """
        values = plain_fields(fields)
        with self._database.read() as session:
            record = self.get(session, id, Caller.OPERATOR)
            self._check_version(record, expected)
            session.expunge_all()
        version = record.version
        name = values.pop("organisation", None)
        for field, value in values.items():
            setattr(record, field, value)
        self._check_ranges(record)
        (prepared,) = self._gateway.prepare(self._kind.name, [to_document(record)])
        with self._database.write() as session:
            current = self.get(session, id, Caller.OPERATOR, lock=True)
            if current.version != version:
                raise self._stale()
            if name is not None:
                current.organisation = OrganisationRepository(session).ensure(name, OWNER_KIND[self._kind.name])
            self._check_number(session, current, values.get("external_id", current.external_id))
            for field, value in values.items():
                setattr(current, field, value)
            current.title_key = title_key(current.title)
            current.version += 1
            current.updated_at = now()
            store(session, [(current, prepared)])
        return current

    def withdraw(self, id: str, expected: str | None) -> None:
        """Take a record out of lists and searches; it stays in the database."""
        with self._database.read() as session:
            self._check_version(self.get(session, id, Caller.OPERATOR), expected)
        self.change(id, {"status": Status.WITHDRAWN.value}, expected)

    def _check_version(self, record: Record, expected: str | None) -> None:
        if expected is None:
            raise VersionRequired("修改前请先读取这条记录，并在 If-Match 请求头中带上它的 ETag。")
        if expected.strip() not in {f'"{record.version}"', str(record.version)}:
            raise self._stale()

    def _check_number(self, session: Session, record: Record, external_id: str | None) -> None:
        if external_id is None:
            return
        with session.no_autoflush:
            holder = RecordRepository(session, self._kind).by_external_id(record.organisation.id, external_id)
        if holder is not None and holder.id != record.id:
            raise Conflict(f"本单位已有编号为“{external_id}”的{self._kind.noun}，请换一个编号。")

    def _check_ranges(self, record: Record) -> None:
        prefix = "price" if self._kind.name is RecordKind.ACHIEVEMENTS else "budget"
        low, high = getattr(record, f"{prefix}_min_wan"), getattr(record, f"{prefix}_max_wan")
        if low is not None and high is not None and low > high:
            raise InvalidInput("金额下限高于上限，请同时修改上下限。")

    def _not_found(self) -> NotFound:
        return NotFound(f"没有这条{self._kind.noun}，它可能已被撤回，或编号有误。请返回列表重新查找。")

    def _stale(self) -> StaleVersion:
        return StaleVersion("这条记录刚被别人修改过。请重新读取最新内容，核对后再提交。")


def plain_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with choices as the words that are stored."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in fields.items()}
