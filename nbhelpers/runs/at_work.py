"""The notebooks of a run that are at work, each on a kernel of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jupyter_client import KernelManager

from nbhelpers.runs.kernels import Kernels
from nbhelpers.runs.outcomes import Outcome

MOST_AT_ONCE = 8  # threads, which mostly wait: a few notebooks that still draw, those at work, and what gets kernels ready
NOTICED_EVERY = 0.2  # seconds; a signal that comes just before a wait is seen only after it

Execute = Callable[[Path, KernelManager, threading.Event], Outcome]  # sets the event when what later notebooks stand on is done


@dataclass(frozen=True)
class Notebook:
    """A notebook that has begun."""

    kernel: KernelManager
    is_settled: threading.Event  # what later ones stand on is done: what is left of it only looks at that
    outcome: Future[Outcome]


class AtWork:
    """Notebooks at work until the block ends; where it is broken off, their kernels are ended, and they with them."""

    def __init__(self, kernels: Kernels, execute: Execute, is_interrupted: threading.Event):
        self._kernels, self._execute, self._is_interrupted = kernels, execute, is_interrupted
        self._pool, self._begun = ThreadPoolExecutor(MOST_AT_ONCE), list[Notebook]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, problem: type[BaseException] | None, *_) -> None:
        if problem:
            self._is_interrupted.set()
            for notebook in self._begun:
                if not notebook.outcome.done():
                    notebook.kernel.shutdown_kernel(now=True)
        self._pool.shutdown()

    def begin(self, paths: list[Path], next_count: int) -> None:
        """Begin notebooks at the same time, and get kernels for the next ones ready meanwhile."""
        for path in paths:
            kernel, is_settled = self._kernels.take(), threading.Event()
            self._begun.append(Notebook(kernel, is_settled, self._pool.submit(self._serve, path, kernel, is_settled)))
        self._pool.submit(self._kernels.prepare, next_count)

    def wait_until_settled(self) -> None:
        """Wait until the next notebooks may begin."""
        for notebook in self._begun:
            while not notebook.is_settled.wait(NOTICED_EVERY):
                pass

    def wait_for_ends(self) -> int:
        """Wait until all that have begun have ended; returns the worst of their exit codes."""
        while wait([notebook.outcome for notebook in self._begun], timeout=NOTICED_EVERY).not_done:
            pass
        return self.exit_code()

    def exit_code(self) -> int:
        """The worst exit code of those that have ended; raises what one of them has raised."""
        return max((notebook.outcome.result().code for notebook in self._begun if notebook.outcome.done()), default=0)

    def _serve(self, path: Path, kernel: KernelManager, is_settled: threading.Event) -> Outcome:
        try:
            return self._execute(path, kernel, is_settled)
        finally:
            is_settled.set()
            self._kernels.release(kernel)
