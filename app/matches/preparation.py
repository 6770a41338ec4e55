"""Derive what the index needs from records, before the transaction that stores it.

Encoding is the costly step: it never happens inside a write transaction, and never twice for one
text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.database import Database
from app.matches.repository import SearchRepository
from app.models import RecordKind
from app.records.kinds import Record, kind_of, to_document
from matching.embedding.encoder import Encoder
from matching.text.analysis import content_hash, encodable_texts, lexical_terms
from matching.text.segment import default_segmenter
from matching.types import Document

# Records encoded and stored together when many are missing.
BATCH = 64


@dataclass(frozen=True, slots=True)
class Prepared:
    """Derived data of one document.

    `parts` holds (content hash, vector bytes) of the title and each passage.
    """

    model_id: str
    parts: tuple[tuple[str, bytes], ...]
    terms: Mapping[str, Sequence[str]]


def prepare(database: Database, encoder: Encoder, documents: Sequence[Document]) -> list[Prepared]:
    """Encode and segment documents; texts that were encoded before are taken from the database."""
    texts = [encodable_texts(document).all() for document in documents]
    hashes = {text: content_hash(text) for each in texts for text in each}
    with database.read() as session:
        known = SearchRepository(session).vectors_by_hash(encoder.model_id, hashes.values())
    fresh = [text for text, hash in hashes.items() if hash not in known]
    for text, vector in zip(fresh, encoder.encode(fresh), strict=True):
        known[hashes[text]] = vector.astype("<f4").tobytes()
    return [
        Prepared(
            encoder.model_id,
            tuple((hashes[text], known[hashes[text]]) for text in each),
            {str(field): list(terms) for field, terms in lexical_terms(document).items()},
        )
        for document, each in zip(documents, texts, strict=True)
    ]


def store(session: Session, records: Sequence[tuple[Record, Prepared]]) -> None:
    """Store derived data and log the changes, in the transaction that stores the records."""
    repository = SearchRepository(session)
    session.flush()
    ids: dict[RecordKind, list[str]] = {}
    for record, prepared in records:
        kind = kind_of(record).name
        repository.store_vectors(kind, record.id, prepared.model_id, prepared.parts)
        repository.store_terms(kind, record.id, default_segmenter().id, prepared.terms)
        repository.store_tags(record)
        ids.setdefault(kind, []).append(record.id)
    for kind, changed in ids.items():
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
        prepared = prepare(database, encoder, [to_document(record) for record in records])
        with database.write() as session:
            repository = SearchRepository(session)
            current = {record.id: record.version for record in repository.records(kind, [r.id for r in records])}
            for record, each in zip(records, prepared, strict=True):
                if current.get(record.id) == record.version:
                    repository.store_vectors(kind, record.id, each.model_id, each.parts)
                    repository.store_terms(kind, record.id, default_segmenter().id, each.terms)
            repository.append_change(kind, [record.id for record in records])
        done += len(records)
        if progress is not None:
            progress(len(records))
