"""Notebooks at work: the next begins when what it stands on is done, a gate when all before it have ended, a broken run ends all."""

import threading
from pathlib import Path

import pytest

from nbhelpers.runs.at_work import AtWork
from nbhelpers.runs.outcomes import BROKEN, Outcome

DONE, FAILED = Outcome("done", 0, ""), Outcome("broken", BROKEN, "")
FIRST, SECOND = Path("20_first.ipynb"), Path("21_second.ipynb")


class Kernel:
    """A kernel that a notebook waits on."""

    def __init__(self):
        self.ended, self.is_released = threading.Event(), False

    def shutdown_kernel(self, now: bool) -> None:
        self.ended.set()


class Kernels:
    """As many as are asked for."""

    def __init__(self):
        self.taken: list[Kernel] = []
        self.wanted: list[int] = []

    def take(self) -> Kernel:
        self.taken.append(Kernel())
        return self.taken[-1]

    def prepare(self, count: int) -> None:
        self.wanted.append(count)

    def release(self, kernel: Kernel) -> None:
        kernel.is_released = True


@pytest.fixture
def kernels() -> Kernels:
    return Kernels()


def test_the_next_notebook_begins_while_the_one_before_still_draws_and_its_failure_is_told_when_it_ends(kernels):
    draws, begun = threading.Event(), []

    def execute(path: Path, kernel: Kernel, is_settled: threading.Event) -> Outcome:
        begun.append(path)
        if path == SECOND:
            return DONE
        is_settled.set()
        draws.wait()
        return FAILED

    with AtWork(kernels, execute, threading.Event()) as at_work:
        at_work.begin([FIRST], 1)
        at_work.wait_until_settled()
        assert at_work.exit_code() == 0
        at_work.begin([SECOND], 0)
        at_work.wait_until_settled()
        assert begun == [FIRST, SECOND]
        assert not kernels.taken[0].is_released
        draws.set()
        assert at_work.wait_for_ends() == BROKEN
    assert [kernel.is_released for kernel in kernels.taken] == [True, True]
    assert sorted(kernels.wanted) == [0, 1]


def test_a_notebook_that_does_not_say_when_is_settled_when_it_has_ended(kernels):
    with AtWork(kernels, lambda path, kernel, is_settled: DONE, threading.Event()) as at_work:
        at_work.begin([FIRST, SECOND], 0)
        at_work.wait_until_settled()
        assert at_work.wait_for_ends() == 0


def test_an_interrupted_run_ends_the_kernels_of_those_at_work_and_waits_for_them(kernels):
    is_interrupted, ended = threading.Event(), []

    def execute(path: Path, kernel: Kernel, is_settled: threading.Event) -> Outcome:
        is_settled.set()
        kernel.ended.wait()
        ended.append((path, is_interrupted.is_set()))
        return FAILED

    with pytest.raises(KeyboardInterrupt), AtWork(kernels, execute, is_interrupted) as at_work:
        at_work.begin([FIRST, SECOND], 0)
        at_work.wait_until_settled()
        raise KeyboardInterrupt
    assert sorted(ended) == [(FIRST, True), (SECOND, True)]


def test_what_a_notebook_raises_is_raised_in_the_run(kernels):
    def execute(path: Path, kernel: Kernel, is_settled: threading.Event) -> Outcome:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), AtWork(kernels, execute, threading.Event()) as at_work:
        at_work.begin([FIRST], 0)
        at_work.wait_for_ends()
