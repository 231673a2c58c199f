"""What one notebook of a run has found out in BigQuery, for the next: each look at a table is a call, each question a job.

What is known of published rows is known until this run publishes: it holds the writer's lock, and what a publishing relies
on is asked once more inside its transaction.
"""

import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from nbhelpers.warehouse import kept_answers

ANSWERS = "answers"  # rows of queries, in Arrow's format
_WRITTEN = "written"  # how often a table has been written to


class Memory:
    """Answers by their kind and question, a file each, for one run alone. Without a folder nothing is kept.

    To lose an answer, or to be unable to keep it, costs calls, no more.
    """

    def __init__(self, folder: Path | None, run_id: str, where: str):
        self._folder = folder / kept_answers.name(run_id, where) if folder else None

    def recall(self, kind: str, *question: object) -> Any:
        """What was kept, of JSON's types; None where nothing was."""
        body = self._read(kind, question)
        return None if body is None else json.loads(body)

    def keep(self, kind: str, *question: object, answer: Any) -> None:
        """Note an answer of JSON's types."""
        self._write(kind, question, json.dumps(answer).encode())

    def keep_if_new(self, kind: str, *question: object, answer: Any) -> None:
        """As `keep`, but for what another notebook has noted meanwhile: it knows better."""
        self._write(kind, question, json.dumps(answer).encode(), is_replacing=False)

    def note_written(self, names: Iterable[str]) -> None:
        """Know no more what was answered of some tables."""
        for name in names:
            self.keep(_WRITTEN, name, answer=(self.recall(_WRITTEN, name) or 0) + 1)

    def times_written(self, names: Iterable[str]) -> list[int]:
        """How often each of some tables has been written to by this run, which is part of a question about them."""
        return [self.recall(_WRITTEN, name) or 0 for name in sorted(names)]

    def recall_rows(self, *question: object) -> pa.Table | None:
        """The rows that a query gave, or None."""
        body = self._read(ANSWERS, question)
        return None if body is None else kept_answers.unpacked(body)

    def keep_rows(self, *question: object, rows: pa.Table) -> None:
        """Note the rows of a query."""
        self._write(ANSWERS, question, kept_answers.packed(rows))

    def forget(self, kind: str, *question: object) -> None:
        """Know an answer no more, or without a question all answers of a kind."""
        if self._folder is None:
            return
        if question:
            self._file(kind, question).unlink(missing_ok=True)
        elif (self._folder / kind).exists():
            shutil.rmtree(self._folder / kind)

    def _file(self, kind: str, question: tuple) -> Path:
        return self._folder / kind / kept_answers.name(*question)  # type: ignore[operator]  # asked only where there is a folder

    def _read(self, kind: str, question: tuple) -> bytes | None:
        return kept_answers.read(self._file(kind, question)) if self._folder else None

    def _write(self, kind: str, question: tuple, body: bytes, is_replacing: bool = True) -> None:
        if self._folder is None:
            return
        if not self._folder.exists():
            shutil.rmtree(self._folder.parent, ignore_errors=True)  # of runs that have ended
        with suppress(OSError):
            kept_answers.write(self._file(kind, question), body, is_replacing)
