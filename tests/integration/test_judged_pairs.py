"""What is kept of judged pairs changes no answer, and ends with the texts, the model and the right to see a record."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.core.caller import ANYBODY, OPERATOR, Caller
from app.kinds.table import KINDS, Record, to_document
from app.kinds.visibility import RecordFilter
from app.matches.schemas import ResultOut
from app.models import AchievementVisibility, RecordKind
from app.records.transactions import change_record
from app.search.judged_pairs import JudgedPairs, PairKey, text_key
from app.services import Services
from matching.types import Document
from matching.verdicts import Bearing
from tests.asking import Asking

SHOWN = 10


def records_of(services: Services, kind: RecordKind, count: int) -> Sequence[Record]:
    with services.database.read() as session:
        return services.records[kind].page(session, OPERATOR, RecordFilter(), limit=count).records


def page(services: Services, record: Record, caller: Caller = ANYBODY) -> list[ResultOut]:
    answer = Asking(services).for_record(record, caller, SHOWN, RecordFilter())
    return list(answer.results)


def fresh_page(services: Services, record: Record, caller: Caller = ANYBODY) -> list[ResultOut]:
    """Return what a process answers that has judged nothing yet."""
    services.gateway.index.judged = JudgedPairs()
    return page(services, record, caller)


@pytest.mark.parametrize("kind", RecordKind)
def test_what_is_kept_answers_as_what_is_judged_anew(seeded_services: Services, kind: RecordKind) -> None:
    for record in records_of(seeded_services, kind, 8):
        first = fresh_page(seeded_services, record)
        assert any(each.explanation.clauses for each in first)
        assert page(seeded_services, record) == first


def test_other_weights_move_what_is_said_of_kept_pairs(seeded_services: Services) -> None:
    gateway = seeded_services.gateway
    needs = records_of(seeded_services, RecordKind.NEEDS, 8)
    before = [fresh_page(seeded_services, need) for need in needs]
    bases = {
        basis: replace(each, weights={feature: weight / 2 for feature, weight in each.weights.items()})
        for basis, each in gateway.weights.bases.items()
    }
    gateway.index.use(replace(gateway.weights, bases=bases))
    kept = [page(seeded_services, need) for need in needs]
    assert kept != before
    assert kept == [fresh_page(seeded_services, need) for need in needs]


def test_a_changed_text_is_judged_anew(seeded_services: Services) -> None:
    needs = records_of(seeded_services, RecordKind.NEEDS, 96)
    pages = [(page(seeded_services, need)[0], need) for need in needs]
    best, need = max(pages, key=lambda each: each[0].score)
    achievement, achievements = best.record, seeded_services.records[RecordKind.ACHIEVEMENTS]
    texts = {"summary": f"{achievement.summary}\n{need.title}。", "indicators": ""}
    change_record(seeded_services.database, achievements, achievement.id, texts, f'"{achievement.version}"', OPERATOR)
    (changed,) = (each for each in page(seeded_services, need) if each.record.id == achievement.id)
    # What counts of the record is the same as before, so that its texts alone tell the pairs apart.
    assert Bearing.of(changed.score) == Bearing.of(best.score)
    assert need.title not in {clause.nearest for clause in best.explanation.clauses}
    assert need.title in {clause.nearest for clause in changed.explanation.clauses}


def test_a_record_that_is_hidden_is_not_shown_because_its_pair_is_kept(seeded_services: Services) -> None:
    need = records_of(seeded_services, RecordKind.NEEDS, 1)[0]
    best = page(seeded_services, need)[0].record
    achievements = seeded_services.records[RecordKind.ACHIEVEMENTS]
    hidden = {"visibility": AchievementVisibility.LIAISON}
    change_record(seeded_services.database, achievements, best.id, hidden, f'"{best.version}"', OPERATOR)
    assert best.id in {each.record.id for each in page(seeded_services, need, OPERATOR)}
    shown = page(seeded_services, need)
    assert best.id not in {each.record.id for each in shown}
    assert shown == fresh_page(seeded_services, need)


def test_pairs_are_known_by_all_their_texts() -> None:
    texts = ("泵", "泵体", "耐压", "密封")
    others = [(*texts[:at], "阀", *texts[at + 1 :]) for at in range(len(texts))]
    moved = [("泵泵", "体", *texts[2:]), ("泵", "泵", "体耐压", "密封"), ("泵", "泵体", "", "耐压密封")]
    keys = {text_key(Document("", *each)) for each in (texts, *others, *moved)}
    assert len(keys) == 1 + len(others) + len(moved)
    assert text_key(Document("甲", *texts)) == text_key(Document("乙", *texts, public=False))


def test_those_not_asked_for_longest_go_first(seeded_services: Services) -> None:
    need, *_ = records_of(seeded_services, RecordKind.NEEDS, 1)
    first, *rest = fresh_page(seeded_services, need)
    pairs = seeded_services.gateway.index.judged
    asked = text_key(to_document(need))
    ids = [each.record.id for each in (first, *rest)]
    with seeded_services.database.read() as session:
        records = {each.id: each for each in session.query(KINDS[RecordKind.ACHIEVEMENTS].model)}
        keys = [
            PairKey(asked, text_key(to_document(records[each.record.id])), Bearing.of(each.score))
            for each in (first, *rest)
        ]
    known = pairs.known(keys)
    assert len(known) == len(ids) == SHOWN
    few = JudgedPairs(kept=3)
    few.keep({key: known[key] for key in keys[:3]})
    few.known(keys[:1])
    few.keep({keys[3]: known[keys[3]]})
    assert list(few.known(keys)) == [keys[0], keys[2], keys[3]]
