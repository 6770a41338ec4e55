"""What nobody will ask for again is dropped after 30 days, and who slept longer finds the way back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR
from app.core.errors import Conflict
from app.core.settings import Settings
from app.idempotency import IdempotencyKey
from app.models import Change, EmbeddingModel, PieceVectors, RecordKind, Vector
from app.models.base import now
from app.models.idempotency import IdempotentRequest
from app.search.check import check_index
from app.search.encoders import EncoderLoader
from app.search.pruning import KEPT, prune
from app.search.repository import SearchRepository
from app.services import Services
from tests.asking import new_record
from tests.installations import opened

KIND = RecordKind.ACHIEVEMENTS


def add(services: Services, number: str, again: IdempotencyKey | None = None) -> str:
    body = AchievementIn(
        title=f"磁选柱精选{number}", summary="磁选柱提高铁精矿品位（示例）。", external_id=number,
        organisation="云澜理工大学（示例）",
    )  # fmt: skip
    record = new_record(services, KIND, body.model_dump(), OPERATOR, again)
    return record.id


def age(services: Services, table: type[Change] | type[IdempotentRequest]) -> None:
    """Make what is there as old as the rule allows, and a day more."""
    with services.database.write() as session:
        session.execute(update(table).values(created_at=now() - KEPT - timedelta(days=1)))


def count(services: Services, table: type) -> int:
    with services.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_process_that_slept_longer_than_the_log_reaches_back_builds_its_index_anew(
    services: Services, settings: Settings, load: EncoderLoader
) -> None:
    add(services, "甲-1")
    services.gateway.index.catch_up()
    services.gateway.index.save(force=True)
    with opened(settings, load) as sleeper:
        asleep_at = sleeper.gateway.index.sequence
        for number in ("甲-2", "甲-3"):
            add(services, number)
        age(services, Change)
        last = add(services, "甲-4")
        before = services.gateway.index.catch_up(), services.gateway.index.public_sequence
        prune(services.database)
        assert count(services, Change) == 1
        assert sleeper.gateway.index.sequence == asleep_at
        assert (sleeper.gateway.index.catch_up(), sleeper.gateway.index.public_sequence) == before
        assert check_index(sleeper.database, sleeper.gateway) == {}
        assert last in sleeper.gateway.index.matchers[KIND].lexical.ids()
    with opened(settings, load) as started:  # from a snapshot older than the log
        assert (started.gateway.index.sequence, started.gateway.index.public_sequence) == before
        assert check_index(started.database, started.gateway) == {}


def test_a_log_that_was_dropped_whole_goes_on_counting(services: Services) -> None:
    add(services, "甲-1")
    before = services.gateway.index.catch_up()
    age(services, Change)
    prune(services.database)
    prune(services.database)
    assert count(services, Change) == 0
    with services.database.read() as session:
        assert SearchRepository(session).last_sequence() == before
    assert services.gateway.index.catch_up() == before
    add(services, "甲-2")
    assert services.gateway.index.catch_up() == before + 1
    assert check_index(services.database, services.gateway) == {}


def test_requests_that_may_be_sent_again_are_remembered_for_as_long(services: Services) -> None:
    key = IdempotencyKey.of("achievements", OPERATOR, "one", "body")
    first = add(services, "甲-1", key)
    prune(services.database)
    assert add(services, "甲-1", key) == first
    age(services, IdempotentRequest)
    prune(services.database)
    assert count(services, IdempotentRequest) == 0
    with pytest.raises(Conflict):  # a new request now, of a number that is taken
        add(services, "甲-1", key)


def test_vectors_of_a_former_model_go_and_those_of_a_coming_one_stay(services: Services) -> None:
    id = add(services, "甲-1")
    with services.database.write() as session:
        session.add(EmbeddingModel(model_id="former@1", source="/former", dimension=2, scale={}, active=False))
        for model in ("former@1", "coming@1"):
            session.add(Vector(kind=KIND, record_id=id, model_id=model, part=0, content_hash="h", data=b""))
            session.add(PieceVectors(kind=KIND, record_id=id, model_id=model, rules="r", content_hash="h", data=b""))
    prune(services.database)  # the change of model was today
    with services.database.read() as session:
        assert session.scalar(select(func.count()).where(Vector.model_id == "former@1")) == 1
    with services.database.write() as session:
        session.execute(update(EmbeddingModel).values(activated_at=now() - KEPT - timedelta(days=1)))
    prune(services.database)
    with services.database.read() as session:
        active = services.gateway.index.model_id
        for table in (Vector, PieceVectors):
            assert set(session.scalars(select(table.model_id))) == {active, "coming@1"}
    with services.database.write() as session:
        session.execute(delete(Vector).where(Vector.model_id == "coming@1"))
    assert check_index(services.database, services.gateway) == {}


def test_pruning_is_part_of_upkeep_once_a_day(services: Services) -> None:
    add(services, "甲-1")
    age(services, Change)
    assert services.upkeep.round() == frozenset()
    assert count(services, Change) == 0
    add(services, "甲-2")
    age(services, Change)
    services.upkeep.round()
    assert count(services, Change) == 1
