"""After an update that encodes other texts, stored data moves along by itself while it goes on being found."""

import numpy as np
import pytest
from sqlalchemy import select, update

from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import EmbeddingModel, PieceVectors, RecordKind, Vector
from app.search.check import check_index
from app.search.encoders import EncoderLoader
from app.search.repository import RULES
from app.services import Services
from tests.asking import Asking
from tests.installations import opened

TEXT = "低浓度瓦斯利用"
OLD = "rules of an older version"


def aged(settings: Settings, load: EncoderLoader) -> dict[tuple[str, int], bytes]:
    """Make an installation look as an older version left it; return the vectors that it should get again."""
    with opened(settings, load) as services:
        with services.database.read() as session:
            rows = session.execute(select(Vector.record_id, Vector.part, Vector.data)).all()
        with services.database.write() as session:
            noise = np.random.default_rng(0).normal(size=services.gateway.index.dimension)
            other = (noise / np.linalg.norm(noise)).astype("<f4").tobytes()
            session.execute(update(Vector).where(Vector.part > 0).values(data=other, content_hash="old"))
            session.execute(update(PieceVectors).values(rules=OLD))
            for model in session.scalars(select(EmbeddingModel)):
                model.scale = {
                    name: value
                    for name, value in model.scale.items()
                    if name not in {"rules", "title_centre", "body_centre"}
                }
    return {(row.record_id, row.part): row.data for row in rows}


def search(services: Services) -> tuple[bool, int]:
    answer = Asking(services).for_text(TEXT, RecordKind.ACHIEVEMENTS, OPERATOR, 5, RecordFilter())
    return answer.degraded, len(answer.results)


def test_what_older_rules_cut_is_encoded_again_and_found_all_the_while(
    seeded_settings: Settings, load: EncoderLoader
) -> None:
    wanted = aged(seeded_settings, load)
    with opened(seeded_settings, load) as services:
        during: list[tuple[bool, int]] = []
        encoded = services.gateway.encode_missing(lambda _: during.append(search(services)))
        assert set(during) == {(False, 5)}
        assert encoded == 272
        assert services.gateway.encode_missing() == 0
        with services.database.read() as session:
            rows = session.execute(select(Vector.record_id, Vector.part, Vector.data)).all()
            assert set(session.scalars(select(PieceVectors.rules))) == {RULES}
        assert {(row.record_id, row.part): row.data for row in rows} == wanted
        services.gateway.index.catch_up()
        assert check_index(services.database, services.gateway) == {}


def test_the_scale_of_older_texts_is_measured_again_once(
    seeded_settings: Settings, load: EncoderLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(seeded_settings, load)
    with opened(seeded_settings, load) as services:
        scale = services.gateway.index.scale
        assert len(scale.title_centre) == len(scale.body_centre) == services.gateway.index.dimension
        with services.database.read() as session:
            models = session.scalars(select(EmbeddingModel)).all()
            assert [model.active for model in models] == [True]
        before = models[0].scale

    def forbidden(*_: object) -> None:
        pytest.fail("measured a second time")

    monkeypatch.setattr("app.search.gateway.describe", forbidden)
    with opened(seeded_settings, load) as services, services.database.read() as session:
        assert session.scalars(select(EmbeddingModel)).one().scale == before
        assert services.gateway.index.scale == scale
