"""What a server does beside answering goes on, whatever fails of it."""

import time

import pytest

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR
from app.core.errors import ModelMissing
from app.core.settings import Settings
from app.models import RecordKind
from app.search.encoders import EncoderLoader
from app.search.gateway import Gateway
from app.search.index import SearchIndex
from app.search.upkeep import UpkeepState
from app.services import Services, build_services
from matching.embedding.encoder import Encoder
from tests.asking import new_record
from tests.installations import opened


def add(services: Services) -> None:
    body = AchievementIn(
        title="循环水系统节能改造", summary="循环水泵变频（示例）。", organisation="云澜理工大学（示例）"
    )
    new_record(services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)


def test_a_configured_model_that_cannot_be_loaded_keeps_nothing_else_from_being_done(
    services: Services, settings: Settings, load: EncoderLoader
) -> None:
    with opened(settings.model_copy(update={"model": "/nowhere"}), load) as other:
        add(services)
        before = other.gateway.index.sequence
        assert other.upkeep.round() == {"change the model"}
        assert other.gateway.index.sequence == services.gateway.index.catch_up() > before


def test_what_nobody_foresaw_ends_neither_the_round_nor_the_thread(
    settings: Settings, load: EncoderLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = []

    def broken(_: Gateway) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Gateway, "use_active_weights", broken)
    monkeypatch.setattr(SearchIndex, "save", lambda _, **__: saved.append(True))
    with opened(settings, load) as services:
        assert services.upkeep.state() is UpkeepState.STOPPED
        services.upkeep.start()
        deadline = time.monotonic() + 30
        while not saved and time.monotonic() < deadline:
            time.sleep(0.01)
        assert services.upkeep.round() == {"weights"}
        assert services.upkeep.state() is UpkeepState.FAILING
        monkeypatch.undo()
        services.upkeep.stop()
        assert services.upkeep.state() is UpkeepState.STOPPED


def test_a_model_that_could_not_be_loaded_is_tried_again(settings: Settings, hashing_encoder: Encoder) -> None:
    tries = []

    def flaky(*_: object) -> Encoder:
        tries.append(True)
        if len(tries) == 1:
            raise ModelMissing("磁盘没有挂上。")
        return hashing_encoder

    services = build_services(settings, flaky)
    services.gateway.open()
    with pytest.raises(ModelMissing):
        services.gateway.encoder  # noqa: B018  (waits until it has been looked for)
    assert services.upkeep.round() == frozenset()
    assert services.gateway.encoder_state() == "ready"
    add(services)
    services.gateway.close()
    services.database.close()
