"""The index follows the database: catch-up, snapshots, damage, other processes."""

from collections.abc import Iterator

import pytest

from app.achievements.schemas import AchievementIn
from app.core.caller import ANYBODY, OPERATOR
from app.core.errors import ModelMissing
from app.core.migrations import migrate
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import Achievement, RecordKind
from app.records.transactions import change_record
from app.search.check import check_index
from app.search.encoders import EncoderLoader
from app.search.repository import SearchRepository
from app.services import Services, build_services
from matching.embedding.encoder import Encoder
from matching.index.snapshot import newest_snapshot
from tests.asking import Asking, new_record, record_called, written
from tests.installations import opened

pytestmark = pytest.mark.real_model

TEXT = "矿用皮带机托辊卡死声学诊断，采集轴承声纹并给出更换时间"


def open_installation(settings: Settings) -> Services:
    services = build_services(settings)
    migrate(services.database)
    services.gateway.open()
    return services


@pytest.fixture
def seeded(seeded_settings: Settings) -> Iterator[Services]:
    services = open_installation(seeded_settings)
    yield services
    services.gateway.close()
    services.database.close()


def add(services: Services, title: str = "托辊声学诊断") -> str:
    body = AchievementIn(title=title, summary=TEXT, organisation="云澜理工大学（示例）")
    record = new_record(services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)
    return record.id


def found(services: Services, text: str = TEXT) -> list[str]:
    answer = Asking(services).for_text(text, RecordKind.ACHIEVEMENTS, ANYBODY, 5, RecordFilter())
    return [result.record.id for result in answer.results]


def test_a_committed_record_is_found_by_the_next_search(seeded: Services) -> None:
    assert found(seeded)[0] != (id := add(seeded))
    assert found(seeded)[0] == id


def test_a_write_of_another_process_is_found_too(seeded: Services, seeded_settings: Settings) -> None:
    other = open_installation(seeded_settings)
    id = add(other)
    other.gateway.close()
    assert found(seeded)[0] == id


def test_a_snapshot_gives_the_same_answers_as_a_rebuild(seeded: Services, seeded_settings: Settings) -> None:
    add(seeded)
    seeded.gateway.index.catch_up()
    seeded.gateway.index.save(force=True)
    from_snapshot = open_installation(seeded_settings)
    from_database = open_installation(seeded_settings)
    from_database.gateway.index.rebuild()
    answers = [
        Asking(services).for_text(TEXT, RecordKind.ACHIEVEMENTS, OPERATOR, 20, RecordFilter())
        for services in (from_snapshot, from_database)
    ]
    first, second = ([(each.score, each.record.id) for each in answer.results] for answer in answers)
    assert first == second
    assert check_index(from_snapshot.database, from_snapshot.gateway) == {}


@pytest.mark.parametrize("pattern", ["*-titles/vectors.faiss", "*-lexical/postings.npz", "manifest.json"])
def test_a_damaged_snapshot_is_noticed_and_searches_go_on(seeded_settings: Settings, pattern: str) -> None:
    folder = newest_snapshot(seeded_settings.index_dir)
    assert folder is not None
    file = next(folder.glob(pattern))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x20
    file.write_bytes(data)
    services = open_installation(seeded_settings)
    assert services.gateway.index.damage is not None or pattern == "manifest.json"
    assert found(services)
    differences = check_index(services.database, services.gateway)
    assert list(differences) == (["快照文件损坏（已改由数据库重建）"] if services.gateway.index.damage else [])
    services.gateway.index.save(force=True)
    assert open_installation(seeded_settings).gateway.index.damage is None


def test_check_names_what_differs(seeded: Services) -> None:
    index = seeded.gateway.index
    matcher = index.matchers[RecordKind.ACHIEVEMENTS]
    gone, altered = sorted(matcher.lexical.ids())[:2]
    matcher.delete([gone])
    assert set(check_index(seeded.database, seeded.gateway)) == {"achievements：数据库有而索引没有"}
    index.rebuild()
    with seeded.database.write() as session:
        record = session.get(Achievement, altered)
        assert record is not None
        record.version += 1  # a change that went past the change log
    assert check_index(seeded.database, seeded.gateway) == {"achievements：版本不一致": [altered]}


def test_rebuilding_needs_no_model(seeded_settings: Settings) -> None:
    services = build_services(seeded_settings.model_copy(update={"model": "/nowhere"}))
    with services.database.write() as session:
        model = SearchRepository(session).active_model()
        assert model is not None
        model.source = "/nowhere"
    services.gateway.open()
    services.gateway.index.rebuild()
    with pytest.raises(ModelMissing):  # waits until it has been looked for
        services.gateway.encoder  # noqa: B018
    assert services.gateway.encoder_state() == "missing"
    need = record_called(services, RecordKind.NEEDS, "XQ-coal-01")
    answer = Asking(services).for_record(need, OPERATOR, 5, RecordFilter())
    assert (len(answer.results), answer.degraded) == (5, False)  # its vectors are stored
    by_words = Asking(services).for_text(TEXT, RecordKind.ACHIEVEMENTS, ANYBODY, 5, RecordFilter())
    assert by_words.results
    assert by_words.degraded


def test_what_is_no_text_changes_without_a_model(seeded_settings: Settings, load: EncoderLoader) -> None:
    with opened(seeded_settings, load) as seeded:
        id = add(seeded)

    def missing(*_: object) -> Encoder:
        raise ModelMissing("没有模型。")

    with opened(seeded_settings, missing) as services:
        records = services.records[RecordKind.ACHIEVEMENTS]
        changed = change_record(services.database, records, id, {"contact": "王老师", "maturity": 9}, '"1"', OPERATOR)
        assert (changed.version, changed.contact) == (2, "王老师")
        wanted = Asking(services).for_text(TEXT, RecordKind.ACHIEVEMENTS, OPERATOR, 5, RecordFilter(maturity=9))
        assert id in [result.record.id for result in wanted.results]
        with pytest.raises(ModelMissing):
            change_record(services.database, records, id, {"summary": "换成别的文字（示例）。"}, '"2"', OPERATOR)
        assert written(services.database, records.named, id, OPERATOR).version == 2
        written(services.database, records.withdraw, id, '"2"', OPERATOR)


def test_a_withdrawn_record_leaves_the_index(seeded: Services) -> None:
    id = add(seeded)
    written(seeded.database, seeded.records[RecordKind.ACHIEVEMENTS].withdraw, id, '"1"', OPERATOR)
    assert id not in found(seeded)
    assert check_index(seeded.database, seeded.gateway) == {}
