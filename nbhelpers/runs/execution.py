"""Executing one notebook on a kernel by papermill, and judging how it ended."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client import KernelManager
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
    """Execute a notebook into `copy`, showing its lines as it prints them, and shut its kernel down."""
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
    finally:
        kernel.shutdown_kernel(now=True)
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
    """papermill's account of a notebook at work, written when a cell of code has ended: papermill writes around every cell."""

    output_path: str | None

    def cell_start(self, cell: nbformat.NotebookNode, cell_index: int | None = None, **_: object) -> None:
        """Note that a cell begins."""
        self._note(super().cell_start, cell, cell_index)

    def cell_complete(self, cell: nbformat.NotebookNode, cell_index: int | None = None, **_: object) -> None:
        """Note that a cell has ended, and write the copy where it was code."""
        self._note(super().cell_complete, cell, cell_index)
        if cell.cell_type == "code":
            self.save()

    def _note(self, note: Callable, cell: nbformat.NotebookNode, cell_index: int | None) -> None:
        path, self.output_path = self.output_path, None
        note(cell, cell_index)
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
        finally:
            account.notebook_complete()
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
