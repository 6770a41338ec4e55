"""Vectors and terms are those of the texts that a record has, whoever writes meanwhile; `check` sees where not."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR
from app.core.database import Database
from app.core.settings import Settings
from app.imports.identity import find_stored
from app.imports.local import import_here
from app.models import Achievement, LexicalTerms, PieceVectors, RecordKind, Upload, Vector
from app.records.transactions import change_record
from app.search.check import check_index
from app.search.encoders import EncoderLoader
from app.search.preparation import Prepared
from app.search.repository import SearchRepository
from app.services import Services
from tests.asking import new_record, record_called
from tests.installations import opened

KIND = RecordKind.ACHIEVEMENTS
OTHER_VECTORS = "achievements：向量不是现有文字的"
OTHER_TERMS = "achievements：词项不是现有文字的"


def add(services: Services, number: str = "甲-1", summary: str = "磁选柱提高铁精矿品位（示例）。") -> str:
    body = AchievementIn(title="磁选柱精选", summary=summary, external_id=number, organisation="云澜理工大学（示例）")
    record = new_record(services, KIND, body.model_dump(), OPERATOR)
    return record.id


def check(services: Services) -> dict[str, list[str]]:
    return check_index(services.database, services.gateway)


def test_check_sees_vectors_and_terms_of_other_texts(services: Services) -> None:
    id, by_keywords = add(services), add(services, "甲-2")
    assert check(services) == {}
    with services.database.write() as session:
        for name, field, value in ((id, "summary", "另一段文字（示例）。"), (by_keywords, "keywords", ["磁系"])):
            record = session.get(Achievement, name)
            assert record is not None
            setattr(record, field, value)  # past the one write path
    assert check(services) == {OTHER_VECTORS: sorted((id, by_keywords)), OTHER_TERMS: sorted((id, by_keywords))}


def test_check_sees_what_was_encoded_by_older_rules(services: Services) -> None:
    id = add(services)
    with services.database.write() as session:
        session.query(PieceVectors).update({"rules": "older"})
    assert check(services) == {"achievements：尚未编码": [id]}


@pytest.mark.parametrize("lacking", [Vector, LexicalTerms])
def test_nothing_of_an_older_text_is_stored_over_a_newer_one(
    database: Database, settings: Settings, load: EncoderLoader, monkeypatch: pytest.MonkeyPatch, lacking: type[Any]
) -> None:
    url = database.url.render_as_string(hide_password=False)
    with opened(settings.model_copy(update={"database_url": url}), load) as services:
        id = add(services)
        with services.database.write() as session:
            session.execute(delete(lacking))
        changing = threading.Thread(
            target=change_record,
            args=(
                services.database,
                services.records[KIND],
                id,
                {"summary": "改写过的文字（示例）。"},
                '"1"',
                OPERATOR,
            ),
        )

        def change_meanwhile(store: Any) -> Any:
            def stored(repository: SearchRepository, *of: Any) -> None:
                if threading.current_thread() is threading.main_thread() and changing.ident is None:
                    changing.start()
                    changing.join(1)  # it waits for us where it must, and has committed where it need not
                store(repository, *of)

            return stored

        name = "store_vectors" if lacking is Vector else "store_terms"
        monkeypatch.setattr(SearchRepository, name, change_meanwhile(getattr(SearchRepository, name)))
        if lacking is Vector:
            services.gateway.encode_missing()
        else:
            services.gateway.index.rebuild()
        changing.join(10)
        assert record_called(services, KIND, id).version == 2
        assert check(services) == {}


def test_a_row_compared_before_somebody_s_change_is_compared_anew(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = add(services)
    file = tmp_path / "again.csv"
    file.write_text(
        "成果编号,成果名称,成果简介,所在单位\n甲-1,磁选柱精选,表里的新文字（示例）。,云澜理工大学（示例）\n"
    )
    prepare = services.gateway.prepare
    changes: list[int] = []

    def change_meanwhile(kind: RecordKind, documents: Sequence[Any]) -> list[Prepared]:
        prepared = prepare(kind, documents)
        if not changes:
            changes.append(1)
            fields = {"title": "磁选柱再选", "indicators": "精矿品位不低于66%"}
            record = change_record(services.database, services.records[kind], id, fields, '"1"', OPERATOR)
            changes.append(record.version)
        return prepared

    monkeypatch.setattr(services.gateway, "prepare", change_meanwhile)
    upload = import_here(services.parts, file, KIND, OPERATOR, "云澜理工大学（示例）")
    assert (upload.updated, upload.rejected, changes) == (1, 0, [1, 2])
    record = record_called(services, KIND, id)
    assert (record.version, record.title, record.summary) == (3, "磁选柱精选", "表里的新文字（示例）。")
    assert record.indicators == "精矿品位不低于66%"
    assert check(services) == {}


def test_two_files_at_once_do_not_both_add_one_record(
    database: Database, settings: Settings, load: EncoderLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.url.render_as_string(hide_password=False)
    for name in ("first.csv", "second.csv"):
        (tmp_path / name).write_text(
            "成果名称,成果简介,完成单位\n磁选柱精选,磁选柱提高铁精矿品位（示例）。,云澜理工大学（示例）\n"
        )
    with opened(settings.model_copy(update={"database_url": url}), load) as services:
        add(services)  # whose organisation is theirs
        # Of one organisation uploads wait for each other; staff hand files in for several.
        second = threading.Thread(
            target=import_here, args=(services.parts, tmp_path / "second.csv", KIND, OPERATOR, "云澜理工大学（示例）")
        )

        def meanwhile(*of: Any, lock: bool = False) -> Any:
            found = find_stored(*of, lock=lock)
            if lock and threading.current_thread() is threading.main_thread():
                second.start()
                second.join(2)  # it waits for us, and we not for it
            return found

        monkeypatch.setattr("app.imports.batches.find_stored", meanwhile)
        upload = import_here(services.parts, tmp_path / "first.csv", KIND, OPERATOR)
        second.join(30)
        assert upload.created == 1
        with services.database.read() as session:
            uploads = {each.file_name: (each.created, each.unchanged) for each in session.scalars(select(Upload))}
            titles = session.scalars(select(Achievement.title).where(Achievement.external_id.is_(None))).all()
    assert uploads == {"first.csv": (1, 0), "second.csv": (0, 1)}
    assert titles == ["磁选柱精选"]


def test_changes_are_applied_while_a_snapshot_is_written(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    index = services.gateway.index
    add(services)
    index.catch_up()
    writing, go_on = threading.Event(), threading.Event()

    def slow(*_: Any) -> None:
        writing.set()
        assert go_on.wait(10)

    monkeypatch.setattr("app.search.index.write_snapshot", slow)
    saving = threading.Thread(target=index.save, kwargs={"force": True})
    saving.start()
    try:
        assert writing.wait(10)
        before = index.sequence
        add(services, "甲-2")
        caught = threading.Thread(target=index.catch_up)
        caught.start()
        caught.join(5)
        assert index.sequence == before + 1
    finally:
        go_on.set()
        saving.join(10)
