"""Queries are encoded once, and those that come when too many wait are turned away."""

import threading

import numpy as np
import pytest

from app.core.errors import Busy
from app.search.query_vectors import QueryVectors
from matching.embedding.encoder import Role


class Counting:
    """An encoder whose vectors tell their text; it can be held up."""

    model_id, dimension = "counting", 2

    def __init__(self):
        self.asked, self.go_on, self.arrived = [], threading.Event(), threading.Semaphore(0)
        self.go_on.set()

    def encode(self, texts, role=Role.DOCUMENT):
        self.arrived.release()
        self.go_on.wait(30)
        self.asked += [(text, role) for text in texts]
        return np.asarray([[len(text), role is Role.QUERY] for text in texts], np.float32)


def test_a_text_is_encoded_once_for_each_role_and_the_order_is_kept():
    encoder, vectors = Counting(), QueryVectors()
    first = vectors.encode(encoder, ["甲乙", "甲", "甲乙"], Role.QUERY)
    assert first.tolist() == [[2, 1], [1, 1], [2, 1]]
    again = vectors.encode(encoder, ["甲", "丙丙丙"], Role.QUERY)
    assert again.tolist() == [[1, 1], [3, 1]]
    assert vectors.encode(encoder, ["甲"]).tolist() == [[1, 0]]
    assert vectors.encode(encoder, []).shape == (0, 2)
    assert encoder.asked == [("甲乙", Role.QUERY), ("甲", Role.QUERY), ("丙丙丙", Role.QUERY), ("甲", Role.DOCUMENT)]


def test_only_so_many_are_kept_and_the_longest_unused_goes():
    encoder, vectors = Counting(), QueryVectors(kept=2)
    for text in ("甲", "乙", "甲", "丙", "甲", "乙"):
        vectors.encode(encoder, [text])
    assert [text for text, _ in encoder.asked] == ["甲", "乙", "丙", "乙"]


def test_vectors_of_different_models_never_meet():
    first, second, vectors = Counting(), Counting(), QueryVectors()
    second.model_id = "other"
    vectors.encode(first, ["甲"])
    vectors.encode(second, ["甲"])
    assert len(second.asked) == 1


def test_who_comes_when_too_many_wait_is_told_when_to_come_back():
    encoder, vectors = Counting(), QueryVectors(most_waiting=2)
    vectors.encode(encoder, ["已知"])
    encoder.go_on.clear()
    waiting = [threading.Thread(target=vectors.encode, args=(encoder, [text])) for text in ("甲", "乙")]
    for each in waiting:
        each.start()
    for _ in range(3):  # 已知, and both have their places
        assert encoder.arrived.acquire(timeout=30)
    with pytest.raises(Busy) as refused:
        vectors.encode(encoder, ["丙"])
    assert refused.value.retry_after > 0
    assert vectors.encode(encoder, ["已知"]).tolist() == [[2, 0]]  # which waits for nobody
    encoder.go_on.set()
    for each in waiting:
        each.join()
    assert vectors.encode(encoder, ["丙"]).tolist() == [[1, 0]]
