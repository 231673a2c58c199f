"""Answers that one notebook after the other needs: found once, and known for as long as nobody touches the file."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from nbhelpers.warehouse import kept_answers
from nbhelpers.warehouse.duckdb import file_cache

_KEPT_BY = (duckdb.__version__, pd.__version__)  # what makes rows of a query may make others in its next version


class Answers:
    """The rows of queries on a DuckDB file, kept in a folder beside it that is named for the state the file is in.

    A folder of another state is thrown away when something is kept of this one. To lose the folder costs time, no more.
    """

    def __init__(self, warehouse: Path):
        self._files = file_cache.warehouse_files(warehouse)
        self._folder = file_cache.folder_beside(warehouse) / "answers"
        self._frames: dict[Path, pd.DataFrame] = {}  # the answers that this process has read already

    def known(self, question: object, staged: list[Path], ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The rows that `ask` gives, or gave when the same was asked of the same file and the same staged files.

        `question` tells one query with its parameters from another by its repr.
        """
        state = file_cache.states([*self._files, *staged])
        path = self._folder / kept_answers.name(state[:2]) / f"{kept_answers.name(_KEPT_BY, question, state[2:])}.frame"
        if path in self._frames:
            return self._frames[path].copy()
        if body := kept_answers.read(path):
            return self._remembered(path, kept_answers.unpacked(body).to_pandas())  # with the types that it was packed with
        rows = ask()
        if state[0] is None or file_cache.states([*self._files, *staged]) != state:
            return rows
        if not path.parent.exists():
            shutil.rmtree(self._folder, ignore_errors=True)  # of states that are no more
        with suppress(OSError):
            kept_answers.write(path, kept_answers.packed(pa.Table.from_pandas(rows, preserve_index=False)))
        return self._remembered(path, rows)

    def _remembered(self, path: Path, found: pd.DataFrame) -> pd.DataFrame:
        self._frames = {known: frame for known, frame in self._frames.items() if known.parent == path.parent} | {path: found}
        return found.copy()
