"""Executing one notebook on a kernel by papermill, and judging how it ended."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill
from jupyter_client import KernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from nbhelpers.errors import unwritable
from nbhelpers.runs import outcomes
from nbhelpers.runs.outcomes import Outcome

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
            str(path), str(copy), parameters, km=kernel, progress_bar=False, stdout_file=printed, kernel_name="python3"
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
