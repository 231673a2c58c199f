"""Answers that one notebook after the other needs: found once, and known for as long as nobody touches the file."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from nbhelpers.warehouse import kept_answers
from nbhelpers.warehouse.duckdb import file_cache


class Answers:
    """The rows of queries on a DuckDB file, kept in a folder beside it that is named for the state the file is in.

    A folder of another state is thrown away when something is kept of this one. To lose the folder costs time, no more.
    """

    def __init__(self, warehouse: Path):
        self._files = [warehouse, warehouse.with_name(f"{warehouse.name}.wal")]
        self._folder = file_cache.folder_beside(warehouse) / "answers"
        self._frames: dict[Path, pd.DataFrame] = {}  # the answers that this process has read already

    def known(self, question: object, staged: list[Path], ask: Callable[[], pa.Table]) -> pd.DataFrame:
        """The rows that `ask` gives, or gave when the same was asked of the same file and the same staged files.

        `question` tells one query with its parameters from another by its repr.
        """
        state = file_cache.states([*self._files, *staged])
        path = self._folder / kept_answers.name(state[:2]) / f"{kept_answers.name(duckdb.__version__, question, state[2:])}.arrow"
        if path in self._frames:
            return self._frames[path].copy()
        if body := kept_answers.read(path):
            return self._remembered(path, _frame(kept_answers.unpacked(body)))
        rows = ask()
        if state[0] is None or file_cache.states([*self._files, *staged]) != state:
            return _frame(rows)
        if not path.parent.exists():
            shutil.rmtree(self._folder, ignore_errors=True)  # of states that are no more
        with suppress(OSError):
            kept_answers.write(path, kept_answers.packed(rows))
        return self._remembered(path, _frame(rows))

    def _remembered(self, path: Path, found: pd.DataFrame) -> pd.DataFrame:
        self._frames = {known: frame for known, frame in self._frames.items() if known.parent == path.parent} | {path: found}
        return found.copy()


def _frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as DuckDB itself gives them."""
    return _converter(os.getpid()).cursor().from_arrow(rows).df()


@cache
def _converter(pid: int) -> duckdb.DuckDBPyConnection:
    """A database without tables, one for each process: to make one takes longer than to ask it."""
    return duckdb.connect()
