"""Kernels forked ahead of their notebooks: ready at once, told apart from dead ones, and an account of each cell of code."""

import asyncio
import json
import os
import signal
import threading
from pathlib import Path

import nbformat
import pytest
from jupyter_client import KernelManager

from nbhelpers.runs import execution, outcomes
from nbhelpers.runs.forking import KernelParent
from nbhelpers.runs.kernels import Kernels


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    with KernelParent() as parent, Kernels(tmp_path_factory.mktemp("work"), parent, BACKFILL_LINES="nba") as kernels:
        yield kernels


async def wait_for(kernel: KernelManager) -> None:
    client = kernel.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=30)
    finally:
        client.stop_channels()


def test_a_kernel_that_is_there_is_ready_and_one_that_has_died_is_named(kernels):
    living, dead = kernels.take(), kernels.take()
    asyncio.run(wait_for(living))
    os.kill(dead.provisioner.pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="the kernel died before it answered"):
        asyncio.run(wait_for(dead))
    for kernel in (living, dead):
        kernel.shutdown_kernel(now=True)


def test_a_kernel_that_is_shut_down_has_ended_by_then(kernels):
    kernel = kernels.take()
    process = kernel.provisioner.process
    assert process.poll() is None
    kernel.shutdown_kernel(now=True)
    assert process.poll() == -signal.SIGKILL


def notebook(folder: Path, *cells: str) -> Path:
    made = [nbformat.v4.new_markdown_cell("what it does"), *map(nbformat.v4.new_code_cell, cells)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernelspec}), folder / "in.ipynb")
    return folder / "in.ipynb"


def states(copy: Path) -> list[str]:
    return [cell["metadata"]["papermill"]["status"] for cell in json.loads(copy.read_text(encoding="utf-8"))["cells"]]


def test_the_copy_on_the_disk_has_what_has_ended_while_the_next_cell_is_at_work(kernels, tmp_path):
    copy, seen = tmp_path / "out.ipynb", []
    path = notebook(tmp_path, "1 + 1", "print('at work')", "2 + 2")
    kernel = kernels.take()
    outcome = execution.execute(path, copy, {}, kernel, lambda line: seen.append((line, states(copy))), threading.Event())
    assert (outcome.status, outcome.summary) == ("done", "at work")
    assert seen == [("at work", ["completed", "completed", "running", "pending"])]
    assert states(copy) == ["completed"] * 4


def test_kernels_have_variables_of_their_own_which_nobody_else_has(kernels, tmp_path):
    path = notebook(tmp_path, "import os\nprint(os.environ['BACKFILL_LINES'])")
    outcome = execution.execute(path, tmp_path / "out.ipynb", {}, kernels.take(), lambda line: None, threading.Event())
    assert (outcome.summary, os.environ.get("BACKFILL_LINES")) == ("nba", None)


def test_a_parent_of_whom_nobody_has_asked_anything_ends_in_the_midst_of_its_imports():
    with KernelParent() as parent:
        process = parent._process
        assert process.poll() is None
    assert process.returncode == -signal.SIGKILL


def test_a_parent_that_was_asked_something_ends_by_itself():
    with KernelParent() as parent:
        assert parent.package["package"].endswith("/nbhelpers")
    assert parent._process.returncode == 0


def test_a_copy_that_was_cut_short_by_a_death_says_so(kernels, tmp_path):
    path = notebook(tmp_path, "1 + 1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "2 + 2")
    outcome = execution.execute(path, tmp_path / "out.ipynb", {}, kernels.take(), lambda line: None, threading.Event())
    assert outcome == outcomes.DEAD_KERNEL
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[1].outputs[0]["data"]["text/plain"] == "2"
