"""Layouts cost what one processor gives: one at a time, a short queue, and no second try of what cannot be made."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from declaration.errors import LimitExceeded
from declaration.services.renderings import Renderings
from declaration.services.traffic import TooOften


def test_whoever_comes_when_too_many_wait_is_turned_away_and_may_come_again():
    renderings = Renderings(waiting=2)
    begun, go = threading.Event(), threading.Event()
    made = []

    def make():
        begun.set()
        assert go.wait(10)
        made.append(1)
        return b"poster"

    def seated():
        return renderings._seats._value  # how many places are free

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(renderings.get, "a", make)
        assert begun.wait(10)
        others = [pool.submit(renderings.get, "a", make) for _ in range(2)]
        while seated():
            pass
        with pytest.raises(TooOften) as caught:
            renderings.get("b", make)
        assert caught.value.seconds > 0
        go.set()
        assert {first.result(), *(other.result() for other in others)} == {b"poster"}
    assert made == [1]
    assert renderings.get("a", make) == b"poster"


def test_what_cannot_be_made_is_not_tried_again():
    renderings = Renderings()
    tried = []

    def make():
        tried.append(1)
        raise LimitExceeded("poster.full", "It does not fit.", hint="Leave something out.")

    for _ in range(3):
        with pytest.raises(LimitExceeded, match="does not fit"):
            renderings.get("a", make)
    assert tried == [1]


def test_another_failure_is_not_kept():
    renderings = Renderings(waiting=1)
    answers = iter([OSError("disk"), b"made"])

    def make():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(OSError, match="disk"):
        renderings.get("a", make)
    assert renderings.get("a", make) == b"made"
