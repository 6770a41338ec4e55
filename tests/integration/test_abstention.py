"""Where the store holds nothing suitable the answer says so, and only there."""

import json
from pathlib import Path

import pytest

from app.core.caller import OPERATOR
from app.core.settings import PROJECT_ROOT
from app.kinds.visibility import RecordFilter
from app.matches.listing import SearchListing, Wanted
from app.matches.schemas import MatchesOut
from app.models import RecordKind
from app.services import Services
from matching.evaluation.qrels import read_qrels
from tests.asking import Asking, record_called

pytestmark = pytest.mark.real_model

SEED = PROJECT_ROOT / "seed_data"
# Needs of fields that the seed data has nothing of: deep sea, opera, football, banking, pets …
ABSENT = Path(__file__).parents[1] / "golden" / "absent_needs.jsonl"
STRONG = 4.0


def asked(row: dict[str, str]) -> str:
    return "。".join(row[field] for field in ("title", "description", "indicators") if row.get(field))


def answer(services: Services, row: dict[str, str]) -> MatchesOut:
    return Asking(services).for_text(asked(row), RecordKind.ACHIEVEMENTS, OPERATOR, 5, RecordFilter())


def rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_nothing_is_recommended_for_fields_that_the_store_lacks(seeded_services: Services) -> None:
    answers = [answer(seeded_services, row) for row in rows(ABSENT)]
    assert len(answers) == 50
    abstained = [each for each in answers if each.verdict == "none_suitable"]
    assert len(abstained) >= 43
    assert all(each.capture_task is not None for each in abstained)


def test_the_list_of_a_search_recommends_nothing_where_the_verdict_does_not(seeded_services: Services) -> None:
    listing = SearchListing(seeded_services.gateway, seeded_services.matches)
    for row in rows(ABSENT)[::5]:
        with seeded_services.database.read() as session:
            found = listing.page(session, Wanted(asked(row), RecordKind.ACHIEVEMENTS, RecordFilter()), OPERATOR)
        assert found.suitable == (answer(seeded_services, row).verdict == "matched")


def test_titles_of_such_needs_alone_find_nothing_suitable_either(seeded_services: Services) -> None:
    titles = ["量子计算机芯片低温测控", *(row["title"] for row in rows(ABSENT))]
    answers = [answer(seeded_services, {"title": title}) for title in titles]
    assert answers[0].verdict == "none_suitable"
    assert sum(each.verdict == "none_suitable" for each in answers) >= 46


def test_whoever_types_the_title_of_a_record_finds_it_first(seeded_services: Services) -> None:
    for row in rows(SEED / "achievements.jsonl")[::10]:
        found = answer(seeded_services, {"title": row["title"]})
        assert found.verdict == "matched"
        assert (found.results[0].record.title, found.results[0].grade) == (row["title"], 4)


def test_whoever_types_a_word_finds_what_holds_it(seeded_services: Services) -> None:
    for word in ("速冻", "赤霉病", "质子交换膜", "电解液"):
        found = answer(seeded_services, {"title": word})
        assert found.verdict == "matched"
        assert word in str(found.results[0].record)


def test_needs_that_a_record_suits_are_not_turned_away(seeded_services: Services) -> None:
    strong = {need for need, grades in read_qrels(SEED / "qrels.tsv").items() if max(grades.values()) >= STRONG}
    assert len(strong) >= 20
    needs = [record_called(seeded_services, RecordKind.NEEDS, name) for name in sorted(strong)]
    answers = [Asking(seeded_services).for_record(each, OPERATOR, 5, RecordFilter()) for each in needs]
    missed = [each for each in answers if each.verdict == "none_suitable"]
    assert len(missed) < 0.05 * len(strong)
