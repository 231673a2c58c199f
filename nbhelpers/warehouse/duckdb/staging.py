"""The staging area of an embedded warehouse: a folder with one Parquet file an output, its note in the file itself."""

import json
import os
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nbhelpers.errors import Broken
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.duckdb import file_cache
from nbhelpers.warehouse.duckdb.fingerprints import kept_beside
from nbhelpers.warehouse.partitions import Staged, require_no_blanks, staged_from

_NOTE = b"backfill"  # of a file's metadata


class StagingFolder:
    """What the builds of one run, or of whoever works by hand, have left for the gates."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._read: dict[Path, tuple[list, Staged]] = {}  # the notes that this process has read, and of which file

    def path(self, output: Output) -> Path:
        """The file that an output is staged in, whether it is there or not."""
        return self.folder / file_name(output)

    def staged(self, output: Output) -> Staged | None:
        """What a build left for an output, or None."""
        path = self.path(output)
        states = file_cache.states([path])
        if states == [None]:
            return None
        if path not in self._read or self._read[path][0] != states:
            self._read[path] = states, self._note(path)
        return self._read[path][1]

    @staticmethod
    def _note(path: Path) -> Staged:
        try:
            return staged_from(json.loads(pq.read_schema(path).metadata[_NOTE]))
        except (OSError, KeyError, TypeError, pa.ArrowException) as problem:
            raise Broken(f"staged file {path} cannot be read: {problem}", then="build its step again.") from None

    def write(self, output: Output, rows: pa.Table, staged: Staged) -> tuple[int, int]:
        """Leave rows for an output, whole or not at all; returns how many rows on how many dates."""
        required = [column.name for column in output.table.columns if column.required]
        require_no_blanks(output, rows.num_rows, [name for name in required if rows[name].null_count])
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.path(output).with_suffix(f".{os.getpid()}.tmp")
        pq.write_table(rows.replace_schema_metadata({_NOTE: json.dumps(asdict(staged)).encode()}), aside)
        os.replace(aside, self.path(output))
        return rows.num_rows, pa.compute.count_distinct(rows[output.table.date]).as_py()

    def discard(self, output: Output) -> None:
        """Forget what was staged for an output."""
        for path in (self.path(output), kept_beside(self.path(output))):
            path.unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget all that was staged here."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def drop_ended(self) -> None:
        """Forget what runs that never ended had staged; what was staged by hand is kept."""
        for area in self.folder.parent.glob("*_*"):
            shutil.rmtree(area)


def file_name(output: Output) -> str:
    """What an output's Parquet file is called, staged or replaced."""
    return f"{output.name.replace('/', '.')}.parquet"


def replaced_dates(path: Path) -> list[date]:
    """The dates whose replaced partitions a file keeps; none where there is no such file."""
    if not path.exists():
        return []
    return [date.fromisoformat(day) for day in json.loads(pq.read_schema(path).metadata[b"dates"])]
