"""Take out what an organisation put in."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.database import Database, prepare_then_apply
from app.core.errors import InvalidInput, NotFound
from app.kinds.table import KINDS, Record
from app.models import RecordKind
from app.organisations.repository import OrganisationRepository


@dataclass(frozen=True, slots=True)
class Export:
    """Records that are taken out: whose, None for everybody's, and in which form."""

    kind: RecordKind
    organisation_id: str | None
    form: str
    records: list[Record]


class ExportService:
    """Reads all records of an organisation, of every status; for staff, of anyone or of all."""

    def read(
        self, session: Session, kind: RecordKind, organisation_id: str | None, form: str, caller: Caller
    ) -> Export:
        """Return the records, to be noted in the audit log before they are given out.

        Args:
            organisation_id: None is the caller's own; for staff, everybody's.
            form: that they are taken out in, for the log.

        Raises:
            NotFound: the organisation is not the caller's own.
            InvalidInput: the caller has none.
        """
        own = caller.organisation_id
        if not caller.sees_all:
            if own is None:
                raise InvalidInput("您的账号没有所属单位，请联系管理员设置后再导出。")
            if organisation_id not in {None, own}:
                raise NotFound("没有这个单位，或您不能导出它的记录。")
            organisation_id = own
        if organisation_id is not None and OrganisationRepository(session).by_id(organisation_id) is None:
            raise NotFound("没有这个单位，请核对单位 id。")
        model = KINDS[kind].model
        query = select(model).options(joinedload(model.organisation)).order_by(model.id)
        if organisation_id is not None:
            query = query.where(model.organisation_id == organisation_id)
        return Export(kind, organisation_id, form, list(session.scalars(query)))

    def note(self, session: Session, export: Export, caller: Caller) -> list[Record]:
        """Note in the audit log that records are taken out, and return them."""
        told = {"organisation": export.organisation_id, "form": export.form, "rows": len(export.records)}
        kind = export.kind.value
        append(session, caller, [Event(f"{kind}.export", "exports", kind, None, told)])
        return export.records


def taken_out(
    database: Database,
    service: ExportService,
    kind: RecordKind,
    organisation_id: str | None,
    form: str,
    caller: Caller,
) -> list[Record]:
    """Return records, all that there are: read without holding up who writes, then noted; see `ExportService`."""

    def read(session: Session) -> Export:
        return service.read(session, kind, organisation_id, form, caller)

    return prepare_then_apply(database, read, partial(service.note, caller=caller))
