"""Turns at one network: never two at once, short work first."""

import threading
import time

from matching.embedding.turns import Turns


def test_nobody_shares_a_turn():
    turns, inside, most = Turns(), [], []

    def work(short):
        for _ in range(50):
            with turns.take(short=short):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0001)
                inside.pop()

    threads = [threading.Thread(target=work, args=(at % 2 == 0,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 300


def test_short_work_comes_before_long_work_that_waited_longer():
    turns, order = Turns(), []

    def work(name, short):
        with turns.take(short=short):
            order.append(name)

    with turns.take(short=False):
        threads = [threading.Thread(target=work, args=each) for each in (("long", False), ("short", True))]
        for number, thread in enumerate(threads, start=1):
            thread.start()
            deadline = time.monotonic() + 60
            while sum(turns._waiting.values()) < number:
                assert time.monotonic() < deadline
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == ["short", "long"]


def test_a_turn_is_given_back_after_a_failure():
    turns = Turns()
    try:
        with turns.take(short=True):
            raise RuntimeError
    except RuntimeError:
        pass
    with turns.take(short=False):
        pass


def test_long_work_goes_on_however_much_short_work_comes():
    turns, order, stop = Turns(), [], threading.Event()

    def flood():
        while not stop.is_set():
            with turns.take(short=True):
                time.sleep(0.001)

    threads = [threading.Thread(target=flood) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        with turns.take(short=False):
            order.append(1)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(order) == 20
