"""Pages of achievements and needs: the libraries, a record, what became of it, and asking to talk about it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from app.access.rule import API
from app.access.rules import RULES
from app.achievements.schemas import AchievementOut
from app.codes.industries import division_names, shipped
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.kinds.fields import Id, Maturity
from app.kinds.parameters import Cursor
from app.kinds.table import KINDS, Record
from app.kinds.visibility import RecordFilter, shows_all_of
from app.models import CodeList, RecordKind, Status
from app.needs.clarity import asked_clarity
from app.needs.schemas import NeedOut
from app.records.schemas import RecordOut
from app.records.service import RENEWAL
from app.web.filters import FILLED, FilledWord
from app.web.pages import Page, PageOf, page_router
from app.web.record_history import field_names, shown_history

router = page_router()
_PAGE = 30
# Own records that may be offered for a talk; who has more comes from the matches, which name the record.
_MOST_OWN = 100
# Filters that are not folded away.
_IN_SIGHT = {"q", "industry", "status", "organisation"}


# How achievements are usually handed over; others may be written in.
COOPERATION_MODES = ("技术转让", "技术许可", "合作开发", "委托开发", "技术服务", "技术咨询", "作价入股")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a library.

    Attributes:
        mine: the viewer may change it.
        industries: names of its 大类.
    """

    record: RecordOut
    mine: bool
    industries: list[str]


def _kind(request: Request) -> RecordKind:
    return RecordKind(request.url.path.split("/")[1])


KindOf = Annotated[RecordKind, Depends(_kind)]


def _filter(
    industry: FilledWord = None,
    chain: FilledWord = None,
    cooperation: FilledWord = None,
    district: FilledWord = None,
    organisation: FilledWord = None,
    maturity: Annotated[Maturity | None, FILLED] = None,
) -> RecordFilter:
    return RecordFilter(industry, chain, cooperation, district, organisation, maturity)


def shown_record(kind: RecordKind, record: Record, caller: Caller) -> RecordOut:
    """Return what the caller may see of a record, with what gives its owner away where that is theirs to know."""
    return NeedOut.checked(record, caller) if kind is RecordKind.NEEDS else AchievementOut.of(record, caller)


def writes(kind: RecordKind, caller: Caller) -> bool:
    """Say whether the caller's role posts and changes records of a kind."""
    return caller.role in RULES["POST", f"{API}/{kind}"].roles


@router.get("/achievements")
@router.get("/needs")
def records(
    page: PageOf,
    kind: KindOf,
    wanted: Annotated[RecordFilter, Depends(_filter)],
    q: FilledWord = None,
    status: Annotated[Status | None, FILLED] = None,
    cursor: Annotated[Cursor, FILLED] = None,
) -> Response:
    """Show a library, narrowed by what the address says."""
    service = page.services.records[kind]
    found = service.page(page.session, page.caller, wanted, q=q, status=status, cursor=cursor, limit=_PAGE)
    out = AchievementOut if kind is RecordKind.ACHIEVEMENTS else NeedOut
    own_kind = writes(kind, page.caller)
    narrowed = [name for name, value in page.request.query_params.items() if value and name != "cursor"]
    codes = page.services.codes
    return page.render(
        "records/list.html",
        kind=KINDS[kind],
        rows=[_row(out.of(each, page.caller), own_kind and shows_all_of(each, page.caller)) for each in found.records],
        next_cursor=found.next_cursor,
        cursor=cursor,
        writes=own_kind,
        narrowed=narrowed,
        more=bool(set(narrowed) - _IN_SIGHT),
        sections=_sections(),
        divisions=division_names(),
        chains=codes.names(page.session, CodeList.CHAINS),
        districts=codes.names(page.session, CodeList.DIVISIONS),
        modes=COOPERATION_MODES,
        latest=today() + RENEWAL,
        next_year=_next_year(None),
    )


def _row(record: RecordOut, mine: bool) -> Row:
    names = division_names()
    industries = dict.fromkeys(names.get(code[:2], code) for code in record.industries)
    return Row(record, mine, list(industries))


