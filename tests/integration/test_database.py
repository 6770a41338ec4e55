"""Migrations, transactions and the change log, on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text

from app.core.database import Database
from app.core.migrations import alembic_config, migrate
from app.models import Achievement, Base, Change, Organisation, OrganisationKind, RecordKind, Status, Tag, Vector
from app.search.preparation import Prepared, store
from app.search.repository import Changes, SearchRepository


def add_achievement(database: Database, title: str, **fields: object) -> str:
    """Store an achievement with a vector of one number, and return its id."""
    vector, pieces = (f"hash of {title}", b"\0\0\x80?"), (f"pieces of {title}", b"\0<")
    prepared = Prepared("m", (vector,), pieces, {"title": [title]}, frozenset({1}))
    with database.write() as session:
        organisation = session.scalar(select(Organisation))
        if organisation is None:
            organisation = Organisation(name="云澜理工大学（示例）", kind=OrganisationKind.UNIVERSITY)
        record = Achievement(title=title, title_key=title, summary="简介", visibility="public", **fields)
        record.organisation = organisation
        session.add(record)
        store(session, [(record, prepared)])
        return record.id


def test_migrations_go_up_down_and_up_without_losing_their_way(database: Database) -> None:
    config = alembic_config()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(database)
    with database.engine.connect() as connection:
        assert set(Base.metadata.tables) <= set(inspect(connection).get_table_names())


def test_models_and_migrations_describe_the_same_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    id = add_achievement(database, "干法制粒")
    migrate(database)
    with database.read() as session:
        assert session.get(Achievement, id) is not None


def test_amounts_are_exact(database: Database) -> None:
    id = add_achievement(database, "甲", price_min_wan=Decimal("0.1"), price_max_wan=Decimal("1234567.89"))
    with database.read() as session:
        record = session.get(Achievement, id)
        assert record is not None
        assert (record.price_min_wan, record.price_max_wan) == (Decimal("0.1"), Decimal("1234567.89"))


def test_choices_are_stored_as_words(database: Database) -> None:
    id = add_achievement(database, "乙")
    with database.read() as session:
        row = session.execute(text("SELECT status, visibility FROM achievements WHERE id = :id"), {"id": id}).one()
    assert tuple(row) == (Status.PUBLISHED.value, "public")


def test_a_failed_transaction_leaves_neither_record_nor_change(database: Database) -> None:
    class Stop(Exception):
        pass

    def fail() -> None:
        with database.write() as session:
            session.add(Organisation(name="临河（示例）", kind=OrganisationKind.ENTERPRISE))
            SearchRepository(session).append_change(RecordKind.NEEDS, {"x": False})
            raise Stop

    with pytest.raises(Stop):
        fail()
    with database.read() as session:
        assert session.scalar(select(Organisation)) is None
        assert SearchRepository(session).last_sequence() == 0


def test_record_vectors_terms_tags_and_change_are_written_together(database: Database) -> None:
    id = add_achievement(database, "丙", industries=["2661"])
    with database.read() as session:
        repository = SearchRepository(session)
        last = repository.last_sequence()
        assert repository.changed_since(0, 10) == Changes(last, last, {RecordKind.ACHIEVEMENTS: [id]})
        vectors = repository.vectors(RecordKind.ACHIEVEMENTS, [id], "m")[id]
        assert vectors.title.tolist() == [1.0]
        assert vectors.passages.shape == (0, 1)
        assert repository.terms(RecordKind.ACHIEVEMENTS, [id], "another segmenter") == {}
        assert set(session.scalars(select(Tag.value))) == {"2661", "266", "26", "C"}


def test_a_changed_text_drops_vectors_of_all_models_and_an_unchanged_one_keeps_them(database: Database) -> None:
    id = add_achievement(database, "丁")
    kind = RecordKind.ACHIEVEMENTS
    old = [("hash of 丁", b"\0\0\x80?")]
    with database.write() as session:
        SearchRepository(session).store_vectors(kind, id, "other model", old)
    with database.write() as session:
        SearchRepository(session).store_vectors(kind, id, "m", old)
        assert set(session.scalars(select(Vector.model_id))) == {"m", "other model"}
    with database.write() as session:
        SearchRepository(session).store_vectors(kind, id, "m", [("hash of a new text", b"\0\0\0\0")])
        assert session.execute(select(Vector.model_id, Vector.content_hash)).all() == [("m", "hash of a new text")]


def test_a_later_number_waits_for_an_earlier_one(database: Database) -> None:
    """Whoever has read up to a number has seen every smaller one: they commit in their order."""
    second_done = threading.Event()

    def second() -> None:
        with database.write() as session:
            SearchRepository(session).append_change(RecordKind.NEEDS, {"second": False})
        second_done.set()

    thread = threading.Thread(target=second)
    with database.write() as session:
        SearchRepository(session).append_change(RecordKind.NEEDS, {"first": False})
        session.flush()
        thread.start()
        assert not second_done.wait(0.5)
    assert second_done.wait(10)
    thread.join()
    with database.read() as session:
        assert list(session.scalars(select(Change.record_id).order_by(Change.sequence))) == ["first", "second"]


def test_eight_writers_lose_no_update(database: Database) -> None:
    """BEGIN IMMEDIATE on SQLite, row locks on PostgreSQL: nobody fails, nothing is lost."""

    def write(worker: int) -> None:
        for at in range(25):
            with database.write() as session:
                session.execute(insert(Tag).values(kind="k", record_id=f"{worker}-{at}", facet="f", value="v"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))  # raises what a thread raised
    with database.read() as session:
        assert len(list(session.scalars(select(Tag.record_id)))) == 200
