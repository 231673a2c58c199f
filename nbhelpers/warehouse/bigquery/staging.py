"""What is staged on BigQuery: a table an output, in one dataset for all runs, with a note in its description once it is whole."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pyarrow as pa
from google.api_core import exceptions as api
from google.cloud import bigquery

from nbhelpers.errors import Broken
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.bigquery.datasets import STAGING, Datasets
from nbhelpers.warehouse.bigquery.errors import explaining
from nbhelpers.warehouse.bigquery.fingerprints import Fingerprints, whole_and_parts
from nbhelpers.warehouse.bigquery.jobs import RETRY, Jobs, column_type, word
from nbhelpers.warehouse.bigquery.memory import Memory
from nbhelpers.warehouse.bigquery.queries import fingerprints
from nbhelpers.warehouse.bigquery.scripts import Script, literal
from nbhelpers.warehouse.partitions import Staged, require_no_blanks, staged_from


class Notes:
    """What is said of a table of the runbook's own, in its description; a table without a note counts as not there."""

    def __init__(self, client: bigquery.Client, datasets: Datasets, memory: Memory):
        self._client, self._datasets, self._memory = client, datasets, memory
        self._known: dict[str, dict | None] | None = None  # what was looked up inside held_open()
        self._there: dict[str, set[str]] = {}  # the tables of a dataset, as far as they were listed there

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """For the length of a block a note is what it was when it was first looked at."""
        before, self._known = self._known, {} if self._known is None else self._known
        try:
            yield
        finally:
            self._known = before
            if before is None:
                self._there.clear()

    def read(self, name: str) -> dict | None:
        """The note of a table, or None."""
        if (kept := self._memory.recall(NOTES, name)) is not None:
            return kept or None
        if self._known is None:
            return self._looked_up(name)
        if name not in self._known:
            is_there = name in self._listed(name.partition(".")[0])
            self._known[name] = self._looked_up(name) if is_there else None
            if not is_there:
                self._note_absent(name)
        return self._known[name]

    def write(self, name: str, note: dict) -> None:
        """Put a note on a table: from then on it counts as there."""
        table = bigquery.Table(self._datasets.full(name))
        table.description = packed(note)
        with explaining(f"noting what {name} is"):
            self._client.update_table(table, ["description"], retry=RETRY)
        self.know(name, note)

    def know(self, name: str, note: dict) -> None:
        """Know of a table what it has just been made with."""
        self.forget(name)
        self._memory.keep(NOTES, name, answer=note)

    def forget(self, name: str) -> None:
        """Look again at what is said of a table: it has just been changed."""
        self._memory.forget(NOTES, name)
        if self._known is not None:
            self._known.pop(name, None)
            self._there.pop(name.partition(".")[0], None)

    def _listed(self, dataset: str) -> set[str]:
        """The tables that are there: one call for all, where each would be one."""
        if dataset not in self._there:
            with explaining(f"looking at dataset {dataset}", api.NotFound):
                try:
                    listed = self._client.list_tables(self._datasets.full(dataset), retry=RETRY)
                    self._there[dataset] = {f"{dataset}.{table.table_id}" for table in listed}
                except api.NotFound:
                    self._there[dataset] = set()
        return self._there[dataset]

    def _looked_up(self, name: str) -> dict | None:
        with explaining(f"looking at {name}", api.NotFound):
            try:
                return unpacked(self._client.get_table(self._datasets.full(name), retry=RETRY).description)
            except api.NotFound:
                self._note_absent(name)
                return None

    def _note_absent(self, name: str) -> None:
        """Know that a table is not there: of a run's own none is made without it being known, by whichever notebook."""
        self._memory.keep_if_new(NOTES, name, answer={})


def packed(note: dict) -> str:
    """A note as a description takes it, which may have 16,384 characters: a season's inputs need a third of that."""
    text = base64.b64encode(zlib.compress(json.dumps(note).encode(), 9)).decode()
    return f"{_ABOUT}{text}"


def unpacked(description: str | None) -> dict | None:
    """A note from a description; None where it has none."""
    if not description or not description.startswith(_ABOUT):
        return None
    return json.loads(zlib.decompress(base64.b64decode(description.removeprefix(_ABOUT))))


NOTES = "notes"
_ABOUT = "A table of the backfill runbook's own. What it holds, packed: "


def with_note(note: dict) -> str:
    """The words of a CREATE TABLE by which the table has a note from the moment that it is there."""
    return f"OPTIONS (description = {literal(packed(note))})"


def staging_table(area: str, output: Output) -> str:
    """The table that an output is staged in, in the staging area of a run."""
    return f"{STAGING}.{word(area)}__{word(output.name)}"


