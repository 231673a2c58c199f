"""A run's journal: a line an event, held open and locked for as long as the run lives.

So anybody can tell a run that is at work from one that was killed: the system frees the lock, however the run dies.
"""

import fcntl
import json
import os
from pathlib import Path

from nbhelpers.run_folder import JOURNAL


class Journal:
    """A line an event, on disk before the run goes on."""

    def __init__(self, folder: Path):
        self._file = os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def write(self, line: dict) -> None:
        """Append a line; after one that a crash cut off, on a line of its own."""
        size = os.fstat(self._file).st_size
        is_cut = size and os.pread(self._file, 1, size - 1) != b"\n"
        text = ("\n" if is_cut else "") + json.dumps(line) + "\n"
        left = text.encode()
        while left:
            left = left[os.write(self._file, left) :]
        os.fsync(self._file)

    def close(self) -> None:
        """Let go: the run has ended."""
        os.close(self._file)
