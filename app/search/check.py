"""Compare the search index with the database."""

import numpy as np

from app.core.database import Database
from app.kinds.table import to_document
from app.models import RecordKind
from app.search.gateway import Gateway
from app.search.index import PAGE, SearchIndex
from app.search.preparation import hashes_of, piece_texts, pieces_hash, stored_terms
from app.search.repository import RULES, EncodedTexts, SearchRepository, batched
from matching.index.filters import ID_FACET, And, Eq, In
from matching.text.segment import default_segmenter
from matching.types import Document, DocumentVectors

Differences = dict[str, list[str]]


def check_index(database: Database, gateway: Gateway) -> Differences:
    """Return the ids that differ, by what is wrong; empty when all agrees.

    Compared are the records, their versions, their vectors byte by byte, and whether vectors and terms are those of
    the texts that the records have now. A damaged snapshot is a difference of its own, though searches do not suffer
    from it.
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
        stale, unlike, bare, other_vectors, other_terms = set(), set(), set(), set(), set()
        for ids in batched(sorted(indexed & versions.keys()), PAGE):
            stored = repository.vectors(kind, ids, index.model_id)
            encoded = repository.encoded_texts(kind, ids, index.model_id)
            terms = repository.terms(kind, ids, default_segmenter().id)
            documents = {record.id: to_document(record) for record in repository.records(kind, ids)}
            current = {id for id, each in encoded.items() if each.rules == RULES}
            bare |= set(ids) - current
            unlike |= {id for id in ids if id in stored and not _same(index, kind, id, stored[id])}
            other_vectors |= {id for id in current if not _encodes(kind, documents[id], encoded[id])}
            # Of another segmenter, terms are made anew when the index is.
            other_terms |= {id for id in terms if terms[id] != stored_terms(documents[id])}
            for version in {versions[id] for id in ids}:
                same = {id for id in ids if versions[id] == version}
                chosen = And((In(ID_FACET, frozenset(same)), Eq("version", version)))
                stale |= same - set(matcher.lexical.ids(chosen))
            session.expunge_all()
    return {
        "数据库有而索引没有": set(versions) - indexed,
        "索引有而数据库没有": indexed - set(versions),
        "版本不一致": stale,
        "向量不一致": unlike,
        "向量不是现有文字的": other_vectors,
        "词项不是现有文字的": other_terms,
        "尚未编码": bare,
    }


def _encodes(kind: RecordKind, document: Document, stored: EncodedTexts) -> bool:
    """Say whether what was encoded are the texts of the document."""
    return stored.texts == hashes_of(document) and stored.pieces == pieces_hash(piece_texts(kind, document))


def _same(index: SearchIndex, kind: RecordKind, id: str, stored: DocumentVectors) -> bool:
    matcher = index.matchers[kind]
    titles, passages = matcher.titles.vectors(id), matcher.passages.vectors(id)
    bodied = len(stored.passages) > 0
    return np.array_equal(passages, stored.passages) and np.array_equal(titles, stored.title[None, :][bodied:])