def _next_year(valid_until: date | None) -> date:
    """Return the end that is proposed when a record is renewed: a year from now, or from its present end."""
    return min(max(today(), valid_until or today()) + timedelta(days=365), today() + RENEWAL)


def _sections() -> dict[str, list[tuple[str, str]]]:
    """Return the divisions of each section of the industry standard, under its name."""
    names = division_names()
    found: dict[str, list[tuple[str, str]]] = {}
    for code, above, name in shipped():
        if above:
            found[f"{above} {names[above]}"].append((code, name))
        else:
            found[f"{code} {name}"] = [(code, f"{name}（整个门类）")]
    return found


@router.get("/achievements/{id}")
@router.get("/needs/{id}")
def record(page: PageOf, kind: KindOf, id: str) -> Response:
    """Show everything of a record that the viewer may see."""
    found = page.services.records[kind].get(page.session, id, page.caller)
    shown = shown_record(kind, found, page.caller)
    own = shows_all_of(found, page.caller)
    return page.render(
        "records/record.html",
        kind=KINDS[kind],
        record=shown,
        own=own,
        may_change=own and writes(kind, page.caller),
        industries=industry_labels(page, shown.industries),
        latest=today() + RENEWAL,
        next_year=_next_year(shown.valid_until),
        field_names=field_names(kind),
        asker=page.caller.role in _ASKERS[kind],
    )


def industry_labels(page: Page, codes: list[str]) -> dict[str, str]:
    """Return codes with what they are called, by code; one whose name is not known here with its 大类."""
    names = page.services.codes.names(page.session, CodeList.INDUSTRIES, {*codes, *(code[:2] for code in codes)})
    return {
        code: f"{code} {names[code]}" if code in names else f"{code}（属{names.get(code[:2], '未知行业')}）"
        for code in codes
    }


@router.get("/achievements/{id}/versions")
@router.get("/needs/{id}/versions")
def versions(page: PageOf, kind: KindOf, id: str) -> Response:
    """Show who changed what in a record."""
    found = page.services.records[kind].versions(page.session, id, page.caller)
    return page.render("records/versions.html", versions=shown_history(kind, found), kind=KINDS[kind], id=id)


@router.get("/needs/{id}/clarity")
def clarity(page: PageOf, id: str) -> Response:
    """Show how clear a need is, and what to add first; asks the engine, so it follows the page."""
    services = page.services
    found: Any = services.records[RecordKind.NEEDS].get(page.session, id, page.caller)
    with services.gateway.answering(page.session) as search:
        checked = asked_clarity(search, found, page.caller)
    return page.render("records/clarity.html", clarity=checked, id=id)


# Who asks to talk about a record of a kind: members of the other side. Staff bring pairs together from matches.
_ASKERS = {RecordKind.ACHIEVEMENTS: {Role.ENTERPRISE}, RecordKind.NEEDS: {Role.UNIVERSITY}}


@router.get("/achievements/{id}/interest")
@router.get("/needs/{id}/interest")
def interest(page: PageOf, kind: KindOf, id: str, chosen: Annotated[Id | None, Query(alias="with")] = None) -> Response:
    """Show the form that asks the liaison for a talk about a record and one of the caller's own."""
    found = page.services.records[kind].get(page.session, id, page.caller)
    target = KINDS[kind].target
    service = page.services.records[target]
    own: dict[str, str] = {}
    if not page.caller.sees_all:
        mine = RecordFilter(organisation=page.caller.organisation_id or "")
        listed = service.page(page.session, page.caller, mine, status=Status.PUBLISHED, limit=_MOST_OWN)
        own = {each.id: each.title for each in listed.records}
    if chosen and chosen not in own:
        other = service.get(page.session, chosen, page.caller)
        own |= {chosen: other.title} if shows_all_of(other, page.caller) else {}
    return page.render(
        "records/interest.html",
        kind=KINDS[kind],
        target=KINDS[target],
        record=shown_record(kind, found, page.caller),
        own=own,
        chosen=chosen,
    )
