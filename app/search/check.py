"""Compare the search index with the database."""

import numpy as np

from app.core.database import Database
from app.models import RecordKind
from app.search.gateway import Gateway
from app.search.index import PAGE, SearchIndex
from app.search.repository import SearchRepository, batched
from matching.index.filters import ID_FACET, And, Eq, In
from matching.types import DocumentVectors

Differences = dict[str, list[str]]


def check_index(database: Database, gateway: Gateway) -> Differences:
    """Return the ids that differ, by what is wrong; empty when all agrees.

    Compared are the records, their versions and their vectors, byte by byte. A damaged snapshot is
    a difference of its own, though searches do not suffer from it.
    """
    index = gateway.index
    index.catch_up()
    found: Differences = {}
    if index.damage is not None:
        found["快照文件损坏（已改由数据库重建）"] = [index.damage]
    for kind in RecordKind:
        for name, ids in _compare(database, index, kind).items():
            if ids:
                found[f"{kind.value}：{name}"] = sorted(ids)
    return found


def _compare(database: Database, index: SearchIndex, kind: RecordKind) -> dict[str, set[str]]:
    matcher = index.matchers[kind]
    with database.read() as session:
        repository = SearchRepository(session)
        versions = repository.searchable_versions(kind)
        indexed = set(matcher.lexical.ids())
        stale, unlike, bare = set(), set(), set()
        for ids in batched(sorted(indexed & versions.keys()), PAGE):
            stored = repository.vectors(kind, ids, index.model_id)
            bare |= set(ids) - stored.keys()
            unlike |= {id for id in ids if id in stored and not _same(index, kind, id, stored[id])}
            for version in {versions[id] for id in ids}:
                same = {id for id in ids if versions[id] == version}
                chosen = And((In(ID_FACET, frozenset(same)), Eq("version", version)))
                stale |= same - set(matcher.lexical.ids(chosen))
    return {
        "数据库有而索引没有": set(versions) - indexed,
        "索引有而数据库没有": indexed - set(versions),
        "版本不一致": stale,
        "向量不一致": unlike,
        "尚未编码": bare,
    }


def _same(index: SearchIndex, kind: RecordKind, id: str, stored: DocumentVectors) -> bool:
    matcher = index.matchers[kind]
    titles, passages = matcher.titles.vectors(id), matcher.passages.vectors(id)
    bodied = len(stored.passages) > 0
    return np.array_equal(passages, stored.passages) and np.array_equal(titles, stored.title[None, :][bodied:])