class StagingTables:
    """What the builds of one run, or of whoever works by hand, have left for the gates."""

    def __init__(self, client: bigquery.Client, jobs: Jobs, datasets: Datasets, notes: Notes, area: str, contents: Fingerprints):
        self._client, self._jobs, self._datasets, self._notes, self._area = client, jobs, datasets, notes, area
        self._contents = contents

    def name(self, output: Output) -> str:
        """The table that an output is staged in, whether it is there or not."""
        return staging_table(self._area, output)

    def staged(self, output: Output) -> Staged | None:
        """What a build left for an output, or None."""
        note = self._notes.read(self.name(output))
        return staged_from(note) if note else None

    def write_query(self, output: Output, script: Script, text: str, staged: Staged) -> tuple[int, int]:
        """Leave the rows of a query for an output, whole or not at all; returns how many rows on how many dates.

        `script` makes what the query reads. The table, its note and its fingerprints are one job.
        """
        name, required = self.name(output), _required(output)
        # Sums of integers are INT64 in BigQuery itself and wider in an emulator; every other type has to be right as it is.
        columns = ", ".join(f"CAST({c.name} AS INT64) AS {c.name}" if c.type == "INT64" else c.name for c in output.table.columns)
        days = ", ".join(f"DATE '{day}'" for day in sorted(staged.dates))
        built = script.make("built", f"SELECT {columns} FROM (\n{text}\n) WHERE {output.table.date} IN ({days})")
        blanks = f"SELECT [{', '.join(f'COUNTIF({column} IS NULL)' for column in required)}] AS blanks FROM {built}"
        # A table without rows has no fingerprints; its blanks are there all the same.
        of_built = fingerprints(whole_and_parts(output), f"SELECT * FROM {built}")
        looked_at = script.make("looked_at", f"SELECT * FROM ({blanks}) AS b LEFT JOIN ({of_built}) AS f ON TRUE")
        create = f"CREATE OR REPLACE TABLE {self._datasets.quoted(name)} {with_note(asdict(staged))} AS SELECT * FROM {built}"
        script.statements += [create, f"SELECT * FROM {looked_at}"]
        self._datasets.ensure()
        self._notes.forget(name)
        found = self._jobs.write(str(script), {}, f"building {output.short}")
        rows_by_date = found.filter(pa.compute.is_valid(found["day"]))
        self._require_types(output, name)
        total = pa.compute.sum(rows_by_date["row_count"]).as_py() or 0
        blank = [column for column, count in zip(required, found["blanks"][0].as_py(), strict=True) if count]
        self._require_no_blanks(output, name, total, blank)
        self._notes.know(name, asdict(staged))
        self._contents.note_built(output, staged, rows_by_date)
        return total, len(rows_by_date)

    def write_rows(self, output: Output, rows: list[dict], staged: Staged) -> tuple[int, int]:
        """Leave rows made in Python for an output; returns how many rows on how many dates."""
        name = self.name(output)
        require_no_blanks(output, len(rows), [column for column in _required(output) if any(row.get(column) is None for row in rows)])
        self._datasets.ensure()
        self.discard(output)  # with its note, which a load would leave
        self._jobs.load(self._datasets.full(name), output.table, rows)
        self._notes.write(name, asdict(staged))
        return len(rows), len({row[str(output.table.date)] for row in rows})

    def discard(self, output: Output) -> None:
        """Forget what was staged for an output."""
        self._datasets.drop(self.name(output))
        self._notes.forget(self.name(output))

    def drop(self) -> None:
        """Forget all that was staged in this area."""
        self._drop_areas(lambda area: area == word(self._area))

    def drop_ended(self) -> None:
        """Forget what runs that never ended had staged; what was staged by hand is kept."""
        self._drop_areas(lambda area: re.match(r"\d{8}T", area) and area != word(self._area))

    def _require_no_blanks(self, output: Output, name: str, rows: int, blank: list[str]) -> None:
        try:
            require_no_blanks(output, rows, blank)
        except Broken:
            self._datasets.drop(name)
            raise

    def _require_types(self, output: Output, name: str) -> None:
        with explaining(f"looking at what was built of {output.short}"):
            found = {column.name: column_type(column) for column in self._client.get_table(self._datasets.full(name), retry=RETRY).schema}
        for column in output.table.columns:
            if found.get(column.name) != column.type:
                self._datasets.drop(name)
                raise Broken(f"{output.path}: {column.name} is {found.get(column.name)}, and schema.sql says {column.type}.")

    def _drop_areas(self, is_chosen: Callable[[str], object]) -> None:
        with explaining("clearing staging", api.NotFound):
            try:
                names = [table.table_id for table in self._client.list_tables(self._datasets.full(STAGING), retry=RETRY)]
            except api.NotFound:
                return
        for name in names:
            if "__" in name and is_chosen(name.partition("__")[0]):
                self._datasets.drop(f"{STAGING}.{name}")


def _required(output: Output) -> list[str]:
    return [column.name for column in output.table.columns if column.required]
