"""Derive what the index needs from records, before the transaction that stores it.

Encoding is the costly step: it never happens inside a write transaction, and never twice for one
text.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from app.core.database import Database
from app.kinds.table import KINDS, Record, is_public, kind_of, to_document
from app.models import RecordKind
from app.search.fingerprint_repository import FingerprintRepository
from app.search.fingerprints import bands_of
from app.search.pieces import pieces_of
from app.search.repository import SearchRepository
from matching.clauses.rules import CLAUSE_RULES
from matching.embedding.encoder import Encoder
from matching.text.analysis import content_hash, encodable_texts, lexical_terms
from matching.text.segment import default_segmenter
from matching.types import Document

# Records encoded and stored together when many are missing.
BATCH = 64


@dataclass(frozen=True, slots=True)
class Prepared:
    """Derived data of one document.

    `parts` holds (content hash, vector bytes) of the title and each passage, `pieces` those of its
    clauses or sentences together, as `PieceVectors` keeps them, `bands` what finds texts that read alike.
    """

    model_id: str
    parts: tuple[tuple[str, bytes], ...]
    pieces: tuple[str, bytes]
    terms: Mapping[str, Sequence[str]]
    bands: frozenset[int]


def prepare(database: Database, encoder: Encoder, kind: RecordKind, documents: Sequence[Document]) -> list[Prepared]:
    """Encode, cut and segment documents; texts encoded before are taken from the database."""
    parts = _parts(database, encoder, documents)
    pieces = _pieces(database, encoder, kind, documents)
    return [
        Prepared(
            encoder.model_id,
            part,
            piece,
            stored_terms(document),
            bands_of(document.title, document.body),
        )
        for document, part, piece in zip(documents, parts, pieces, strict=True)
    ]


def hashes_of(document: Document) -> tuple[str, ...]:
    """Return the hashes of the texts of a document that are encoded, in the order in which vectors are stored."""
    return tuple(map(content_hash, encodable_texts(document).all()))


def piece_texts(kind: RecordKind, document: Document) -> list[str]:
    """Return what is encoded of a document piece by piece: its clauses or sentences."""
    return [piece.encoded for piece in pieces_of(document, is_demand=KINDS[kind].is_demand)]


def stored_terms(document: Document) -> dict[str, list[str]]:
    """Return the terms of a document as they are stored."""
    return {str(field): list(terms) for field, terms in lexical_terms(document).items()}


def _parts(database: Database, encoder: Encoder, documents: Sequence[Document]) -> list[tuple[tuple[str, bytes], ...]]:
    texts = [encodable_texts(document).all() for document in documents]
    hashes = {text: content_hash(text) for each in texts for text in each}
    with database.read() as session:
        known = SearchRepository(session).vectors_by_hash(encoder.model_id, hashes.values())
    fresh = [text for text, hash in hashes.items() if hash not in known]
    for text, vector in zip(fresh, encoder.encode(fresh), strict=True):
        known[hashes[text]] = vector.astype("<f4").tobytes()
    return [tuple((hashes[text], known[hashes[text]]) for text in each) for each in texts]


def _pieces(
    database: Database, encoder: Encoder, kind: RecordKind, documents: Sequence[Document]
) -> list[tuple[str, bytes]]:
    """Return (hash of the texts, vectors) of each document's clauses or sentences."""
    texts = [piece_texts(kind, document) for document in documents]
    hashes = [pieces_hash(each) for each in texts]
    with database.read() as session:
        known = SearchRepository(session).pieces_by_hash(encoder.model_id, hashes)
    fresh = list(
        dict.fromkeys(text for hash, each in zip(hashes, texts, strict=True) if hash not in known for text in each)
    )
    rows = dict(zip(fresh, encoder.encode(fresh), strict=True))
    for hash, each in zip(hashes, texts, strict=True):
        if hash not in known:
            known[hash] = np.asarray([rows[text] for text in each], "<f2").tobytes()
    return [(hash, known[hash]) for hash in hashes]


def pieces_hash(texts: Sequence[str]) -> str:
    """Return the hash of what is encoded of a record piece by piece, and of the rules that cut it."""
    return content_hash("\n".join((CLAUSE_RULES, *texts)))


def store(
    session: Session, records: Sequence[tuple[Record, Prepared | None]], were_public: Container[str] = frozenset()
) -> None:
    """Store derived data and log the changes, in the transaction that stores the records.

    Args:
        records: with what is derived of their texts, None where the texts stayed.
        were_public: ids of records that anybody could see before.
    """
    repository = SearchRepository(session)
    session.flush()
    changes: dict[RecordKind, dict[str, bool]] = {}
    marks: dict[RecordKind, dict[str, frozenset[int]]] = {}
    for record, prepared in records:
        kind = kind_of(record).name
        if prepared is not None:
            repository.store_vectors(kind, record.id, prepared.model_id, prepared.parts)
            repository.store_pieces(kind, record.id, prepared.model_id, prepared.pieces)
            repository.store_terms(kind, record.id, default_segmenter().id, prepared.terms)
            marks.setdefault(kind, {})[record.id] = prepared.bands
        repository.store_tags(record)
        changes.setdefault(kind, {})[record.id] = is_public(record) or record.id in were_public
    for kind, marked in marks.items():
        FingerprintRepository(session, KINDS[kind]).mark(marked)
    for kind, changed in changes.items():
        repository.append_change(kind, changed)


def encode_missing(
    database: Database, encoder: Encoder, kind: RecordKind, progress: Callable[[int], None] | None = None
) -> int:
    """Encode every searchable record that has no vectors under the encoder's model.

    Works in small transactions, so that others may write meanwhile, and may be interrupted at any
    time. A record that changes between is left for the next round.

    Returns:
        How many records were encoded.
    """
    done = 0
    while True:
        with database.read() as session:
            records = SearchRepository(session).without_vectors(kind, encoder.model_id, BATCH)
        if not records:
            return done
        prepared = prepare(database, encoder, kind, [to_document(record) for record in records])
        with database.write() as session:
            repository = SearchRepository(session)
            # Locked, so that nobody's newer vectors are written over.
            found = repository.records(kind, [record.id for record in records], lock=True)
            current = {record.id: record.version for record in found}
            for record, each in zip(records, prepared, strict=True):
                if current.get(record.id) == record.version:
                    repository.store_vectors(kind, record.id, each.model_id, each.parts)
                    repository.store_pieces(kind, record.id, each.model_id, each.pieces)
                    repository.store_terms(kind, record.id, default_segmenter().id, each.terms)
            repository.append_change(kind, {record.id: is_public(record) for record in records})
        done += len(records)
        if progress is not None:
            progress(len(records))
