"""Engine, sessions and transactions. Transactions begin and end here and nowhere else."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import Annotated, Any, TypeVar

import pysqlite3.dbapi2
from fastapi import Depends, Request
from pydantic_core import from_json
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from app.core.errors import Conflict, SetupError

_BAD_URL = (
    "SHUANGXU_DATABASE_URL 无法识别。请写成 postgresql://用户:密码@主机:5432/库名"
    "（密码里的 @ : / 写成 %40 %3A %2F），或删除该设置，改用数据目录里的 SQLite。"
)
# Debian's SQLite 3.40 has the WAL-reset corruption bug of 3.7.0 to 3.51.2; pysqlite3 brings its own.
_OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000
# Connections that are kept open, the last used first, so that few page caches fill; and those opened beside
# them when every thread of the server (40, while it writes some with a second) and of its worker needs one.
_KEPT_CONNECTIONS = 8
_MORE_CONNECTIONS = 88
# PostgreSQL lets 100 in by default, all processes together.
_MORE_ON_A_SERVER = 40
# Page cache of a connection, as SQLite counts it: KiB, negative. The system's own file cache is behind it.
_PAGE_CACHE = -8192
# PostgreSQL: held until commit while the change log is appended to, see `lock_change_log`.
_CHANGE_LOG_LOCK = 0x5368_7561  # "Shua"
# Likewise while the audit log is: each entry seals the one before.
_AUDIT_LOCK = 0x5368_7562
# How often what was prepared may be overtaken by others before that is told.
_MOST_TRIES = 5

Prepared = TypeVar("Prepared")
Written = TypeVar("Written")


class Database:
    """One database: SQLite by default, or PostgreSQL through psycopg 3.

    Raises:
        SetupError: the URL names neither.
    """

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError) as error:  # which may quote a password
            raise SetupError(_BAD_URL) from error
        if self.url.get_backend_name() not in {"sqlite", "postgresql", "postgres"}:
            raise SetupError(_BAD_URL)
        if self.url.drivername in {"postgresql", "postgres"}:
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()
        self._writing = self.engine.execution_options(writing=True)
        # SQLite shows a transaction one state by itself.
        self._reading = (
            self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )

    def _postgresql(self) -> Engine:
        return create_engine(
            self.url, pool_pre_ping=True, pool_size=_KEPT_CONNECTIONS, max_overflow=_MORE_ON_A_SERVER,
            json_deserializer=from_json,
        )  # fmt: skip

    def _sqlite(self) -> Engine:
        if pysqlite3.dbapi2.sqlite_version_info < _OLDEST_SQLITE:
            raise RuntimeError(f"SQLite {pysqlite3.dbapi2.sqlite_version} may corrupt its journal")
        engine = create_engine(
            self.url, module=pysqlite3.dbapi2, pool_size=_KEPT_CONNECTIONS, max_overflow=_MORE_CONNECTIONS,
            pool_use_lifo=True, json_deserializer=from_json,
        )  # fmt: skip

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",  # a commit that was acknowledged survives a power cut
                f"busy_timeout={BUSY_TIMEOUT_MS}",
                "foreign_keys=ON",
                f"cache_size={_PAGE_CACHE}",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            # A deferred transaction that turns to writing fails at once when another has written
            # meanwhile, without waiting: writers say so from the start.
            writing = connection.get_execution_options().get("writing")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def writing(self) -> Session:
        """Return a session that writes, without a connection until its transaction is begun and asks for one."""
        return Session(self._writing, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads, and see one state of the database throughout, or until `release`."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that writes; commit at the end, roll back on any exception."""
        with self.writing() as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def release(session: Session) -> None:
    """Give the connection of a session that reads back, until it is asked again, and keep what was read.

    Raises:
        RuntimeError: something read was changed, which would be written now.
    """
    if session.dirty or session.new or session.deleted:
        raise RuntimeError("a session that reads holds changes")
    session.commit()


class Overtaken(Exception):
    """What was prepared is of an older version than what is stored now."""


def prepare_then_apply(
    database: Database, prepare: Callable[[Session], Prepared], apply: Callable[[Session, Prepared], Written]
) -> Written:
    """Prepare without a transaction that writes, then write in one; prepare again where somebody was quicker.

    Args:
        prepare: reads what it needs, gives its connection back by `release`, then does what is costly.
        apply: writes; raises Overtaken if what it finds is not what was prepared for.

    Raises:
        Conflict: others were quicker each time.
    """
    for _ in range(_MOST_TRIES):
        with database.read() as session:
            prepared = prepare(session)
        try:
            with database.write() as session:
                return apply(session, prepared)
        except Overtaken:
            continue
    raise Conflict("别人正在频繁修改同一内容，这次没有保存。请刷新后再试。")


def lock_change_log(session: Session) -> None:
    """Make sequence numbers become visible in their order, until this transaction ends.

    On PostgreSQL a later number may commit before an earlier one: an index that has read up to
    the later would never see the earlier. SQLite has one writer at a time anyway.
    """
    _lock(session, _CHANGE_LOG_LOCK)


def lock_audit_log(session: Session) -> None:
    """Let one transaction at a time append to the audit log, until it ends."""
    _lock(session, _AUDIT_LOCK)


def _lock(session: Session, key: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _database_of(request: Request) -> Database:  # a plain function would take a thread
    return _database(request)


def _reading(request: Request) -> Iterator[Session]:
    with _database(request).read() as session:
        yield session


async def _writing(request: Request) -> AsyncIterator[Session]:
    with _database(request).writing() as session:
        yield session


# Scope "function": the session ends before the answer is sent. With the default scope a failing
# commit would follow an answer of success.
ReadSession = Annotated[Session, Depends(_reading, scope="function")]
# The transaction is begun and committed by `in_transaction`.
WriteSession = Annotated[Session, Depends(_writing, scope="function")]
DatabaseOf = Annotated[Database, Depends(_database_of)]


def in_transaction(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return a route that commits what it wrote in its WriteSession, or takes it back on any exception.

    In the thread of the route: a commit by the dependency would wait for another thread while it holds
    SQLite's lock, and all threads may be waiting for that lock.

    Raises:
        TypeError: the route is a coroutine, whose transaction would hold up all others.
    """
    named = (each.name for each in signature(endpoint).parameters.values() if each.annotation == WriteSession)
    name = next(named, None)
    if name is None:
        return endpoint
    if iscoroutinefunction(endpoint):
        raise TypeError(f"{endpoint.__name__} writes and is a coroutine")

    @wraps(endpoint)
    def committed(**arguments: Any) -> Any:
        with arguments[name].begin():
            return endpoint(**arguments)

    return committed
