"""A route that writes does so in one transaction; what was prepared from an older version is prepared again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.core.database import Database, Overtaken, WriteSession, in_transaction, prepare_then_apply, release
from app.core.errors import Conflict
from app.models import Code, CodeList

# More than the server has threads: each waits for SQLite's lock, which the one that is at it holds.
WRITERS = 60


def code(name: str) -> Code:
    return Code(list=CodeList.CHAINS, code=name, name=name, level=1, position=0)


def stored(database: Database, name: str) -> Code | None:
    with database.read() as session:
        return session.get(Code, (CodeList.CHAINS.value, name))


def test_writers_beyond_the_threads_of_the_server_do_not_wait_for_one_another(
    client: TestClient, operator: dict[str, str]
) -> None:
    def set_target(number: int) -> int:
        place = {"scope": "district", "district": f"第{number}区"}
        wanted = {"year": 2027, "measure": "absorbed", "amount": "5", **place}
        return client.post("/api/v1/board/targets", json=wanted, headers=operator).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        assert list(pool.map(set_target, range(WRITERS))) == [201] * WRITERS


def test_a_route_that_fails_takes_back_what_it_wrote(database: Database) -> None:
    @in_transaction
    def route(session: WriteSession, *, fails: bool) -> None:
        session.add(code("one"))
        session.flush()
        if fails:
            raise Conflict("refused")

    with database.writing() as session, pytest.raises(Conflict):
        route(session=session, fails=True)
    assert stored(database, "one") is None
    with database.writing() as session:
        route(session=session, fails=False)
    assert stored(database, "one") is not None


def test_a_coroutine_may_not_write() -> None:
    async def route(session: WriteSession, _: Annotated[Response, None]) -> None: ...

    with pytest.raises(TypeError, match="coroutine"):
        in_transaction(route)


def test_what_was_overtaken_is_prepared_again(database: Database) -> None:
    with database.write() as session:
        session.add(code("one"))
    read: list[int] = []

    def prepare(session: Session) -> int:
        found = session.get(Code, (CodeList.CHAINS.value, "one"))
        assert found is not None
        read.append(found.position)
        release(session)
        if len(read) < 3:
            with database.write() as other:  # no connection is held meanwhile, so that somebody else may write
                changed = other.get(Code, (CodeList.CHAINS.value, "one"))
                assert changed is not None
                changed.position += 1
        return read[-1]

    def apply(session: Session, position: int) -> str:
        found = session.get(Code, (CodeList.CHAINS.value, "one"))
        assert found is not None
        if found.position != position:
            raise Overtaken
        found.name = "written"
        return "done"

    assert prepare_then_apply(database, prepare, apply) == "done"
    assert read == [0, 1, 2]
    after = stored(database, "one")
    assert after is not None
    assert (after.name, after.position) == ("written", 2)


def test_who_is_overtaken_each_time_is_told(database: Database) -> None:
    def apply(session: Session, _: None) -> None:
        session.add(code("one"))
        session.flush()
        raise Overtaken

    with pytest.raises(Conflict, match="没有保存"):
        prepare_then_apply(database, lambda _: None, apply)
    assert stored(database, "one") is None
