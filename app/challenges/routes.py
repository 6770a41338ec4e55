"""Routes of challenges: the list, a challenge, its criteria and steps, and the list as it is published."""

from typing import Annotated

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from app.access.guard import CallerOf, guarded_router
from app.challenges.candidates import CandidatesOut, candidates
from app.challenges.guide import MOST, STATES, guide, guide_document, guide_workbook
from app.challenges.repository import ChallengeFilter
from app.challenges.schemas import ChallengeIn, ChallengePatch, CriteriaIn, StepIn
from app.challenges.service import ChallengeService
from app.challenges.shown import ChallengeOut, ChallengePage, ChallengeRow
from app.challenges.tables import challenge_workbook
from app.codes.service import CodeService
from app.core.caller import Caller
from app.core.database import ReadSession, WriteSession
from app.core.parts import Parts, PartsOf
from app.core.sheets import WORKBOOK, workbook_answer
from app.core.versions import IfMatch, tell_version
from app.core.word import MEDIA_TYPE, word_answer
from app.idempotency import IdempotencyKey, KeyHeader
from app.kinds.fields import Word
from app.kinds.parameters import Cursor, Limit
from app.models import ChallengeGrade, ChallengeState, NeedClass
from app.search.gateway import Gateway

router = guarded_router("/challenges", "揭榜挂帅")
_MOST_EXPORTED = 5000
_DOCUMENT: dict[int | str, dict[str, object]] = {200: {"content": {MEDIA_TYPE: {}}, "description": "文档"}}
Least = Annotated[int, Query(ge=2, le=100, title="至少几家企业")]
Cohesion = Annotated[float, Query(ge=0, le=1, title="一致程度不低于", description="0 至 1", allow_inf_nan=False)]
GuideState = Annotated[
    ChallengeState, Query(title="导出哪些", description="published 揭榜中，listed 已入榜（仅情报员和科技局）")
]


def _filter(
    state: Annotated[ChallengeState | None, Query(title="状态")] = None,
    need_class: Annotated[NeedClass | None, Query(title="类别")] = None,
    grade: Annotated[ChallengeGrade | None, Query(title="分级")] = None,
    chain: Annotated[Word | None, Query(title="产业链")] = None,
    older_than: Annotated[int | None, Query(ge=1, le=3650, title="在库超过几天")] = None,
    mine: Annotated[
        bool,
        Query(title="只看与我有关的", description="情报员：本人列入的；专家：请我评审的；单位：本单位出题或揭榜的"),
    ] = False,
) -> ChallengeFilter:
    return ChallengeFilter(state, need_class, grade, chain, older_than, mine)


FilterOf = Annotated[ChallengeFilter, Depends(_filter)]


@router.post("", status_code=201, summary="列为候选")
def create_challenge(
    body: ChallengeIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    idempotency_key: KeyHeader = None,
) -> ChallengeOut:
    """Put needs forward: one, or several that are alike."""
    idempotency = IdempotencyKey.of("challenges", caller, idempotency_key, body.model_dump_json())
    made = parts[ChallengeService].create(session, body, caller, idempotency)
    return _answer(parts, session, made.id, caller, response)


@router.get("", summary="列出榜单项目")
def list_challenges(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    wanted: FilterOf,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> ChallengePage:
    """Return challenges, the newest first: published ones, and those that the caller has to do with."""
    rows, following = parts[ChallengeService].page(session, caller, wanted, cursor=cursor, limit=limit)
    return ChallengePage(items=[ChallengeRow.of(each, caller) for each in rows], next_cursor=following)


@router.get("/list.xlsx", summary="导出榜单项目", responses=WORKBOOK, response_class=Response)
def challenges_workbook(parts: PartsOf, session: ReadSession, caller: CallerOf, wanted: FilterOf) -> Response:
    """Return the list as a workbook, as the caller sees it."""
    rows, _ = parts[ChallengeService].page(session, caller, wanted, cursor=None, limit=_MOST_EXPORTED)
    shown = [ChallengeRow.of(each, caller) for each in rows]
    return workbook_answer(challenge_workbook(shown), "challenges.xlsx")


@router.get("/candidates", summary="候选：共性需求与符合产业链的需求")
def list_candidates(
    parts: PartsOf,
    session: ReadSession,
    caller: CallerOf,
    min_enterprises: Least = 2,
    min_cohesion: Cohesion = 0.0,
    chain: Annotated[Word | None, Query(title="产业链")] = None,
) -> CandidatesOut:
    """Return what may be put forward."""
    return candidates(session, parts[Gateway], parts[CodeService], caller, min_enterprises, min_cohesion, chain)


@router.get("/guide.docx", summary="导出榜单（文档）", responses=_DOCUMENT, response_class=Response)
def guide_docx(
    parts: PartsOf, session: ReadSession, caller: CallerOf, state: GuideState = ChallengeState.PUBLISHED
) -> Response:
    """Return the list as it is published: an enterprise that hides is never in it."""
    entries = guide(parts[ChallengeService].in_states(session, caller, _guided(state), MOST))
    return word_answer(guide_document(entries), "challenge-guide.docx")


@router.get("/guide.xlsx", summary="导出榜单（表格）", responses=WORKBOOK, response_class=Response)
def guide_xlsx(
    parts: PartsOf, session: ReadSession, caller: CallerOf, state: GuideState = ChallengeState.PUBLISHED
) -> Response:
    """Return the list as it is published: an enterprise that hides is never in it."""
    entries = guide(parts[ChallengeService].in_states(session, caller, _guided(state), MOST))
    return workbook_answer(guide_workbook(entries), "challenge-guide.xlsx")


@router.get("/{id}", summary="读取榜单项目")
def get_challenge(id: str, parts: PartsOf, session: ReadSession, caller: CallerOf, response: Response) -> ChallengeOut:
    """Return one challenge, as far as the caller may see it."""
    whole = parts[ChallengeService].whole(session, id, caller)
    tell_version(response, whole.challenge.version)
    return ChallengeOut.of_whole(whole, caller)


@router.patch("/{id}", summary="修改榜单项目")
def change_challenge(
    id: str,
    body: ChallengePatch,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> ChallengeOut:
    """Change the given fields; the others stay."""
    parts[ChallengeService].change(session, id, body.model_dump(exclude_unset=True), if_match, caller)
    return _answer(parts, session, id, caller, response)


@router.put("/{id}/criteria", summary="写评审指标或择优指标")
def set_criteria(
    id: str,
    body: CriteriaIn,
    parts: PartsOf,
    session: WriteSession,
    caller: CallerOf,
    response: Response,
    if_match: IfMatch = None,
) -> ChallengeOut:
    """Put the criteria of a purpose in place of those before."""
    parts[ChallengeService].set_criteria(session, id, body, if_match, caller)
    return _answer(parts, session, id, caller, response)


@router.post("/{id}/steps", summary="办一步")
def take_step(
    id: str, body: StepIn, parts: PartsOf, session: WriteSession, caller: CallerOf, response: Response
) -> ChallengeOut:
    """Take a step; which are open now is in `open_steps`."""
    parts[ChallengeService].take(session, id, body, caller)
    return _answer(parts, session, id, caller, response)


def _guided(state: ChallengeState) -> tuple[ChallengeState, ...]:
    return (state,) if state in STATES else (ChallengeState.PUBLISHED,)


def _answer(parts: Parts, session: Session, id: str, caller: Caller, response: Response) -> ChallengeOut:
    whole = parts[ChallengeService].whole(session, id, caller)
    tell_version(response, whole.challenge.version)
    return ChallengeOut.of_whole(whole, caller)
