"""Answers that one notebook after the other needs: found once, and known for as long as what they were found in is the same."""

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
    """The rows of queries on a DuckDB file, kept in a folder beside it: of each question the last answer, and what it was found in.

    To lose the folder costs time, no more.
    """

    def __init__(self, warehouse: Path):
        self._folder = file_cache.folder_beside(warehouse) / "answers"
        self._frames: dict[Path, tuple[bytes, pd.DataFrame]] = {}  # the answers that this process has read already

    def known(self, question: object, found_in: Callable[[], object], ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The rows that `ask` gives, or gave when the same was asked and `found_in` gave the same.

        `question` tells one query from another by its repr. What `found_in` gives has another repr whenever the rows may be
        others; where it is None, nothing is kept.
        """
        path, place = self._folder / f"{kept_answers.name(_KEPT_BY, question)}.frame", found_in()
        state = kept_answers.name(place).encode()
        if path in self._frames and self._frames[path][0] == state:
            return self._frames[path][1].copy()
        if (body := kept_answers.read(path)) and body.startswith(state):
            rows = kept_answers.unpacked(body[len(state) :]).to_pandas()  # with the types that it was packed with
        else:
            rows = ask()
            if place is None or found_in() != place:
                return rows
            with suppress(OSError):
                kept_answers.write(path, state + kept_answers.packed(pa.Table.from_pandas(rows, preserve_index=False)))
        self._frames[path] = state, rows
        return rows.copy()
