"""Executing one notebook on a kernel by papermill, and judging how it ended."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client import KernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from nbhelpers.errors import unwritable
from nbhelpers.runs import outcomes
from nbhelpers.runs.outcomes import Outcome

ENGINE = "backfill"
logging.getLogger("papermill").addHandler(logging.NullHandler())  # what it would say of a dead kernel, the run says


def known_parameters(path: Path, values: dict) -> dict:
    """Those of some values that a notebook has parameters for."""
    names = papermill.inspect_notebook(str(path))
    return {name: value for name, value in values.items() if name in names}


def execute(
    path: Path, copy: Path, parameters: dict, kernel: KernelManager, show: Callable[[str], None], is_interrupted: threading.Event
) -> Outcome:
    """Execute a notebook into `copy`, showing its lines as it prints them."""
    printed = Printed(show)
    try:
        papermill.execute_notebook(
            str(path), str(copy), parameters, ENGINE, km=kernel, progress_bar=False, stdout_file=printed, kernel_name="python3"
        )
    except PapermillExecutionError as problem:
        return outcomes.failed(problem.ename, problem.evalue)
    except OSError as problem:  # the executed copy cannot be written
        return outcomes.failed("Broken", str(unwritable(problem)))
    except (DeadKernelError, RuntimeError):
        return outcomes.STOPPED_BY_SIGNAL if is_interrupted.is_set() else outcomes.DEAD_KERNEL
    return _judged(path, nbformat.read(copy, 4), printed.last_line)


def _judged(path: Path, executed: nbformat.NotebookNode, last_line: str) -> Outcome:
    """The outcome of a notebook that papermill calls done: it takes exits and some tags for success."""
    cells = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source]
    skipped = [cell for cell in cells if cell.execution_count is None]
    if skipped:
        return outcomes.skipped_cells(path.name, len(skipped))
    errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
    if errors:  # a raises-exception tag lets papermill run on past them
        return outcomes.failed(errors[0].ename, errors[0].evalue)
    return Outcome("done", 0, last_line)


class SavedAfterCode(NotebookExecutionManager):
    """papermill's account of a notebook at work, written after each cell of code, while the kernel is at the next one.

    papermill writes around every cell, and the kernel waits.
    """

    output_path: str | None
    _is_unsaved = False

    def cell_start(self, cell: nbformat.NotebookNode, cell_index: int | None = None, **_: object) -> None:
        """Note that a cell begins."""
        self._note(super().cell_start, cell, cell_index)

    def cell_complete(self, cell: nbformat.NotebookNode, cell_index: int | None = None, **_: object) -> None:
        """Note that a cell has ended, and have the copy written where it was code."""
        self._note(super().cell_complete, cell, cell_index)
        if cell.cell_type == "code":
            self._is_unsaved, loop = True, ensure_event_loop()
            loop.call_soon(loop.call_soon, self._save_unsaved)  # in its first turn the next cell is sent to the kernel

    def end(self, is_saving: bool) -> None:
        """Note that the notebook has ended; papermill itself writes what has come to its end."""
        self._is_unsaved = False
        if not is_saving:
            self.output_path = None
        self.notebook_complete()

    def _save_unsaved(self) -> None:
        if self._is_unsaved:
            self._is_unsaved = False
            self.save()

    def _note(self, note: Callable, *about: object) -> None:
        path, self.output_path = self.output_path, None
        note(*about)
        self.output_path = path


class Engine(NBClientEngine):
    """papermill's engine, with an account of ours."""

    @classmethod
    def execute_notebook(
        cls, nb: nbformat.NotebookNode, kernel_name: str, output_path: str | None = None, **given: Any
    ) -> nbformat.NotebookNode:
        """Execute a notebook, writing its copy as it goes on."""
        account = SavedAfterCode(nb, output_path, progress_bar=given.pop("progress_bar"), log_output=given.pop("log_output"))
        account.notebook_start()
        try:
            cls.execute_managed_notebook(account, kernel_name, **given)
        except BaseException:
            account.end(is_saving=True)
            raise
        account.end(is_saving=False)
        return account.nb


papermill_engines.register(ENGINE, Engine)


class Printed:
    """A file that shows what a notebook prints as it prints it, and remembers the last line."""

    def __init__(self, show: Callable[[str], None]):
        self._show, self.last_line = show, ""

    def write(self, text: str) -> None:
        """Show each line that is not blank."""
        for line in filter(None, map(str.strip, text.splitlines())):
            self.last_line = line
            self._show(line)

    def flush(self) -> None:
        """Nothing waits here."""
