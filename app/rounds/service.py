"""What may be done with rounds of 需求征集."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.audit.log import Event, append, changed
from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Conflict, FieldError, InvalidInput, NotFound
from app.core.paging import page_of
from app.core.versions import check_version
from app.models import Need, RecordKind, Round, RoundInvitation
from app.models.base import now
from app.rounds.repository import Asked, RoundRepository
from app.rounds.schemas import Completion, CompletionRow, InvitationsIn, RoundOut
from app.rounds.words import Occasion, tell_round

# Nobody is reminded twice within this time.
_REMIND_AFTER = timedelta(hours=20)
_FIELDS = ("title", "message", "opens_on", "closes_on", "industries", "chains")


class RoundService:
    """Opens rounds, asks enterprises, counts who has answered."""

    def create(self, session: Session, fields: Mapping[str, Any], caller: Caller) -> Round:
        """Open a round."""
        round = Round(**fields, created_by=caller.name)
        RoundRepository(session).add(round)
        session.flush()
        append(session, caller, [Event("round.create", "rounds", round.id, None, _told(round))])
        return round

    def get(self, session: Session, id: str, caller: Caller, *, lock: bool = False) -> Round:
        """Return a round. Raises NotFound, also for one that the caller may not see."""
        round = RoundRepository(session).get(id, caller, lock=lock)
        if round is None:
            raise NotFound("没有这次征集，它可能尚未开始或已结束。请返回征集列表重新查找。")
        return round

    def page(
        self, session: Session, caller: Caller, *, only_open: bool, cursor: str | None, limit: int
    ) -> tuple[list[Round], str | None]:
        """Return rounds, the newest first, and where the next part begins."""
        day = today() if only_open else None
        rows = RoundRepository(session).page(caller, open_on=day, after=cursor, limit=limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def change(
        self, session: Session, id: str, fields: Mapping[str, Any], expected: str | None, caller: Caller
    ) -> Round:
        """Change fields of a round. Raises NotFound, VersionRequired, StaleVersion, InvalidInput."""
        round = self.get(session, id, caller, lock=True)
        check_version("这次征集", expected, round.version, RoundOut.of(round, caller).model_dump, fields)
        before = _told(round)
        for name, value in fields.items():
            if value is not None:
                setattr(round, name, value)
        if round.closes_on < round.opens_on:
            message = "截止日期早于开始日期，请改正"
            raise InvalidInput(f"closes_on：{message}。", (FieldError("closes_on", "range", message),))
        round.version += 1
        append(session, caller, [Event("round.change", "rounds", id, *changed(before, _told(round)))])
        return round

    def invite(self, session: Session, id: str, whom: InvitationsIn, caller: Caller) -> tuple[int, int]:
        """Ask enterprises; return how many are new, and how many were asked already.

        Raises:
            NotFound, InvalidInput: nobody is named.
        """
        named = bool(whom.organisation_ids or whom.district or whom.park or whom.industry)
        if named == whom.everybody:
            raise InvalidInput("请指定企业，或县区、园区、行业，或选择全部企业，只取其一。")
        round = self.get(session, id, caller, lock=True)
        repository = RoundRepository(session)
        found = repository.enterprises(whom.organisation_ids, whom.district, whom.park, whom.industry)
        if not found:
            raise InvalidInput("没有符合条件的企业，请核对县区、园区或单位 id。")
        asked = {each.invitation.organisation_id for each in repository.asked(round.id)}
        fresh = [each for each in found if each.id not in asked]
        for each in fresh:
            repository.add(RoundInvitation(round_id=round.id, organisation_id=each.id))
        if fresh:
            if round.opens_on <= today() <= round.closes_on:
                tell_round(session, round, {each.id for each in fresh}, Occasion.ASKED)
            told = {"organisations": [each.id for each in fresh]}
            append(session, caller, [Event("round.invite", "rounds", id, None, told)])
        return len(fresh), len(found) - len(fresh)

    def asked(
        self,
        session: Session,
        id: str,
        caller: Caller,
        *,
        silent: bool = False,
        district: str | None = None,
        start: int = 0,
        limit: int | None = None,
    ) -> list[Asked]:
        """Return who is asked, by district and name; see the repository. Raises NotFound."""
        self.get(session, id, caller)
        return RoundRepository(session).asked(id, silent=silent, district=district, start=start, limit=limit)

    def answers(self, session: Session, caller: Caller, rounds: Sequence[Round]) -> dict[str, Asked]:
        """Return what came of the invitations of the caller's organisation, by round."""
        if caller.organisation_id is None:
            return {}
        return RoundRepository(session).answers_of(caller.organisation_id, [each.id for each in rounds])

    def invited(self, session: Session, round: Round, organisation_ids: Sequence[str]) -> set[str]:
        """Return those of the organisations that are asked in a round."""
        return RoundRepository(session).invited(round.id, organisation_ids)

    def counts(self, session: Session, rounds: Sequence[Round]) -> dict[str, tuple[int, int]]:
        """Return (asked, answered or declined) of rounds, by id."""
        return RoundRepository(session).counts([each.id for each in rounds])

    def needs(
        self, session: Session, id: str, caller: Caller, cursor: str | None, limit: int
    ) -> tuple[list[Need], str | None]:
        """Return needs handed in for a round, the newest first: all for staff, else the caller's own."""
        rows = RoundRepository(session).needs(id, caller, cursor, limit + 1)
        return page_of(rows, limit, lambda each: each.id)

    def places(self, session: Session) -> dict[str, list[str]]:
        """Return the parks of each district in which there are enterprises."""
        found: dict[str, list[str]] = {}
        for district, park in RoundRepository(session).places():
            parks = found.setdefault(district or "", [])
            if park:
                parks.append(park)
        return found

    def remind(self, session: Session, id: str, caller: Caller) -> list[Asked]:
        """Note that those who are silent were reminded; return whom to call or write to.

        Raises:
            Conflict: the round is not open.
        """
        round = self.get(session, id, caller, lock=True)
        if not round.opens_on <= today() <= round.closes_on:
            raise Conflict("这次征集不在开放期内，无需催办；如需延长，请先修改截止日期。")
        moment = now()
        due = [
            each
            for each in RoundRepository(session).asked(id, silent=True)
            if each.invitation.reminded_at is None or each.invitation.reminded_at + _REMIND_AFTER <= moment
        ]
        for each in due:
            each.invitation.reminded_at = moment
            each.invitation.reminders += 1
            mark = str(each.invitation.reminders)
            tell_round(session, round, {each.invitation.organisation_id}, Occasion.REMINDED, mark)
        if due:
            told = {"organisations": [each.invitation.organisation_id for each in due]}
            append(session, caller, [Event("round.remind", "rounds", id, None, told)])
        return due

    def decline(self, session: Session, id: str, organisation_id: str | None, reason: str, caller: Caller) -> None:
        """Note that an enterprise has no need this time. Raises NotFound, InvalidInput."""
        whose = organisation_id if caller.sees_all else caller.organisation_id
        if whose is None:
            raise InvalidInput("请写明是哪家企业（organisation_id）。")
        self.get(session, id, caller, lock=True)
        invitation = RoundRepository(session).invitation(id, whose)
        if invitation is None:
            raise NotFound("这家企业不在本轮征集名单中，请先加入名单。")
        invitation.declined = reason or "本轮暂无需求"
        append(session, caller, [Event("round.decline", "rounds", id, None, {"organisation": whose})])

    def completion(self, session: Session, id: str, caller: Caller) -> Completion:
        """Return how far a round is, by district and park. Raises NotFound."""
        self.get(session, id, caller)
        rows = [_row(*row) for row in RoundRepository(session).completion(id)]
        total = _row(
            None, None, sum(row.asked for row in rows), sum(row.answered for row in rows),
            sum(row.declined for row in rows), sum(row.needs for row in rows),
        )  # fmt: skip
        return Completion(total=total, items=rows)

    def check_open_to(self, session: Session, id: str, kind: RecordKind, caller: Caller) -> None:
        """Refuse what does not answer an open round; staff may hand in late.

        Raises:
            NotFound, InvalidInput.
        """
        round = self.get(session, id, caller)
        day, message = today(), None
        if kind is not RecordKind.NEEDS:
            message = "征集只收需求，请把种类改为 needs，或删去这一项"
        elif not caller.sees_all and not round.opens_on <= day <= round.closes_on:
            message = f"这次征集已于 {round.closes_on} 截止，请删去这一项后照常发布，或联系情报员"
        if message is not None:
            raise InvalidInput(f"round_id：{message}。", (FieldError("round_id", "not_open", message, id),))


def _row(district: str | None, park: str | None, asked: int, answered: int, declined: int, needs: int) -> CompletionRow:
    return CompletionRow(
        district=district, park=park, asked=asked, answered=answered, declined=declined,
        silent=asked - answered - declined, needs=needs, done=round((answered + declined) / asked, 3) if asked else 0.0,
    )  # fmt: skip


def _told(round: Round) -> dict[str, Any]:
    return {name: getattr(round, name) for name in _FIELDS}
