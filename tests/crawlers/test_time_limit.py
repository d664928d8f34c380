"""Work that cannot be interrupted politely ends at its limit, and the limit ends with the work."""

import threading
import time

import pytest

from crawlers.time_limit import TookTooLong, within


def busy(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(100))


def test_work_beyond_its_limit_is_ended_and_shorter_work_is_not():
    began = time.monotonic()
    with pytest.raises(TookTooLong), within(0.1):
        busy(5)
    assert time.monotonic() - began < 2
    with within(0.2):
        busy(0.01)
    busy(0.4)  # the limit ended with its block


def test_beside_the_main_thread_there_is_no_limit():
    done = []

    def work() -> None:
        with within(0.01):
            busy(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
