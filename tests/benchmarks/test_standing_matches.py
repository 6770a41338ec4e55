"""Standing matches: a stream of new achievements against the open needs of a province.

Needs and achievements are recombined from real texts, the title of one with the body of another, so
that only the real ones are encoded. Smaller by SHUANGXU_STANDING_NEEDS, SHUANGXU_STANDING_NEW and
SHUANGXU_STANDING_TEXTS.
"""

import json
import os
import random
import time

import pytest
from sqlalchemy import func, select

from app.core.caller import WORKER
from app.core.migrations import migrate
from app.core.settings import Settings
from app.kinds.table import to_document
from app.matches.standing_matches import StandingMatcher, is_told
from app.models import Account, Achievement, Need, Notice, Organisation, OrganisationKind, RecordKind
from app.notices.repository import NoticeRepository
from app.search.fingerprints import bands_of
from app.search.preparation import Prepared, _parts, store
from app.services import build_services
from matching.text.analysis import LexicalField, lexical_terms
from matching.types import Document
from tests.benchmarks.population import TITLE_FIELDS, real_documents

NEEDS = int(os.environ.get("SHUANGXU_STANDING_NEEDS", "10000"))
NEW = int(os.environ.get("SHUANGXU_STANDING_NEW", "1000"))
TEXTS = int(os.environ.get("SHUANGXU_STANDING_TEXTS", "3000"))
BATCH = 500
# Needs whose pairs with every new achievement are graded one by one, to see what the short cut misses.
CHECKED = 200
OWNERS = 50


@pytest.fixture(scope="module")
def services(tmp_path_factory, models_dir):
    data = tmp_path_factory.mktemp("standing")
    (data / "models").symlink_to(models_dir)
    opened = build_services(Settings(data_dir=data))
    migrate(opened.database)
    opened.gateway.open()
    yield opened
    opened.gateway.close()
    opened.database.close()


@pytest.fixture(scope="module")
def owners(services):
    """Organisations of both kinds, each with one account."""
    with services.database.write() as session:
        made = {
            kind: [Organisation(name=f"{kind.value}{at}（基准）", kind=kind) for at in range(OWNERS)]
            for kind in (OrganisationKind.ENTERPRISE, OrganisationKind.UNIVERSITY)
        }
        for kind, group in made.items():
            session.add_all(group)
            session.flush()
            session.add_all(
                Account(email=f"{kind.value}{at}@example.cn", name="", role=kind.value, organisation_id=each.id)
                for at, each in enumerate(group)
            )
    return {kind: [each.id for each in group] for kind, group in made.items()}


@pytest.fixture(scope="module")
def bases(services, shared_data):
    """Real texts of both kinds with their vectors and terms; of nothing else."""
    rows = [json.loads(line) for line in (shared_data / "needs-henan.jsonl").read_text("utf-8").splitlines()]
    documents = {
        RecordKind.NEEDS: [Document(row["id"], row["title"], row["description"]) for row in rows][:TEXTS],
        RecordKind.ACHIEVEMENTS: real_documents(shared_data)[:TEXTS],
    }
    return {
        kind: list(
            zip(
                found,
                _parts(services.database, services.gateway.encoder, found),
                map(lexical_terms, found),
                strict=True,
            )
        )
        for kind, found in documents.items()
    }


def _joined(model_id, title, body):
    """Return what `prepare` would make of one's title with the other's body, but for the pieces, which stay out."""
    terms = {
        str(field): list((title if field in TITLE_FIELDS or field is LexicalField.TITLE_CHARACTERS else body)[2][field])
        for field in LexicalField
    }
    bands = bands_of(title[0].title, body[0].body)
    return Prepared(model_id, (title[1][0], *body[1][1:]), ("", b""), terms, bands)


