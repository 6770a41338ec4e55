"""Take out what an organisation put in."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.audit.log import Event, append
from app.core.caller import Caller
from app.core.database import Database
from app.core.errors import InvalidInput, NotFound
from app.kinds.table import KINDS, Record
from app.models import Organisation, RecordKind
from app.organisations.repository import OrganisationRepository


class ExportService:
    """Reads all records of an organisation, of every status; for staff, of anyone or of all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def records(self, kind: RecordKind, organisation_id: str | None, form: str, caller: Caller) -> list[Record]:
        """Return the records and note in the audit log that they were taken out.

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
        with self._database.write() as session:
            if organisation_id is not None and self._organisation(session, organisation_id) is None:
                raise NotFound("没有这个单位，请核对单位 id。")
            model = KINDS[kind].model
            query = select(model).options(joinedload(model.organisation)).order_by(model.id)
            if organisation_id is not None:
                query = query.where(model.organisation_id == organisation_id)
            found: list[Record] = list(session.scalars(query))
            told = {"organisation": organisation_id, "form": form, "rows": len(found)}
            append(session, caller, [Event(f"{kind.value}.export", "exports", kind.value, None, told)])
        return found

    @staticmethod
    def _organisation(session: Session, id: str) -> Organisation | None:
        return None if "\x00" in id else OrganisationRepository(session).by_id(id)
