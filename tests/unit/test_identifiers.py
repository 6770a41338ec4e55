"""Identifiers sort in the order in which a process makes them."""

import time
from datetime import UTC, datetime

import pytest

from app.core.identifiers import first_id, new_id


def test_ids_of_one_process_ascend_also_within_a_millisecond() -> None:
    made = [new_id() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {32}


def test_they_ascend_where_the_clock_is_put_back_a_little_and_follow_it_where_it_was_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = time.time()
    before = new_id()
    monkeypatch.setattr(time, "time", lambda: real - 30)
    assert before < new_id() < new_id()
    monkeypatch.setattr(time, "time", lambda: real - 3600)
    assert new_id() < before


def test_an_id_sorts_after_the_moment_before_it() -> None:
    moment = datetime.now(UTC)
    assert first_id(moment) <= new_id()
