"""One writer at a time: a lock that the operating system frees when its holder dies, however it dies."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbhelpers.errors import BadInput, Locked


@contextmanager
def hold(warehouse: Path, run_id: str) -> Iterator[None]:
    """Hold the lock of a warehouse for the length of a run; Locked names who holds it already."""
    path = _path(warehouse)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as problem:
        raise BadInput(
            f"warehouse {warehouse} cannot be written: {problem.strerror}.", then="choose a path that you can write to."
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held_by = holder(warehouse)
            raise Locked(
                f"run {held_by.get('run_id', 'unknown')} (process {held_by.get('pid', 'unknown')}, "
                f"since {held_by.get('since', 'unknown')}) is writing to {warehouse}.",
                "two runs at once would publish over each other",
                "wait for it, or watch it: python run_backfill.py status.",
            ) from None
        os.ftruncate(handle, 0)
        told = {"run_id": run_id, "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.pwrite(handle, json.dumps(told).encode(), 0)
        yield
    finally:
        os.close(handle)


def _path(warehouse: Path) -> Path:
    return warehouse.with_name(warehouse.name + ".lock")


def holder(warehouse: Path) -> dict:
    """Who holds the lock of a warehouse, or held it last: run_id, pid, since."""
    try:
        return json.loads(_path(warehouse).read_text())
    except (OSError, ValueError):
        return {}
