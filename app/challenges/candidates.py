"""What may become a challenge: needs that several enterprises have alike, and single ones that fit the chains."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.challenges.repository import ChallengeRepository
from app.codes.service import CodeService
from app.core.caller import Caller
from app.kinds.table import KINDS
from app.models import CodeList, Need, NeedClass, NeedVisibility, RecordKind
from app.needs.common_needs import CommonNeedOut, common_needs
from app.records.repository import RecordRepository
from app.search.gateway import Gateway

# Single needs that are shown; who looks for another one narrows by chain, or begins from the need's page.
MOST_SINGLE = 100


class ClusterOut(CommonNeedOut):
    """Needs of several enterprises about the same thing, with the challenges that have some already."""

    chains: Annotated[list[str], Field(title="产业链")]
    challenge_ids: Annotated[list[str], Field(title="已在哪些榜单里", description="空表示还没有列为候选")]


class SingleOut(BaseModel):
    """A need that fits the city's chains."""

    id: Annotated[str, Field(title="需求 id")]
    title: Annotated[str, Field(title="需求名称")]
    organisation: Annotated[str, Field(title="企业")]
    chains: Annotated[list[str], Field(title="产业链")]
    need_class: Annotated[NeedClass | None, Field(title="类别")]


class CandidatesOut(BaseModel):
    """What may be put forward."""

    clusters: Annotated[list[ClusterOut], Field(title="共性需求", description="企业多的在前")]
    singles: Annotated[list[SingleOut], Field(title="单项需求", description="符合产业链、还不在榜单里，最新的在前")]
    chains: Annotated[list[str], Field(title="本市产业链", description="空表示代码表还没有导入产业链")]


def candidates(
    session: Session,
    gateway: Gateway,
    codes: CodeService,
    caller: Caller,
    min_enterprises: int,
    min_cohesion: float,
    chain: str | None,
) -> CandidatesOut:
    """Return what may be put forward.

    Args:
        min_cohesion: from 0 to 1; groups whose members belong together less surely are left out.
        chain: only what carries this one; None for all of the city's chains.

    Raises:
        Forbidden: to others than staff.
    """
    names = codes.names(session, CodeList.CHAINS)
    known = list(names.values())
    fitting = {*names, *known} if chain is None else {chain}
    open_needs = RecordRepository(session, KINDS[RecordKind.NEEDS]).open(caller)
    needs = {need.id: need for need in open_needs if isinstance(need, Need)}
    hidden = {id for id, need in needs.items() if need.visibility == NeedVisibility.LIAISON}
    taken = ChallengeRepository(session).taken()
    groups = [
        _cluster(group, needs, taken, hidden)
        for group in common_needs(session, gateway, caller, min_enterprises)
        if group.cohesion >= min_cohesion
    ]
    clusters = [each for each in groups if each.enterprises >= min_enterprises]
    singles = [
        SingleOut(
            id=need.id, title=need.title, organisation=need.organisation.name, chains=need.chains,
            need_class=need.need_class and NeedClass(need.need_class),
        )
        for id, need in reversed(needs.items())
        if id not in taken and id not in hidden and fitting & set(need.chains)
    ]  # fmt: skip
    return CandidatesOut(
        clusters=[each for each in clusters if chain is None or chain in each.chains],
        singles=singles[:MOST_SINGLE],
        chains=known,
    )


def _cluster(group: CommonNeedOut, needs: dict[str, Need], taken: dict[str, str], hidden: set[str]) -> ClusterOut:
    """Return a group without the needs that liaisons alone may see: a list is for everybody's eyes."""
    members = [member for member in group.members if member.id not in hidden]
    chains = dict.fromkeys(chain for member in members for chain in needs[member.id].chains)
    found = dict.fromkeys(taken[member.id] for member in members if member.id in taken)
    told = group.model_dump() | {
        "members": members,
        "enterprises": len({needs[member.id].organisation_id for member in members}),
    }
    return ClusterOut(**told, chains=list(chains), challenge_ids=list(found))
