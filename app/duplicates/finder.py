"""Find, for new or changed records, stored ones that read alike."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.core.database import Database
from app.duplicates.repository import DuplicateRepository
from app.kinds.table import KINDS, Kind, Record
from app.search.fingerprint_repository import FingerprintRepository
from app.search.fingerprints import ALIKE, Sketch, bands, bands_of, estimate, similarity, sketch, trigrams

MARK_BATCH = 500


def find_alike(
    session: Session, kind: Kind, records: Sequence[Record], marks: Mapping[str, frozenset[int]]
) -> dict[tuple[str, str], float]:
    """Return (earlier id, later id) → similarity of pairs that read alike.

    Each of the records is compared with all that are stored and with those before it in the sequence.

    Args:
        marks: the bands of the records, by id.
    """
    repository = DuplicateRepository(session, kind)
    shingles = {record.id: trigrams(record.title, getattr(record, kind.body)) for record in records}
    stored = repository.candidates({band for each in marks.values() for band in each})
    wanted = {id: {other for band in each for other in stored.get(band, ())} - {id} for id, each in marks.items()}
    theirs = repository.records({other for each in wanted.values() for other in each} - shingles.keys())
    found: dict[tuple[str, str], float] = {}
    for id, others in wanted.items():
        for other in others & theirs.keys():
            alike = similarity(shingles[id], trigrams(theirs[other].title, getattr(theirs[other], kind.body)))
            if alike >= ALIKE:
                found[(other, id)] = round(alike, 3)
    return found | _among(shingles, marks)


def _among(shingles: Mapping[str, frozenset[str]], marks: Mapping[str, frozenset[int]]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    seen: dict[int, list[str]] = {}
    for id, each in marks.items():
        for other in {other for band in each for other in seen.get(band, ())}:
            alike = similarity(shingles[id], shingles[other])
            if alike >= ALIKE:
                found[(other, id)] = round(alike, 3)
        for band in each:
            seen.setdefault(band, []).append(id)
    return found


class FileFinder:
    """Finds rows of one file that read alike, in whatever batches they come; keeps a sketch of each."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._bands: dict[int, list[str]] = {}

    def add(self, id: str, title: str, body: str) -> dict[str, float]:
        """Return earlier rows that read like this one, with their similarity, and keep this one."""
        mine = sketch(trigrams(title, body))
        marks = bands(mine)
        alike = {
            other: estimate(mine, self._sketches[other])
            for other in {other for band in marks for other in self._bands.get(band, ())}
        }
        self._sketches[id] = mine
        for band in marks:
            self._bands.setdefault(band, []).append(id)
        return {other: round(value, 3) for other, value in alike.items() if value >= ALIKE}


def mark_missing(database: Database) -> int:
    """Give fingerprints to records from before there were any; return how many."""
    done = 0
    for kind in KINDS.values():
        while _any_unmarked(database, kind):  # looked for without holding up writers
            with database.write() as session:
                repository = FingerprintRepository(session, kind)
                records = repository.unmarked(MARK_BATCH)
                repository.mark({each.id: bands_of(each.title, getattr(each, kind.body)) for each in records})
            done += len(records)
    return done


def _any_unmarked(database: Database, kind: Kind) -> bool:
    with database.read() as session:
        return bool(FingerprintRepository(session, kind).unmarked(1))
