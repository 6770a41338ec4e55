"""A configured re-ranker reads the best matches again; one that is missing changes nothing."""

import re
from pathlib import Path

import pytest

from app.core.caller import OPERATOR
from app.core.errors import ModelMissing
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.matches.schemas import MatchesOut
from app.models import RecordKind
from app.search import encoders
from app.services import build_services
from matching.ranking.reranking import RERANKER, Reranker
from tests.asking import Asking, record_called

pytestmark = pytest.mark.real_model


def matches(settings: Settings) -> MatchesOut:
    services = build_services(settings)
    services.gateway.open()
    need = record_called(services, RecordKind.NEEDS, "XQ-food-02")
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
    first = {each.record.id: each.score for each in plain.results}
    scores = [each.score for each in found.results]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 8
    for each in found.results:
        moved = each.explanation.contributions[RERANKER]
        if each.record.id in first:
            assert each.score == pytest.approx(first[each.record.id] + moved, abs=1e-3)
    assert all(RERANKER not in each.explanation.contributions for each in plain.results)


def test_a_re_ranker_that_could_not_be_loaded_is_tried_again_after_a_minute(
    cross_encoder_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    load = encoders.CrossEncoderReranker

    def counted(name: str) -> Reranker:
        tried.append(name)
        return load(name)

    monkeypatch.setattr(encoders, "CrossEncoderReranker", counted)
    seconds = [1000.0]
    loader = encoders.RerankerLoader(lambda: seconds[0])
    folder = tmp_path / "reranker"
    for _ in range(3):
        with pytest.raises(ModelMissing, match=re.escape(str(folder))):
            loader(str(folder))
    assert len(tried) == 1
    folder.symlink_to(cross_encoder_dir)
    seconds[0] += encoders.RERANKER_SECONDS
    first = loader(str(folder))
    assert loader(str(folder)) is first
    assert len(tried) == 2


def test_a_missing_re_ranker_leaves_the_order_as_it_was(seeded_settings: Settings, plain: MatchesOut) -> None:
    found = matches(seeded_settings.model_copy(update={"reranker": "/nowhere/reranker"}))
    assert [each.record.id for each in found.results] == [each.record.id for each in plain.results]
