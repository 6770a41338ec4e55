"""What may be done with organisations."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.database import release
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.models import Organisation, OrganisationKind, Verification
from app.models.base import now
from app.organisations.export import MOST_ROWS, organisations_workbook
from app.organisations.repository import OrganisationFilter, OrganisationRepository
from app.organisations.schemas import OrganisationRow

# What a check was about: changed by the organisation itself, it has to be checked again.
_CHECKED = {"name", "credit_code", "legal_person"}
_UNTOLD = {"id", "created_at"}


class OrganisationService:
    """Keeps organisations."""

    def create(self, session: Session, fields: Mapping[str, Any], caller: Caller) -> Organisation:
        """Make an organisation. Raises Conflict, InvalidInput."""
        _check_grades(fields["kind"], fields.get("grades", []))
        repository = OrganisationRepository(session)
        if repository.by_name(fields["name"]) is not None:
            raise Conflict(f"已有名为“{fields['name']}”的单位，请直接使用，或核对全称。")
        self._check_code(session, fields.get("credit_code"), None)
        organisation = Organisation(**fields)
        try:
            with session.begin_nested():
                repository.add(organisation)
        except IntegrityError as error:  # PostgreSQL: another writer was first
            raise Conflict("名称或统一社会信用代码已被使用，请核对。") from error
        append(session, caller, [_event("create", organisation, None, _told(organisation))])
        return organisation

    def ensure(self, session: Session, fields: Mapping[str, Any], caller: Caller) -> tuple[Organisation, bool]:
        """Return the organisation of a name and kind, and whether it was made now. Raises Conflict."""
        found = OrganisationRepository(session).by_name(fields["name"])
        if found is None:
            return self.create(session, fields, caller), True
        if found.kind != fields["kind"]:
            raise Conflict(f"“{found.name}”已登记为另一类单位（{found.kind}），请核对 --kind。")
        return found, False

    def page(
        self, session: Session, caller: Caller, wanted: OrganisationFilter, cursor: str | None, limit: int
    ) -> tuple[list[Organisation], str | None]:
        """Return organisations that the caller may see, and where the next part begins."""
        rows = OrganisationRepository(session).page(caller, wanted, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def exported(self, session: Session, wanted: OrganisationFilter, caller: Caller) -> bytes:
        """Return organisations as .xlsx, the newest first, which `log_export` is to tell before it is given.

        Raises:
            InvalidInput: there are more than a workbook is for.
        """
        rows = OrganisationRepository(session).page(caller, wanted, None, MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            raise InvalidInput(f"超过 {MOST_ROWS:,} 家，请先按类型、县区等缩小范围再导出。")
        release(session)
        return organisations_workbook(OrganisationRow.of(each, caller) for each in rows)

    def log_export(self, session: Session, wanted: OrganisationFilter, caller: Caller) -> None:
        """Log that the caller takes organisations as a workbook."""
        narrowed = {name: value for name, value in asdict(wanted).items() if value is not None}
        append(session, caller, [Event("organisation.export", "organisations", "", None, narrowed)])

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Organisation:
        """Return an organisation. Raises NotFound, also for one that the caller may not see."""
        found = OrganisationRepository(session).visible(id, caller, lock=lock)
        if found is None:
            raise NotFound("没有这个单位，请返回列表核对。")
        return found

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Organisation:
        """Change an organisation: staff any, who manages one the own.

        Raises:
            NotFound, Forbidden, VersionRequired, StaleVersion, Conflict, InvalidInput.
        """
        organisation = self.get(session, id, caller, lock=True)
        _check_may_change(organisation, caller)
        _check_version(organisation, expected, caller, fields)
        before = _told(organisation)
        _check_grades(organisation.kind, fields.get("grades", []))
        self._check_code(session, fields.get("credit_code"), id)
        name = fields.get("name", organisation.name)
        other = OrganisationRepository(session).by_name(name)
        if other is not None and other.id != id:
            raise Conflict(f"已有名为“{name}”的单位，请核对全称。")
        for field, value in fields.items():
            setattr(organisation, field, value)
        if not caller.sees_all and any(before[field] != getattr(organisation, field) for field in _CHECKED):
            organisation.verification = Verification.UNVERIFIED
            organisation.verified_by = organisation.verified_at = None
        organisation.version += 1
        append(session, caller, [_event("change", organisation, *changed(before, _told(organisation)))])
        return organisation

    def verify(
        self, session: Session, id: str, state: Verification, note: str, expected: str | None, caller: Caller
    ) -> Organisation:
        """Keep who checked an organisation, when, and what they found. Raises NotFound, StaleVersion."""
        organisation = self.get(session, id, caller, lock=True)
        if expected is not None:
            _check_version(organisation, expected, caller, {})
        before = _told(organisation)
        organisation.verification = state
        organisation.verified_by, organisation.verified_at = caller.name, now()
        organisation.version += 1
        was, became = changed(before, _told(organisation))
        append(session, caller, [_event("verify", organisation, was, {**became, "note": note})])
        return organisation

    def _check_code(self, session: Session, code: str | None, own: str | None) -> None:
        holder = None if code is None else OrganisationRepository(session).by_credit_code(code)
        if holder is not None and holder.id != own:
            message = "已由另一家单位使用，请对照营业执照核对；如确属本单位，请联系情报员"
            raise InvalidInput(f"credit_code：{message}。", (FieldError("credit_code", "taken", message, code),))


def _check_may_change(organisation: Organisation, caller: Caller) -> None:
    if caller.sees_all:
        return
    if not caller.owns(organisation.id):
        raise NotFound("没有这个单位，请返回列表核对。")
    if not caller.manages_organisation:
        raise Forbidden("只有本单位的管理员可以修改单位资料，请联系本单位管理员。")


def _check_version(organisation: Organisation, expected: str | None, caller: Caller, fields: Mapping[str, Any]) -> None:
    shown = OrganisationRow.of(organisation, caller).model_dump
    check_version("这个单位", expected, organisation.version, shown, fields)


def _check_grades(kind: str, grades: list[str]) -> None:
    if grades and kind != OrganisationKind.ENTERPRISE:
        message = "只有企业有梯次，请删去这一项"
        raise InvalidInput(f"grades：{message}。", (FieldError("grades", "not_an_enterprise", message, grades),))


def _told(organisation: Organisation) -> dict[str, Any]:
    columns = Organisation.__table__.columns
    return {column.key: getattr(organisation, column.key) for column in columns if column.key not in _UNTOLD}


def _event(
    verb: str, organisation: Organisation, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Event:
    return Event(f"organisation.{verb}", "organisations", organisation.id, before, after)
