"""Roadshows: what is coming and past, the form, guests and agenda, an invitation, and sheets to print."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Response
from pydantic import BeforeValidator

from app.audit.schemas import AuditEntryOut
from app.core.city_time import today
from app.kinds.parameters import Cursor
from app.models import OrganisationKind, Roadshow, RoadshowState
from app.organisations.repository import OrganisationFilter
from app.organisations.schemas import OrganisationRow
from app.roadshows.agenda_schemas import MeetingOut
from app.roadshows.handout import about, handout
from app.roadshows.repository import When
from app.roadshows.schemas import ANSWERS, KINDS, OUTCOMES, GuestOut, RoadshowOut
from app.roadshows.shown import Shown, shown_candidate
from app.roadshows.stages import STATES, Act, may, steps_from
from app.roadshows.times import slot_period
from app.web.audit_words import action_word, actor_word, values
from app.web.filters import FilledWord
from app.web.pages import Page, PageOf, page_router

router = page_router()
_PAGE = 20
_FOUND_SHOWN = 20
# How far ahead a roadshow is usually planned.
_USUAL = timedelta(days=14)
_WORDS: dict[str, Any] = {
    "kinds": {each.value: name for each, name in KINDS.items()},
    "states": {each.value: name for each, name in STATES.items()},
    "answers": {each.value: name for each, name in ANSWERS.items()},
    "outcomes": {each.value: name for each, name in OUTCOMES.items()},
}
_WhenOf = Annotated[When | None, BeforeValidator(lambda value: value or None)]
_KindOf = Annotated[OrganisationKind | None, BeforeValidator(lambda value: value or None)]


_AHEAD = "议程已定，来宾看得到自己的洽谈时间。打印手册，等活动当天。"


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot of the agenda: its times, and what sits at each table."""

    number: int
    starts_at: datetime
    ends_at: datetime
    tables: list[MeetingOut | None]


@router.get("/roadshows")
def roadshows(page: PageOf, when: _WhenOf = None, cursor: Cursor = None) -> Response:
    """Show roadshows: what is to come first, what is over behind its own link."""
    chosen = when or When.COMING
    service = page.services.roadshows
    rows, following = service.page(page.session, page.caller, when=chosen, cursor=cursor, limit=_PAGE)
    own = service.answers(page.session, page.caller, rows)
    member = page.caller.organisation_id is not None
    return page.render(
        "roadshows/index.html",
        rows=[RoadshowOut.of(each, own.get(each.id)) for each in rows],
        counts={} if member else service.counts(page.session, rows),
        member=member,
        when=chosen.value,
        next_cursor=following,
        cursor=cursor,
        **_WORDS,
    )


@router.get("/roadshows/new")
def new_roadshow(page: PageOf) -> Response:
    """Show the form of a new roadshow, in two weeks."""
    return page.render("roadshows/form.html", roadshow=None, held_on=today() + _USUAL, **_WORDS)


@router.get("/roadshows/{id}/edit")
def edit_roadshow(page: PageOf, id: str) -> Response:
    """Show the form of a roadshow."""
    found = RoadshowOut.of(page.services.roadshows.get(page.session, id, page.caller))
    return page.render("roadshows/form.html", roadshow=found, held_on=found.held_on, **_WORDS)


@router.get("/roadshows/{id}")
def roadshow_page(page: PageOf, id: str) -> Response:
    """Show a roadshow: for staff with guests and agenda, for a guest with the invitation and its own meetings."""
    service, session, caller = page.services.roadshows, page.session, page.caller
    found = service.get(session, id, caller)
    state = RoadshowState(found.state)
    shown = RoadshowOut.of(found, service.answers(session, caller, [found]).get(id))
    rows = page.services.roadshow_agendas.meetings(session, found, caller)
    meetings = Shown(session, found, rows).all(rows, caller)
    common: dict[str, Any] = {"roadshow": shown, "meetings": meetings, **_WORDS}
    if caller.organisation_id is not None:
        return page.render("roadshows/invitation.html", may_answer=may(state, Act.ANSWER), **common)
    counts = service.counts(session, [found]).get(id, {})
    slots = []
    for number in range(shown.slots):
        starts_at, ends_at = slot_period(found, number)
        at = {each.table: each for each in meetings if each.slot == number + 1}
        slots.append(SlotRow(number + 1, starts_at, ends_at, [at.get(table + 1) for table in range(shown.tables)]))
    common |= {"counts": counts, "slots": slots}
    if not caller.sees_all:
        return page.render("roadshows/reading.html", **common)
    guests = [
        (GuestOut.of(each), "、".join(each.organisation.phones or [])) for each in service.guests(session, id, caller)
    ]
    declined = {each.organisation_id for each, _ in guests if each.answer == "declined"}
    seats: dict[str | None, int] = {}
    for each in meetings:
        for one in (each.need.organisation_id, each.achievement.organisation_id):
            seats[one] = seats.get(one, 0) + 1
    return page.render(
        "roadshows/roadshow.html",
        guests=guests,
        declined=declined,
        seats=seats,
        steps=steps_from(state),
        acts={act.value: may(state, act) and (act is not Act.RECORD or found.held_on <= today()) for act in Act},
        next=what_next(shown, counts, meetings),
        history=_history(page, found),
        **common,
    )  # fmt: skip


