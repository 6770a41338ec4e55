"""共性需求: what several enterprises need alike, as candidates for common key technologies."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from weakref import WeakKeyDictionary

import numpy as np
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.caller import Caller
from app.core.city_time import today
from app.core.errors import Forbidden
from app.kinds.industries import divisions
from app.kinds.table import KINDS, Record, to_document
from app.models import RecordKind
from app.records.repository import RecordRepository
from app.search.gateway import Gateway
from app.search.repository import SearchRepository
from app.search.search_session import SearchSession
from matching.grouping.corpus import GroupingCorpus, telling_terms
from matching.grouping.group import Group, group_documents
from matching.ranking.features import mean_direction

# What the groups of open needs follow from: the last change of a need, the day on which they expire, the model.
_State = tuple[int, date, str]
# The groups that were found last, by how many enterprises they are at least of; for the present state alone.
_KEPT: WeakKeyDictionary[Gateway, tuple[_State, dict[int, list[Group]]]] = WeakKeyDictionary()
# Numbers of enterprises whose groups are kept: as many as the page offers, and some.
_MOST_KEPT = 8


class CommonMemberOut(BaseModel):
    """A need of a group."""

    id: Annotated[str, Field(title="需求 id")]
    title: Annotated[str, Field(title="需求名称")]
    organisation: Annotated[str, Field(title="企业")]


class CommonNeedOut(BaseModel):
    """Needs of several enterprises about the same thing."""

    title: Annotated[str, Field(title="建议名称", description="由成员自己的术语组成")]
    terms: Annotated[list[str], Field(title="共有术语")]
    enterprises: Annotated[int, Field(title="企业数")]
    industries: Annotated[list[str], Field(title="行业大类")]
    cohesion: Annotated[float, Field(title="一致程度", description="任两项确属同一技术的平均把握，0 至 1")]
    members: Annotated[list[CommonMemberOut], Field(title="成员", description="最有代表性的在前")]


def common_needs(session: Session, gateway: Gateway, caller: Caller, min_enterprises: int) -> list[CommonNeedOut]:
    """Return groups of open needs, those of most enterprises first; compared again only after a need has changed.

    Raises:
        Forbidden: to others than staff: how many enterprises stand behind anonymous needs tells who posted them.
    """
    if not caller.sees_all:  # and what is kept is of all needs
        raise Forbidden("共性需求会透露匿名需求来自哪些企业，只有管理员和情报员可以查看。如工作需要，请联系管理员。")
    kind = KINDS[RecordKind.NEEDS]
    records = {record.id: record for record in RecordRepository(session, kind).open(caller)}
    groups = _groups(session, gateway, list(records.values()), min_enterprises)
    return [
        CommonNeedOut(
            title=group.title,
            terms=list(group.terms),
            enterprises=group.owners,
            industries=sorted({code for id in group.members for code in divisions(records[id].industries)}),
            cohesion=group.cohesion,
            members=[
                CommonMemberOut(id=id, title=records[id].title, organisation=records[id].organisation.name)
                for id in group.members
            ],
        )
        for group in groups
    ]


def _groups(session: Session, gateway: Gateway, records: Sequence[Record], least: int) -> list[Group]:
    with gateway.answering(session) as search:
        return _kept_groups(session, gateway, search, records, least)


def _kept_groups(
    session: Session, gateway: Gateway, search: SearchSession, records: Sequence[Record], least: int
) -> list[Group]:
    state = (SearchRepository(session).last_sequence_of(RecordKind.NEEDS), today(), search.model_id)
    known, groups = _KEPT.get(gateway, (None, {}))
    if known != state:
        groups = {}
    if least not in groups:
        found = group_documents(_corpus(search, records), search.scale, min_owners=least)
        # A new dictionary: another request may be reading the one before.
        groups = dict([*groups.items(), (least, found)][-_MOST_KEPT:])
        _KEPT[gateway] = (state, groups)
    return groups[least]


def _corpus(search: SearchSession, records: Sequence[Record]) -> GroupingCorpus:
    ids = [record.id for record in records]
    vectors = search.stored_vectors(RecordKind.NEEDS, ids)
    lexical = search.lexical(RecordKind.NEEDS)
    titles, bodies = np.zeros((2, len(ids), search.dimension), np.float32)
    for row, id in enumerate(ids):
        if id in vectors:
            titles[row] = vectors[id].title
            if len(vectors[id].passages):
                bodies[row] = mean_direction(vectors[id].passages)
    return GroupingCorpus(
        ids,
        [record.organisation_id for record in records],
        [record.title for record in records],
        titles,
        bodies,
        [telling_terms(to_document(record), lexical) for record in records],
    )
