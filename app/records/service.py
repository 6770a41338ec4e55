"""What may be done with a record, whatever its kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import today
from app.core.database import Overtaken, release
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.idempotency import IdempotencyKey, recall, remember
from app.kinds.fields import plain_fields
from app.kinds.table import Kind, Record, amounts_in_order, to_document
from app.kinds.visibility import RecordFilter, shows_all_of
from app.models import Organisation, RecordKind, Status
from app.organisations.repository import OrganisationRepository
from app.records.changes import RecordWriter, assign, new_record
from app.records.disclosures import hold_back_named, refuse_state_secrets
from app.records.history import shown_versions, take_review_back
from app.records.preparation import ChangedRecord, NewRecord
from app.records.publication import Decision, first_status
from app.records.repository import RecordRepository
from app.records.restoration import put_back
from app.records.schemas import RecordOut
from app.search.gateway import Gateway

# How long a record may be renewed for.
RENEWAL = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list, and where the next part begins."""

    records: list[Record]
    next_cursor: str | None


class RecordService:
    """Create, read, change, review and withdraw records of one kind.

    Args:
        view: how a record is shown to a caller.
    """

    def __init__(self, gateway: Gateway, kind: Kind, view: Callable[[Record, Caller], RecordOut]) -> None:
        self._gateway = gateway
        self._kind = kind
        self._view = view

    def prepare_new(
        self, session: Session, fields: Mapping[str, Any], caller: Caller, idempotency: IdempotencyKey | None = None
    ) -> NewRecord:
        """Make a record ready to be stored, without a connection while it is encoded.

        Args:
            fields: as the schemas validate them; `organisation` is a name.
            idempotency: if the same request was answered before, that record is returned.

        Raises:
            InvalidInput: a field is not for the caller to give, or a text may not be kept here.
        """
        values = plain_fields(fields)
        name = values.pop("organisation", None)
        values["status"] = first_status(caller, values.get("status"))
        record = new_record(self._kind, values)
        refuse_state_secrets(record)
        known = None if idempotency is None else self._recalled(session, idempotency, caller)
        if known is not None:
            return NewRecord(known, name, idempotency, None)
        release(session)
        (vectors,) = self._gateway.prepare(self._kind.name, [to_document(record)])
        return NewRecord(record, name, idempotency, vectors)

    def create(self, session: Session, prepared: NewRecord, caller: Caller) -> tuple[Record, bool]:
        """Store a record that was made ready, with its vectors.

        Returns:
            The record, and whether it was made now.

        Raises:
            Conflict: the organisation has a record of that external id.
            InvalidInput: the owner is not for the caller to give.
            Overtaken: the same request is being answered elsewhere.
        """
        known = None if prepared.idempotency is None else self._recalled(session, prepared.idempotency, caller)
        if known is not None:
            return known, False
        if prepared.vectors is None:
            raise Overtaken
        record = prepared.record
        organisation = self._owner(session, caller, prepared.owner, record.district)
        OrganisationRepository(session).lock([organisation.id])
        self._check_number(session, organisation, record.external_id, record.id)
        writer = RecordWriter(session, caller)
        writer.add(record, organisation, prepared.vectors)
        if prepared.idempotency is not None:
            remember(session, prepared.idempotency, record.id)
        try:
            session.flush()
        except IntegrityError as error:  # PostgreSQL: the same request, at this moment; it is visible now
            raise Overtaken from error
        writer.write()
        return record, True

    def _recalled(self, session: Session, idempotency: IdempotencyKey, caller: Caller) -> Record | None:
        id = recall(session, idempotency)
        return None if id is None else RecordRepository(session, self._kind).get(id, caller)

    def _owner(self, session: Session, caller: Caller, name: str | None, district: str | None) -> Organisation:
        """Return whose a new record is: members post for their own organisation alone."""
        repository = OrganisationRepository(session)
        if caller.sees_all:
            return repository.ensure(name, self._kind.owner, district)
        own = repository.by_id(caller.organisation_id or "")
        if own is None:
            raise InvalidInput("您的账号没有所属单位，请联系管理员设置后再提交。")
        if name is not None and name != own.name:
            raise _not_yours(own, name)
        return own

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Record:
        """Return a record. Raises NotFound, also for one that the caller may not see."""
        record = RecordRepository(session, self._kind).get(id, caller, lock=lock)
        if record is None or (record.status == Status.WITHDRAWN and not shows_all_of(record, caller)):
            raise self._not_found()
        return record

    def get_own(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Record:
        """Return a record that the caller may change. Raises NotFound for all others."""
        record = self.get(session, id, caller, lock=lock)
        if not shows_all_of(record, caller):
            raise self._not_found()
        return record

    def by_ids(self, session: Session, ids: Sequence[str], caller: Caller) -> list[Record]:
        """Return those of the records that the caller may see, in the order of the ids."""
        found = RecordRepository(session, self._kind).by_ids(ids, caller)
        return [found[id] for id in ids if id in found]

    def named(self, session: Session, name: str, caller: Caller) -> Record:
        """Return the record whose id or external id is `name`, for who sees all.

        Raises:
            NotFound: there is none, or it is not for the caller.
            Conflict: several organisations use the number.
        """
        found = RecordRepository(session, self._kind).named(name) if caller.sees_all else []
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
        return Page(*page_of(rows, limit, lambda each: each.id))

    def prepare_change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> ChangedRecord:
        """Encode the texts that a change brings, without a connection meanwhile.

        Args:
            expected: the If-Match header.

        Raises:
            NotFound, VersionRequired, StaleVersion, InvalidInput.
        """
        values = plain_fields(fields)
        name = values.pop("organisation", None)
        record = self.get_own(session, id, caller)
        self._check_version(record, expected, caller, values)
        session.expunge_all()
        release(session)
        version, texts = record.version, _texts(record)
        for field, value in values.items():
            setattr(record, field, value)
        self._check_ranges(record)
        refuse_state_secrets(record)
        # A contact or a price changes without a model.
        fresh = _texts(record) != texts
        vectors = self._gateway.prepare(self._kind.name, [to_document(record)])[0] if fresh else None
        return ChangedRecord(id, version, expected, values, name, vectors)

    def change(self, session: Session, prepared: ChangedRecord, caller: Caller) -> Record:
        """Change fields of a record as was made ready.

        Raises:
            NotFound, StaleVersion, Conflict, InvalidInput.
            Overtaken: it was changed since, and the request takes any version.
        """
        current = self.get_own(session, prepared.id, caller, lock=True)
        self._check_version(current, prepared.expected, caller, prepared.values)
        if current.version != prepared.version:
            raise Overtaken
        writer = RecordWriter(session, caller)
        with writer.changing(current, "change", prepared.vectors):
            self._assign(session, current, prepared.values, prepared.owner, caller)
        writer.write()
        return current

    def _assign(
        self, session: Session, record: Record, values: Mapping[str, Any], name: str | None, caller: Caller
    ) -> None:
        if name is not None and name != record.organisation.name:
            if not caller.sees_all:
                raise _not_yours(record.organisation, name)
            record.organisation = OrganisationRepository(session).ensure(name, self._kind.owner)
            record.organisation_id = record.organisation.id
        self._check_number(session, record.organisation, values.get("external_id", record.external_id), record.id)
        waited_since, before = record.submitted_at, record.status
        assign(record, values, caller)
        if caller.sees_all and record.status == Status.SUBMITTED and before in {Status.RETURNED, Status.PUBLISHED}:
            take_review_back(record, waited_since, RecordRepository(session, self._kind).last_event(record.id))
        hold_back_named(record, record.organisation)

    def withdraw(self, session: Session, id: str, expected: str | None, caller: Caller) -> None:
        """Take a record out of lists and searches; it stays in the database."""
        with self._changing(session, id, expected, caller, "withdraw") as record:
            record.status = Status.WITHDRAWN

    def restore(self, session: Session, id: str, caller: Caller) -> Record:
        """Take a withdrawal back: the record is again what it was, without another review.

        Raises:
            NotFound; Conflict: it is not withdrawn, or was changed since.
        """
        record = self.get_own(session, id, caller, lock=True)
        writer = RecordWriter(session, caller)
        with writer.changing(record, "restore"):
            if not put_back(record, RecordRepository(session, self._kind).last_event(id)):
                raise Conflict(f"这条{self._kind.noun}不是刚撤回的状态，不能撤销。请刷新页面，用“修改”重新提交。")
            hold_back_named(record, record.organisation)
        writer.write()
        return record

    def renew(self, session: Session, id: str, valid_until: date, expected: str | None, caller: Caller) -> Record:
        """Let a record be valid longer, without another review.

        Raises:
            InvalidInput: the day is not in the next two years.
        """
        if not today() <= valid_until <= today() + RENEWAL:
            message = f"应在今天和 {today() + RENEWAL} 之间，请改填这期间的日期"
            error = FieldError("valid_until", "range", message, valid_until.isoformat())
            raise InvalidInput(f"valid_until：{message}。", (error,))
        with self._changing(session, id, expected, caller, "renew") as record:
            record.valid_until = valid_until
        return record

    def review(
        self, session: Session, id: str, decision: Decision, reason: str, expected: str | None, caller: Caller
    ) -> Record:
        """Publish a record that was handed in, or return it with the reason.

        Raises:
            Conflict: it was not handed in.
            InvalidInput: it is returned without a reason, or its texts still name who hides.
        """
        if decision is Decision.RETURN and not reason:
            message = "退回时必填，请写明要补充或修改什么"
            raise InvalidInput(f"reason：{message}。", (FieldError("reason", "missing", message),))
        with self._changing(session, id, expected, caller, "review") as record:
            if record.status != Status.SUBMITTED:
                raise Conflict(f"这条{self._kind.noun}不在待审状态，可能已有人审核。请刷新后再看。")
            record.status = Status.PUBLISHED if decision is Decision.PUBLISH else Status.RETURNED
            record.review_note = reason
            if hold_back_named(record, record.organisation):
                raise Conflict("文字会暴露匿名发布的企业，不能发布。请退回并请企业改写，或由企业确认照原样发布。")
        return record

    @contextmanager
    def _changing(
        self, session: Session, id: str, expected: str | None, caller: Caller, action: str
    ) -> Iterator[Record]:
        """Change what needs no encoding, and log it."""
        record = self.get_own(session, id, caller, lock=True)
        self._check_version(record, expected, caller, {})
        writer = RecordWriter(session, caller)
        with writer.changing(record, action):
            yield record
        writer.write()

    def versions(self, session: Session, id: str, caller: Caller) -> list[dict[str, Any]]:
        """Return what became of a record, the newest first. Raises NotFound."""
        self.get_own(session, id, caller)
        return shown_versions(RecordRepository(session, self._kind).history(id), caller)

    def expiring(self, session: Session, before: date, caller: Caller, limit: int) -> list[Record]:
        """Return the caller's published records that expire before a day, those that must be renewed first."""
        return RecordRepository(session, self._kind).expiring(caller, before, limit)

    def visible_count(self, session: Session, caller: Caller, most: int) -> int:
        """Return how many published records the caller may see; counts no further than `most`."""
        return RecordRepository(session, self._kind).visible_count(caller, most)

    def _check_version(self, record: Record, expected: str | None, caller: Caller, values: Mapping[str, Any]) -> None:
        def current() -> dict[str, Any]:
            return self._view(record, caller).model_dump(mode="json")

        check_version("这条记录", expected, record.version, current, values)

    def _check_number(
        self, session: Session, organisation: Organisation, external_id: str | None, record_id: str
    ) -> None:
        if external_id is None:
            return
        with session.no_autoflush:
            holder = RecordRepository(session, self._kind).by_external_id(organisation.id, external_id)
        if holder is not None and holder.id != record_id:
            raise Conflict(
                f"“{organisation.name}”已有编号为“{external_id}”的{self._kind.noun}，"
                "请改用修改（PATCH），或换一个编号。"
            )

    def _check_ranges(self, record: Record) -> None:
        if not amounts_in_order(record):
            raise InvalidInput("金额下限高于上限，请同时修改上下限。")

    def _not_found(self) -> NotFound:
        return NotFound(f"没有这条{self._kind.noun}，它可能已被撤回，或编号有误。请返回列表重新查找。")


class RecordServices(dict[RecordKind, RecordService]):
    """The services of all kinds."""


def _texts(record: Record) -> tuple[str, ...]:
    document = to_document(record)
    return document.title, document.body, document.keywords, document.indicators


def _not_yours(own: Organisation, name: str) -> InvalidInput:
    message = f"只能以本单位“{own.name}”的名义提交，请删去这一项或改为本单位全称"
    return InvalidInput(f"organisation：{message}。", (FieldError("organisation", "not_yours", message, name),))
