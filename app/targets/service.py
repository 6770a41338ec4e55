"""What may be done with targets, and with what the city counts by."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.versions import check_version
from app.models import Target, TargetSettings
from app.models.base import now
from app.targets.places import Places
from app.targets.repository import TargetRepository
from app.targets.schemas import SettingsOut, TargetIn, TargetOut

_SETTINGS = ("first_month", "city", "places")


class TargetService:
    """Keeps targets and settings."""

    def settings(self, session: Session) -> TargetSettings:
        """Return what the city counts by."""
        return TargetRepository(session).settings()

    def places(self, session: Session) -> Places:
        """Return the city's counties and parks."""
        settings = TargetRepository(session).settings()
        return Places.parse(settings.city, settings.places)

    def change_settings(
        self, session: Session, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> TargetSettings:
        """Change what the city counts by. Raises VersionRequired, StaleVersion, InvalidInput."""
        repository = TargetRepository(session)
        settings = repository.settings(lock=True)
        check_version("年度设置", expected, settings.version, SettingsOut.of(settings).model_dump, fields)
        before = {name: getattr(settings, name) for name in _SETTINGS}
        for name, value in fields.items():
            setattr(settings, name, value)
        try:
            Places.parse(settings.city, settings.places)
        except ValueError as error:
            raise InvalidInput(f"places：{error}。", (FieldError("places", "twice", str(error)),)) from error
        settings.version += 1
        settings.updated_at = now()
        repository.add(settings)
        after = {name: getattr(settings, name) for name in _SETTINGS}
        append(session, caller, [Event("target_settings.change", "target_settings", "1", *changed(before, after))])
        return settings

    def of_year(self, session: Session, year: int) -> list[TargetOut]:
        """Return the targets of a year."""
        return [TargetOut.of(each) for each in TargetRepository(session).of_year(year)]

    def set(self, session: Session, wanted: TargetIn, caller: Caller) -> Target:
        """Set a target. Raises Conflict: there is one for the same year, measure and place."""
        target = Target(
            year=wanted.year, measure=wanted.measure.value, scope=wanted.scope.value, district=wanted.district or "",
            park=wanted.park or "", amount=wanted.amount,
        )  # fmt: skip
        repository = TargetRepository(session)
        known = repository.same(target)
        if known is not None:
            shown = TargetOut.of(known)
            raise Conflict(
                f"{shown.year} 年度“{shown.place}”的“{shown.measure_name}”已有目标 {known.amount.normalize():f} "
                f"{shown.unit}，请在列表中修改它。"
            )
        repository.add(target)
        session.flush()
        append(session, caller, [Event("target.create", "targets", target.id, None, _told(target))])
        return target

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Target:
        """Change a target. Raises NotFound, VersionRequired, StaleVersion."""
        target = _found(TargetRepository(session), id)
        check_version("这个目标", expected, target.version, TargetOut.of(target).model_dump, fields)
        before = _told(target)
        target.amount = fields["amount"]
        target.version += 1
        target.updated_at = now()
        append(session, caller, [Event("target.change", "targets", id, *changed(before, _told(target)))])
        return target

    def remove(self, session: Session, id: str, expected: str | None, caller: Caller) -> None:
        """Take a target away. Raises NotFound, VersionRequired, StaleVersion."""
        repository = TargetRepository(session)
        target = _found(repository, id)
        check_version("这个目标", expected, target.version, TargetOut.of(target).model_dump, {})
        repository.delete(target)
        append(session, caller, [Event("target.remove", "targets", id, _told(target), None)])


def _found(repository: TargetRepository, id: str) -> Target:
    target = repository.get(id, lock=True)
    if target is None:
        raise NotFound("没有这个目标，它可能刚被删除。请刷新列表。")
    return target


def _told(target: Target) -> dict[str, Any]:
    return {
        "year": target.year, "measure": target.measure, "district": target.district, "park": target.park,
        "amount": target.amount,
    }  # fmt: skip
