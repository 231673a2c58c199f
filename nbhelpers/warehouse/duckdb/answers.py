"""Answers that one notebook after the other needs: found once, and known for as long as what they were found in is the same."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

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
        self._frames: dict[Path, tuple[Any, pd.DataFrame]] = {}  # the answers that this process has read already

    def known(self, question: object, found_in: Callable[[], object], ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The rows that `ask` gives, or gave when the same was asked and `found_in` gave the same.

        `question` tells one query from another by its repr. What `found_in` gives has another repr whenever the rows may be
        others; where it is None, nothing is kept.
        """
        place = found_in()
        state = kept_answers.name(place)
        known, rows = self._kept(question)
        if known == state:
            return rows.copy()
        rows = ask()
        if place is not None and found_in() == place:
            self._keep(question, state, rows)
        return rows.copy()

    def known_of_dates(
        self, question: object, column: str, found_up_to: Callable[[], dict[date, str]], ask: Callable[[list[date]], pd.DataFrame]
    ) -> pd.DataFrame:
        """As `known`, of rows with a date in a `column` that depend on nothing of a later one.

        `found_up_to` gives for each date what has another text whenever rows up to it may be others; `ask` is given those of
        the dates that are not known, the last ones.
        """
        place = found_up_to()
        known, rows = self._kept(question)
        same = list(takewhile(lambda day: known and known.get(str(day)) == place[day], place))
        new = list(place)[len(same) :]
        found = [rows[rows[column].between(pd.Timestamp(same[0]), pd.Timestamp(same[-1]))]] if same else []
        found += [ask(new)] if new else []
        if found_up_to() != place:
            return ask(list(place))
        some = [part for part in found if len(part)] or found[:1]  # without rows a column of text has another type
        rows = pd.concat(some, ignore_index=True) if len(some) > 1 else some[0]
        if new:
            self._keep(question, {str(day): state for day, state in place.items()}, rows)
        return rows.copy()

    def _kept(self, question: object) -> tuple[Any, pd.DataFrame]:
        """What the last answer was found in, and its rows; None where there is none."""
        path = self._path(question)
        if path not in self._frames and (body := kept_answers.read(path)):
            state, _, rows = body.partition(b"\n")
            # With the types that it was packed with.
            self._frames[path] = json.loads(state), kept_answers.unpacked(rows).to_pandas()
        return self._frames.get(path, (None, pd.DataFrame()))

    def _keep(self, question: object, state: Any, rows: pd.DataFrame) -> None:
        path = self._path(question)
        packed = kept_answers.packed(pa.Table.from_pandas(rows, preserve_index=False))
        with suppress(OSError):
            kept_answers.write(path, json.dumps(state).encode() + b"\n" + packed)
        self._frames[path] = state, rows

    def _path(self, question: object) -> Path:
        return self._folder / f"{kept_answers.name(_KEPT_BY, question)}.frame"
