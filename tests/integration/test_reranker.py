"""A configured re-ranker reads the best matches again; one that is missing changes nothing."""

from pathlib import Path

import pytest

from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.matches.schemas import MatchesOut
from app.models import RecordKind
from app.services import build_services
from matching.ranking.reranking import RERANKER
from tests.asking import Asking

pytestmark = pytest.mark.real_model


def matches(settings: Settings) -> MatchesOut:
    services = build_services(settings)
    services.gateway.open()
    need = services.records[RecordKind.NEEDS].named("XQ-food-02")
    answer = Asking(services).for_record(need, OPERATOR, 8, RecordFilter())
    services.gateway.close()
    services.database.close()
    return answer


@pytest.fixture
def plain(seeded_settings: Settings) -> MatchesOut:
    return matches(seeded_settings)


def test_the_score_is_the_mean_of_both_opinions(
    seeded_settings: Settings, cross_encoder_dir: Path, plain: MatchesOut
) -> None:
    found = matches(seeded_settings.model_copy(update={"reranker": str(cross_encoder_dir)}))
    first = {each.record["id"]: each.score for each in plain.results}
    scores = [each.score for each in found.results]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 8
    for each in found.results:
        moved = each.explanation.contributions[RERANKER]
        if each.record["id"] in first:
            assert each.score == pytest.approx(first[each.record["id"]] + moved, abs=1e-3)
    assert all(RERANKER not in each.explanation.contributions for each in plain.results)


def test_a_missing_re_ranker_leaves_the_order_as_it_was(seeded_settings: Settings, plain: MatchesOut) -> None:
    found = matches(seeded_settings.model_copy(update={"reranker": "/nowhere/reranker"}))
    assert [each.record["id"] for each in found.results] == [each.record["id"] for each in plain.results]
