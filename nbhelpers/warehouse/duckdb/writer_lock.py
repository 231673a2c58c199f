"""One writer at a time: a lock that the operating system frees when its holder dies, however it dies.

It is two locks: on a file beside the warehouse, which also names the holder, and on the warehouse itself, which has only one
whatever name it is opened by and whoever deletes the file beside it.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbhelpers.errors import BadInput, Locked


@contextmanager
def hold(warehouse: Path, run_id: str) -> Iterator[None]:
    """Hold the lock of a warehouse for the length of a run; Locked names who holds it already."""
    with ExitStack() as stack:
        try:
            _path(warehouse).parent.mkdir(parents=True, exist_ok=True)
            handle = _locked(stack, _path(warehouse), os.O_RDWR | os.O_CREAT)
            if sys.platform == "linux" and warehouse.exists():  # elsewhere it would shut DuckDB's own lock out
                _locked(stack, warehouse, os.O_RDONLY)
        except BlockingIOError:
            raise _locked_by(holder(warehouse), warehouse) from None
        except OSError as problem:
            raise BadInput(
                f"warehouse {warehouse} cannot be written: {problem.strerror}.", then="choose a path that you can write to."
            ) from None
        _require_one_name(warehouse)
        os.ftruncate(handle, 0)
        name = {"run_id": run_id, "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.pwrite(handle, json.dumps(name).encode(), 0)
        yield


def holder(warehouse: Path) -> dict:
    """Who holds the lock of a warehouse, or held it last: run_id, pid, since."""
    try:
        return json.loads(_path(warehouse).read_text())
    except (OSError, ValueError):
        return {}


def _path(warehouse: Path) -> Path:
    """The file beside a warehouse, the same for each symbolic link to it."""
    there = warehouse.resolve()
    return there.with_name(f"{there.name}.lock")


def _locked(stack: ExitStack, path: Path, flags: int) -> int:
    """A file opened and locked until the stack ends."""
    handle = os.open(path, flags, 0o644)
    stack.callback(os.close, handle)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _locked_by(held_by: dict, warehouse: Path) -> Locked:
    return Locked(
        f"run {held_by.get('run_id', 'unknown')} (process {held_by.get('pid', 'unknown')}, "
        f"since {held_by.get('since', 'unknown')}) is writing to {warehouse}.",
        "two runs at once would publish over each other",
        "wait for it, or watch it: python run_backfill.py status.",
    )


def _require_one_name(warehouse: Path) -> None:
    """Refuse a warehouse with hard links: what DuckDB keeps beside it goes by its name, and by another name is missed."""
    if warehouse.exists() and warehouse.stat().st_nlink > 1:
        raise BadInput(
            f"warehouse {warehouse} has {warehouse.stat().st_nlink} names (hard links).",
            "what a crash leaves beside one name is not found beside the other",
            "remove the other name, or make it a copy or a symbolic link.",
        )
