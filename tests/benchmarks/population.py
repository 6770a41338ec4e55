"""A store of any size, made by recombining real texts: the title of one with the body of another.

Vectors are those of the real texts, that of a body with the title that it had, so nothing is encoded
twice; the texts as wholes make no sense. Made once for each size and kept in the folder that
SHUANGXU_BENCH_DIR names.
"""

import json
import random
from pathlib import Path

import numpy as np

from app.core.migrations import migrate
from app.core.settings import Settings
from app.models import Achievement, Need, Organisation, OrganisationKind, RecordKind
from app.search.fingerprints import bands_of
from app.search.pieces import sentences_of
from app.search.preparation import Prepared, pieces_hash, prepare, store
from app.services import Services, build_services
from matching.text.analysis import LexicalField
from matching.types import Document

BATCH = 1000
SOURCES = ("papers-csl-dev.jsonl", "patents-cn-computing.jsonl")
_BASES: dict[str, list[Prepared]] = {}
TITLE_FIELDS = (LexicalField.TITLE, LexicalField.TITLE_BIGRAMS)


def real_documents(shared_data: Path) -> list[Document]:
    """Return the real papers and patents."""
    rows = [json.loads(line) for name in SOURCES for line in (shared_data / name).read_text("utf-8").splitlines()]
    return [Document(row["id"], row["title"], row["abstract"]) for row in rows]


def populate(settings: Settings, shared_data: Path, size: int) -> Services:
    """Return an installation of `size` achievements and the real needs, its index not opened."""
    services = build_services(settings)
    migrate(services.database)
    services.gateway.open(index=False)
    with services.database.read() as session:
        made = session.query(Achievement).count() >= size
    if made:
        return services
    _add_needs(services, shared_data)
    documents = real_documents(shared_data)
    model = services.gateway.encoder.model_id
    if model not in _BASES:  # encoding takes minutes, and stores of several sizes are made of the same texts
        _BASES[model] = prepare(services.database, services.gateway.encoder, RecordKind.ACHIEVEMENTS, documents)
    bases = _BASES[model]
    shuffle = random.Random(1)
    for start in range(0, size, BATCH):
        pairs = [(shuffle.randrange(len(documents)), shuffle.randrange(len(documents))) for _ in range(BATCH)]
        with services.database.write() as session:
            owner = session.query(Organisation).filter_by(kind=OrganisationKind.UNIVERSITY).first()
            owner = owner or Organisation(name="重组文本（基准）", kind=OrganisationKind.UNIVERSITY)
            rows = [
                (
                    Achievement(
                        title=documents[title].title,
                        title_key=f"{start + at:064d}",
                        summary=documents[body].body,
                        # 5% are hidden from most callers.
                        visibility="liaison" if at % 20 == 0 else "public",
                        industries=[str(shuffle.randrange(1311, 4690))],
                        organisation=owner,
                    ),
                    _joined((documents[title], bases[title]), (documents[body], bases[body])),
                )
                for at, (title, body) in enumerate(pairs[: size - start])
            ]
            session.add_all([record for record, _ in rows])
            store(session, rows)
    return services


def _joined(first: tuple[Document, Prepared], second: tuple[Document, Prepared]) -> Prepared:
    """Return what `prepare` would make of one's title with the other's body."""
    (title, one), (body, other) = first, second
    terms = {field: (one if field in TITLE_FIELDS else other).terms[field] for field in other.terms}
    whole = sentences_of(Document("", title.title, body.body))
    vectors = {
        piece.encoded: row
        for document, prepared in (first, second)
        for piece, row in zip(sentences_of(document), _rows(prepared), strict=True)
    }
    rows = np.stack([vectors[piece.encoded] for piece in whole])
    pieces = (pieces_hash([piece.encoded for piece in whole]), rows.tobytes())
    return Prepared(one.model_id, (one.parts[0], *other.parts[1:]), pieces, terms, bands_of(title.title, body.body))


def _rows(prepared: Prepared) -> np.ndarray:
    return np.frombuffer(prepared.pieces[1], "<f2").reshape(-1, len(prepared.parts[0][1]) // 4)


def _add_needs(services: Services, shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "needs-henan.jsonl").read_text("utf-8").splitlines()][:100]
    documents = [Document(row["id"], row["title"], row["description"]) for row in rows]
    prepared = prepare(services.database, services.gateway.encoder, RecordKind.NEEDS, documents)
    with services.database.write() as session:
        owner = Organisation(name="真实需求（基准）", kind=OrganisationKind.ENTERPRISE)
        records = [
            Need(
                external_id=each.id, title=each.title, title_key=each.id, description=each.body,
                visibility="public", organisation=owner,
            )
            for each in documents
        ]  # fmt: skip
        session.add_all(records)
        store(session, list(zip(records, prepared, strict=True)))
