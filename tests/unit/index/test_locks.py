"""Readers share the lock, a writer owns it."""

import threading

from matching.index.locks import ReadWriteLock


def test_readers_hold_the_lock_together() -> None:
    lock, together = ReadWriteLock(), threading.Barrier(2, timeout=60)

    def read() -> None:
        with lock.read():
            together.wait()

    other = threading.Thread(target=read)
    other.start()
    read()
    other.join()
    assert not together.broken


def test_a_writer_is_alone_and_loses_no_step() -> None:
    lock, state = ReadWriteLock(), {"left": 0, "right": 0}
    torn: list[tuple[int, int]] = []

    def write() -> None:
        for _ in range(300):
            with lock.write():
                state["left"] += 1
                threading.Event().wait(0.00001)
                state["right"] += 1

    def read() -> None:
        for _ in range(300):
            with lock.read():
                if state["left"] != state["right"]:
                    torn.append((state["left"], state["right"]))

    threads = [threading.Thread(target=work) for work in (write, write, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torn == []
    assert state == {"left": 600, "right": 600}


def test_a_waiting_writer_goes_before_new_readers() -> None:
    lock, order = ReadWriteLock(), []
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.read():
            holding.set()
            release.wait(5)

    def write() -> None:
        with lock.write():
            order.append("writer")

    def read() -> None:
        with lock.read():
            order.append("reader")

    first = threading.Thread(target=hold)
    first.start()
    holding.wait(5)
    writer = threading.Thread(target=write)
    writer.start()
    while not lock._writers_waiting:
        threading.Event().wait(0.001)
    reader = threading.Thread(target=read)
    reader.start()
    reader.join(0.05)
    assert order == []
    release.set()
    for thread in (first, writer, reader):
        thread.join(5)
    assert order == ["writer", "reader"]