@router.get("/roadshows/{id}/pairs")
def pairs(page: PageOf, id: str) -> Response:
    """Show pairs of the guests that could be seated, with a place to choose for each."""
    found = RoadshowOut.of(page.services.roadshows.get(page.session, id, page.caller))
    offered = [shown_candidate(each) for each in page.services.roadshow_agendas.offered(page.session, id, page.caller)]
    return page.render("roadshows/pairs.html", roadshow=found, offered=offered)


@router.get("/roadshows/{id}/candidates")
def candidates(page: PageOf, id: str, q: FilledWord = None, kind: _KindOf = None) -> Response:
    """Show enterprises and universities whose name contains a text, to be invited one by one."""
    roadshow = page.services.roadshows.get(page.session, id, page.caller)
    wanted = OrganisationFilter(kind=kind, q=q)
    rows, following = page.services.organisations.page(page.session, page.caller, wanted, None, _FOUND_SHOWN)
    kinds = (OrganisationKind.ENTERPRISE, OrganisationKind.UNIVERSITY)
    found = [OrganisationRow.of(each, page.caller) for each in rows if each.kind in kinds] if q else []
    invited = page.services.roadshows.invited(page.session, roadshow, [each.id for each in found])
    return page.render(
        "roadshows/candidates.html", id=id, q=q, found=found, invited=invited, more=bool(q and following)
    )


@router.get("/roadshows/{id}/handout")
def handout_page(page: PageOf, id: str, full: bool = False) -> Response:
    """Show sheets for tables and organisations, to be printed on A4."""
    found = page.services.roadshows.get(page.session, id, page.caller)
    meetings = page.services.roadshow_agendas.meetings(page.session, found, page.caller)
    sheets = handout(Shown(page.session, found, meetings), meetings, page.caller, full=full)
    return page.render(
        "roadshows/handout.html",
        roadshow=RoadshowOut.of(found),
        about=about(found),
        sheets=sheets,
        full=full and page.caller.sees_all,
    )


def what_next(shown: RoadshowOut, counts: dict[str, int], meetings: list[MeetingOut]) -> str:
    """Return in a sentence what a liaison does now."""
    if shown.state is RoadshowState.DRAFT:
        asked = sum(count for name, count in counts.items() if name != "attended")
        if not asked:
            return "先邀请来宾：企业和高校都要有。发出邀请之前，来宾看不到这场活动。"
        return f"名单上有 {asked} 家。核对时间地点后发出邀请，来宾会收到通知并可以答复。"
    if shown.state is RoadshowState.OPEN:
        silent = counts.get("none", 0)
        waiting = f"还有 {silent} 家没有答复，可以打电话代为登记。" if silent else "来宾都答复了。"
        arranging = "议程可以继续调整，满意后定稿。" if meetings else "点“自动排议程”，按匹配程度排好，再手工调整。"
        return waiting + arranging
    if shown.state is RoadshowState.SCHEDULED:
        ahead = shown.held_on > today()
        return _AHEAD if ahead else "活动当天：逐场登记谈了没有，谈了的自动建立对接；办完点“会已举办”。"
    open_ones = sum(each.outcome is None for each in meetings) if shown.state is RoadshowState.HELD else 0
    if shown.state is RoadshowState.HELD and not open_ones:
        return "结果都登记了，可以归档。"
    return f"还有 {open_ones} 场没有登记结果。" if open_ones else "这场活动已经结束，不必再做什么。"


def _history(page: Page, roadshow: Roadshow) -> list[tuple[datetime, str]]:
    """Return what was done as sentences, the last first."""
    told = []
    for row in page.services.roadshows.history(page.session, roadshow):
        entry = AuditEntryOut.model_validate(row)
        named = [(each.name, each.after or each.before) for each in values(entry)]
        facts = "，".join(f"{name} {value}" for name, value in named if value not in (None, "（空）"))
        who = actor_word(entry.actor)
        told.append((entry.at, f"{who} {action_word(entry.action)}" + (f"：{facts}" if facts else "")))
    return told