def _add(services, kind, bases, owners, count, chance):
    pairs = [(chance.choice(bases), chance.choice(bases)) for _ in range(count)]
    ids = []
    for start in range(0, count, BATCH):
        rows = []
        for at, (title, body) in enumerate(pairs[start : start + BATCH], start):
            fields = {
                "title": title[0].title, "title_key": f"{kind}{time.time_ns()}{at}"[:64], "visibility": "public",
                "organisation_id": owners[at % OWNERS],
            }  # fmt: skip
            text = body[0].body
            record = (
                Need(description=text, **fields) if kind is RecordKind.NEEDS else Achievement(summary=text, **fields)
            )
            rows.append((record, _joined(services.gateway.encoder.model_id, title, body)))
        with services.database.write() as session:
            session.add_all([record for record, _ in rows])
            store(session, rows)
            ids += [record.id for record, _ in rows]
    return ids


def _count(services):
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Notice))


def _go_on(services):
    started = time.perf_counter()
    while services.standing.step(WORKER):
        pass
    return time.perf_counter() - started


def test_standing_matches(services, bases, owners):
    chance = random.Random(3)
    needs = _add(
        services, RecordKind.NEEDS, bases[RecordKind.NEEDS], owners[OrganisationKind.ENTERPRISE], NEEDS, chance
    )
    services.gateway.index.catch_up()
    with services.database.write() as session:
        NoticeRepository(session).cursor("standing", lock=True).position = services.gateway.index.sequence
    universities = owners[OrganisationKind.UNIVERSITY]
    new = _add(services, RecordKind.ACHIEVEMENTS, bases[RecordKind.ACHIEVEMENTS], universities, NEW, chance)
    # Half of each of some needs' words, so that there is something to tell.
    new += _add(services, RecordKind.ACHIEVEMENTS, bases[RecordKind.NEEDS], universities, NEW // 10, chance)
    seconds = _go_on(services)
    told = _count(services)
    print(f"\n{len(new)} new achievements against {NEEDS} open needs: {seconds:.1f} s, {told} notices")
    print(f"{len(new) / seconds:.1f} achievements/s, {len(new) * NEEDS / seconds:,.0f} pairs/s")
    _check_recall(services, needs, new, chance)
    waits = []
    for _ in range(10):
        _add(services, RecordKind.ACHIEVEMENTS, bases[RecordKind.ACHIEVEMENTS], universities, 1, chance)
        waits.append(_go_on(services))
    print(
        f"one new achievement: from commit to notices {max(waits):.2f} s at most of {len(waits)}, plus 1 s of waiting"
    )
    _add(services, RecordKind.NEEDS, bases[RecordKind.NEEDS], owners[OrganisationKind.ENTERPRISE], 20, chance)
    seconds = _go_on(services)
    print(f"20 new needs against {len(new)} achievements: {seconds:.1f} s, {20 / seconds:.1f} needs/s")


def _check_recall(services, needs, new, chance):
    """Grade some needs with every new achievement, and say how many of what should be told were found."""
    found = {
        (pair.need.id, pair.achievement.id)
        for start in range(0, len(new), 100)
        for pair in StandingMatcher(services.database, services.gateway).pairs(
            {RecordKind.ACHIEVEMENTS: new[start : start + 100]}, WORKER
        )
    }
    checked = set(chance.sample(needs, CHECKED // 2))
    likely = [need for need, _ in found]
    checked |= set(chance.sample(likely, min(CHECKED // 2, len(likely))))
    with services.database.read() as session:
        records = session.scalars(select(Need).where(Need.id.in_(checked))).all()
        search = services.gateway.searching(session)
        should = set()
        for need in records:
            query = search.stored_query(RecordKind.NEEDS, to_document(need))
            scored = search.score(query, RecordKind.ACHIEVEMENTS, new).result.matches
            should |= {(need.id, match.id) for match in scored if is_told(match)}
    print(f"of {len(should)} pairs worth telling of {len(checked)} needs, found {len(should & found)}")
    assert len(should & found) >= 0.95 * len(should)
