"""The warehouse on BigQuery: the same tables, staging, receipts and publishing as the embedded one.

Builds write to a dataset of staging tables; a gate publishes its layer by one script, one transaction, one job whose id
is made from what it publishes, so that an answer that was lost can be asked for again and nothing is written twice. What
a script relies on it asks again inside the transaction: rows that changed since the gate looked at them undo it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import sqlglot
from google.api_core import exceptions as api
from google.cloud import bigquery
from sqlglot import exp

from nbhelpers.errors import Broken
from nbhelpers.season import Season
from nbhelpers.sql import dialect, queries, tables
from nbhelpers.sql.tables import Output, Table
from nbhelpers.warehouse import candidate, lease
from nbhelpers.warehouse.bigquery_datasets import REPLACED, STAGING, Datasets
from nbhelpers.warehouse.bigquery_errors import explaining
from nbhelpers.warehouse.bigquery_jobs import RETRY, Jobs, column_type, schema_fields, word
from nbhelpers.warehouse.duckdb import DuckDB
from nbhelpers.warehouse.partitions import PROVENANCE, Partition, Staged, staged_from


@dataclass
class Script:
    """The statements of one transaction, in the making."""

    statements: list[str] = field(default_factory=list)
    scratch: list[str] = field(default_factory=list)  # tables to drop when it is over


class BigQuery:
    """A season's tables in BigQuery's datasets, with a staging area of its own for each run.

    Its datasets carry a prefix that keeps a rehearsal away from production.
    """

    def __init__(
        self,
        client: bigquery.Client,
        season: Season,
        area: str,
        prefix: str = "",
        most_bytes: int | None = None,
        meter: Callable[[str, float], None] = lambda kind, amount: None,
    ):
        self._client, self._season, self._area = client, season, area
        self.jobs, self.datasets = Jobs(client, area, most_bytes, meter), Datasets(client, prefix)
        self._notes: dict[str, dict | None] | None = None  # what was looked up of staging, inside held_open()
        # What a warehouse is asked about its tables is asked of its datasets.
        self.check, self.differences, self.create = self.datasets.check, self.datasets.differences, self.datasets.create

    @property
    def step(self) -> int:
        """The step or gate at work, for the labels of its jobs."""
        return self.jobs.step

    @step.setter
    def step(self, number: int) -> None:
        self.jobs.step = number

    def __str__(self) -> str:
        return f"BigQuery project {self._client.project}, datasets {self.datasets.prefix}nba_*, location {self._client.location}"

    # reading

    def query(
        self,
        query: str | exp.Query,
        parameters: dict | None = None,
        layer: int | None = None,
        facts_before: date | None = None,
    ) -> pd.DataFrame:
        """The rows of a query, table names resolved to what a step of `layer` may see; as the embedded warehouse's."""
        text, wanted = self.text(query, layer, facts_before is not None)
        told = (parameters or {}) | {candidate.FACTS_BEFORE: facts_before}
        return self._frame(self.jobs.read(text, queries.select_parameters(wanted, told)))

    def text(self, query: str | exp.Query, layer: int | None = None, is_cut: bool = False) -> tuple[str, set[str]]:
        """A query as it is sent to BigQuery, and the names of its parameters."""
        parsed = sqlglot.parse_one(query, read="bigquery") if isinstance(query, str) else query
        bound = dialect.bind(parsed, lambda name: self._relation(name, layer, is_cut))
        return dialect.write(bound, "bigquery"), dialect.parameters(bound)

    def fingerprints(self, output: Output, layer: int | None = None) -> dict[date, Partition]:
        """What each date of an output holds: {date: Partition}. Dates without rows are left out."""
        return self.fingerprints_of([output], layer)[output]

    def fingerprints_of(self, outputs: list[Output], layer: int | None = None) -> dict[Output, dict[date, Partition]]:
        """As `fingerprints`, of many outputs in one job, those of `layer` as the candidate."""
        found: dict[Output, dict[date, Partition]] = {output: {} for output in outputs}
        texts = [self.fingerprint_text(output, layer if output.layer == layer else None) for output in outputs]
        parts = [f"SELECT {nth} AS nth, day, row_count, fingerprint FROM ({text})" for nth, text in enumerate(texts)]
        rows = self._frame(self.jobs.read("\nUNION ALL\n".join(parts), {})) if parts else pd.DataFrame()
        for row in rows.itertuples():
            found[outputs[row.nth]][row.day.date()] = Partition(int(row.row_count), row.fingerprint)
        return found

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """As the embedded warehouse's: what a block reads is staged as it was when it was first looked at."""
        before, self._notes = self._notes, {} if self._notes is None else self._notes
        try:
            yield
        finally:
            self._notes = before

    def copy_to(self, path: Path) -> None:
        """Copy the season into an embedded warehouse, for drills."""
        copied = DuckDB(path, path.with_suffix(".staging"))
        with copied.writing() as connection:
            for table in tables.schema().values():
                columns = ", ".join(table.column_names)
                rows = self._naive(self.jobs.read(self._published(table).sql("bigquery"), {}))  # noqa: F841 - read by name below
                connection.execute(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM rows")

    def staged(self, output: Output) -> Staged | None:
        """What a build left in this staging area for an output, or None."""
        told = self._note(self._staged_name(output))
        return staged_from(told) if told else None

    # staging

    def stage(self, output: Output, query: str | exp.Query, parameters: dict, staged: Staged) -> tuple[int, int]:
        """Compute an output and leave it in staging, whole or not at all; returns how many rows on how many dates."""
        text, wanted = self.text(query, output.layer)
        name = self._staged_name(output)
        # Sums of integers are INT64 in BigQuery itself and wider in an emulator; every other type has to be right as it is.
        columns = ", ".join(f"CAST({c.name} AS INT64) AS {c.name}" if c.type == "INT64" else c.name for c in output.table.columns)
        days = ", ".join(f"DATE '{day}'" for day in sorted(staged.dates))
        self.datasets.ensure()
        self._drop_note(name)
        create = (
            f"CREATE OR REPLACE TABLE {self._quoted(name)} AS SELECT {columns} FROM (\n{text}\n) WHERE {output.table.date} IN ({days})"
        )
        told = f"{self._area} {output.name} {staged.built_at}"
        self.jobs.write(create, queries.select_parameters(wanted, parameters), f"building {output.short}", told)
        self._require_types(output, name)
        return self._settle(output, name, staged)

    def stage_rows(self, output: Output, rows: list[dict], staged: Staged) -> tuple[int, int]:
        """Leave rows made in Python in staging; returns how many rows on how many dates."""
        name = self._staged_name(output)
        self.datasets.ensure()
        self._drop_note(name)
        self.jobs.load(self.datasets.full(name), output.table, rows, f"{self._area} {output.name} {staged.built_at}")
        return self._settle(output, name, staged)

    def discard_staged(self, output: Output) -> None:
        """Forget what was staged for an output."""
        name = self._staged_name(output)
        self._drop_note(name)
        self.datasets.drop(name)

    def drop_staging(self) -> None:
        """Forget all that was staged in this area."""
        self._drop_areas(lambda area: area == word(self._area))

    def drop_ended_staging(self) -> None:
        """Forget what runs that never ended had staged; what was staged by hand is kept."""
        self._drop_areas(lambda area: re.match(r"\d{8}T", area) and area != word(self._area))

    # publishing

    def hold(self, run_id: str):
        """The writer's lock, held for the length of a block; Locked names who holds it already."""
        self.datasets.ensure()
        return lease.hold(self._client, self.datasets.full(f"{STAGING}.writer"), run_id)

    def holder(self) -> dict:
        """Who holds the writer's lock: run_id, host, pid, since."""
        return lease.holder(self._client, self.datasets.full(f"{STAGING}.writer"))

    @contextmanager
    def writing(self, by_partition: bool = False) -> Iterator[Script]:
        """One transaction on the published tables: what the block asks for is done when it ends, all of it or nothing.

        `by_partition` changes nothing here: only the embedded warehouse keeps what is known beside its file.
        """
        self.create()
        script = Script()
        try:
            yield script
            if script.statements:
                body = ";\n".join(["BEGIN TRANSACTION", *script.statements, "COMMIT TRANSACTION"]) + ";"
                self.jobs.write(body, {}, "publishing", f"{self._area} {body}", "publishing")
        finally:
            for name in script.scratch:
                self.datasets.drop(name)

    def replaced(self, receipt_id: str) -> str:
        """Where the partitions that a publishing replaced are kept: the first part of the names of their tables."""
        return f"{REPLACED}.{word(receipt_id)}"

    def replaced_dates(self, output: Output, receipt_id: str) -> list[date]:
        """The dates of an output that a publishing replaced."""
        return self._kept_dates(f"{self.replaced(receipt_id)}__{word(output.name)}")

    def replace_partitions(self, script: Script, output: Output, dates: Iterable[date], keep_in: str) -> None:
        """Put the staged rows of `dates` in place of the published ones, which are kept first. Inside `writing()` only."""
        where, days = candidate.partitions(output, dates), sorted(map(str, dates))
        kept = f"{keep_in}__{word(output.name)}"
        published = f"SELECT * FROM {self._quoted(output.table.name)} WHERE {where}"
        self.jobs.write(f"CREATE OR REPLACE TABLE {self._quoted(kept)} AS {published}", {}, f"keeping {output.short}", f"{kept} {where}")
        self._put_note(kept, {"dates": days})
        self._put(script, output, where, self._staged_name(output))

    def restore_partitions(self, script: Script, output: Output, kept_in: str) -> list[date]:
        """Put kept partitions back; returns their dates. Inside `writing()` only."""
        kept = f"{kept_in}__{word(output.name)}"
        dates = self._kept_dates(kept)
        if dates:
            self._put(script, output, candidate.partitions(output, dates), kept)
        return dates

    def kept(self, output: Output, kept_in: str) -> tuple[list[date], pd.DataFrame, pd.DataFrame]:
        """The dates that a publishing replaced, their rows before it and their rows now."""
        kept = f"{kept_in}__{word(output.name)}"
        dates = self._kept_dates(kept)
        if not dates:
            return [], pd.DataFrame(), pd.DataFrame()
        columns, where = ", ".join(output.table.column_names), candidate.partitions(output, dates)
        before = self._frame(self.jobs.read(f"SELECT {columns} FROM {self._quoted(kept)}", {}))
        return dates, before, self._frame(self.jobs.read(f"SELECT {columns} FROM {self._quoted(output.table.name)} WHERE {where}", {}))

    def insert(self, script: Script, name: str, rows: list[dict]) -> None:
        """Append rows to a table of nba_processing. Inside `writing()` only."""
        if not rows:
            return
        self.datasets.require_shape(name)
        waiting = f"{STAGING}.{word(self._area)}__new_{name.partition('.')[2]}_{len(script.scratch)}"
        script.scratch.append(waiting)
        self.jobs.load(self.datasets.full(waiting), tables.schema()[name], rows, f"{waiting} {rows}")
        columns = ", ".join(tables.schema()[name].column_names)
        script.statements.append(f"INSERT INTO {self._quoted(name)} ({columns}) SELECT {columns} FROM {self._quoted(waiting)}")

    def void_receipts(self, script: Script, run_id: str, because: str) -> None:
        """Mark a run's receipts as no longer in force. Inside `writing()` only."""
        receipts = self._quoted("nba_processing.gate_receipts")
        told, of = (exp.Literal.string(text).sql("bigquery") for text in (because, run_id))
        script.statements.append(f"UPDATE {receipts} SET voided_by = {told} WHERE run_id = {of}")

    def published_fingerprints(self, script: Script, output: Output) -> dict[date, Partition]:
        """As `fingerprints`, of the published table; the transaction is undone if they are others by then."""
        return self._guarded(script, output, None)

    def candidate_fingerprints(self, script: Script, output: Output) -> dict[date, Partition]:
        """As `fingerprints`, of what the output's gate reads; the transaction is undone if they are others by then."""
        return self._guarded(script, output, output.layer)

    def _guarded(self, script: Script, output: Output, layer: int | None) -> dict[date, Partition]:
        found = self.fingerprints(output, layer)
        told = "".join(f"{day} {found[day].fingerprint}" for day in sorted(found))
        expected = hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()
        script.statements.append(
            "SELECT IF((SELECT TO_HEX(MD5(COALESCE(STRING_AGG(CONCAT(CAST(day AS STRING), ' ', fingerprint), '' ORDER BY day), '')))"
            f" FROM (\n{self.fingerprint_text(output, layer)}\n)) = '{expected}', 'unchanged',"
            f" ERROR('{output.table.name} has changed since this gate looked at it'))"
        )
        return found

    def _put(self, script: Script, output: Output, where: str, source: str) -> None:
        self.datasets.require_shape(output.table.name)
        columns, table = ", ".join(output.table.column_names), self._quoted(output.table.name)
        script.statements.append(f"DELETE FROM {table} WHERE {where}")
        script.statements.append(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {self._quoted(source)} WHERE {where}")

    # names

    def _staged_name(self, output: Output) -> str:
        return f"{STAGING}.{word(self._area)}__{word(output.name)}"

    def _quoted(self, name: str) -> str:
        return self.datasets.quoted(name)

    # SQL

    def _relation(self, name: str, layer: int | None, is_cut: bool = False) -> exp.Query | exp.Table:
        table = tables.schema()[name]
        published = self._published(table)
        rows = f"({published.sql('bigquery')}) AS published"
        if is_cut and name.startswith("nba_analytics."):
            return sqlglot.parse_one(candidate.before(table, rows), read="bigquery")
        staged = [
            (output, made.dates, self._quoted(self._staged_name(output)))
            for output in tables.outputs()
            if output.table == table and output.layer == layer and (made := self.staged(output)) and not made.is_in_place
        ]
        return sqlglot.parse_one(candidate.overlaid(table, rows, staged), read="bigquery") if staged else published

    def _published(self, table: Table) -> exp.Query:
        """A published table with our columns, of this season: a table or column that is not there reads as absent."""
        there = self.datasets.columns.get(table.name)
        if there is None:
            absent = ", ".join(f"CAST(NULL AS {column.type}) AS {column.name}" for column in table.columns)
            return sqlglot.parse_one(f"SELECT {absent} FROM UNNEST([1]) WHERE FALSE", read="bigquery")
        told = []
        for column in table.columns:
            kind = there.get(column.name)
            if kind == column.type:
                told.append(column.name)
            elif kind is None or "ARRAY" in kind + column.type:
                told.append(f"CAST(NULL AS {column.type}) AS {column.name}")
            else:
                told.append(f"SAFE_CAST({column.name} AS {column.type}) AS {column.name}")
        query = f"SELECT {', '.join(told)} FROM {self._quoted(table.name)}"
        if table.date:
            first, last = self._season.opening_night, self._season.last_day
            query += f" WHERE {table.date} BETWEEN DATE '{first}' AND DATE '{last}'"
        return sqlglot.parse_one(query, read="bigquery")

    def fingerprint_text(self, output: Output, layer: int | None) -> str:
        """The query that tells what each date of an output holds."""
        table = output.table
        # -0.0 and 0.0 are one number but two texts; adding 0.0 makes them one.
        told = ", ".join(
            f"{c.name} + 0.0 AS {c.name}" if c.type == "FLOAT64" else c.name for c in table.columns if c.name not in PROVENANCE
        )
        relation = self._relation(table.name, layer)
        source = dialect.write(relation.subquery("rows_of"), "bigquery")
        return (
            "SELECT day, COUNT(*) AS row_count, TO_HEX(MD5(STRING_AGG(line, '' ORDER BY line))) AS fingerprint FROM ("
            f"SELECT {table.date} AS day, TO_HEX(MD5(TO_JSON_STRING(STRUCT({told})))) AS line"
            f" FROM {source} WHERE {candidate.mine(output)}) GROUP BY day"
        )

    @classmethod
    def _frame(cls, rows: pa.Table) -> pd.DataFrame:
        """Rows as the embedded warehouse gives them, so that whatever reads them need not know which it was."""
        with duckdb.connect() as connection:
            return connection.from_arrow(cls._naive(rows)).df()

    @staticmethod
    def _naive(rows: pa.Table) -> pa.Table:
        """Rows with their times as the embedded warehouse has them: UTC, without a zone."""
        fields = [pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f.with_nullable(True) for f in rows.schema]
        return rows.cast(pa.schema(fields))

    # what is staged and kept

    def _settle(self, output: Output, name: str, staged: Staged) -> tuple[int, int]:
        """Look at what was put into staging, and say so: without the note it counts as not there."""
        table = output.table
        required = [column.name for column in table.columns if column.required]
        asked = ", ".join(f"COUNTIF({column} IS NULL) AS {column}" for column in required)
        counted = self._frame(
            self.jobs.read(f"SELECT COUNT(*) AS n, COUNT(DISTINCT {table.date}) AS d, {asked} FROM {self._quoted(name)}", {})
        ).to_dict("records")[0]
        blank = [column for column in required if counted[column]]
        if blank:
            self.datasets.drop(name)
            raise Broken(
                f"{output.short}: {', '.join(blank)} is NULL in some of {counted['n']:,} rows.",
                "schema.sql says it never is, so the rows cannot be published",
                "look at the rows below it: something there is absent that should not be.",
            )
        self._put_note(name, asdict(staged))
        return int(counted["n"]), int(counted["d"])

    def _require_types(self, output: Output, name: str) -> None:
        with explaining(f"looking at what was built of {output.short}"):
            found = {column.name: column_type(column) for column in self._client.get_table(self.datasets.full(name), retry=RETRY).schema}
        for column in output.table.columns:
            if found.get(column.name) != column.type:
                self.datasets.drop(name)
                raise Broken(f"{output.path}: {column.name} is {found.get(column.name)}, and schema.sql says {column.type}.")

    def _drop_note(self, name: str) -> None:
        self.datasets.drop(f"{name}__note")
        self._forget_note(name)

    def _forget_note(self, name: str) -> None:
        if self._notes is not None:
            self._notes.pop(name, None)

    def _put_note(self, name: str, told: dict) -> None:
        self._forget_note(name)
        note = json.dumps(told)
        # With the time, since the same may be staged again after its note was dropped.
        self.jobs.load(self.datasets.full(f"{name}__note"), _NOTE, [{"told": note}], f"{name} {note} {datetime.now(UTC)}")

    def _note(self, name: str) -> dict | None:
        if self._notes is None:
            return self._looked_up_note(name)
        if name not in self._notes:
            self._notes[name] = self._looked_up_note(name)
        return self._notes[name]

    def _looked_up_note(self, name: str) -> dict | None:
        with explaining(f"looking at {name}", api.NotFound):
            try:
                rows = list(self._client.list_rows(self.datasets.full(f"{name}__note"), selected_fields=schema_fields(_NOTE), retry=RETRY))
            except api.NotFound:
                return None
        return json.loads(rows[0]["told"]) if rows else None

    def _kept_dates(self, kept: str) -> list[date]:
        told = self._note(kept)
        return [date.fromisoformat(day) for day in told["dates"]] if told else []

    def _drop_areas(self, is_wanted: Callable[[str], object]) -> None:
        with explaining("clearing staging", api.NotFound):
            try:
                names = [table.table_id for table in self._client.list_tables(self.datasets.full(STAGING), retry=RETRY)]
            except api.NotFound:
                return
        for name in names:
            if "__" in name and is_wanted(name.partition("__")[0]):
                self.datasets.drop(f"{STAGING}.{name}")


_NOTE = Table("note", "", (tables.Column("told", "STRING", True),), (), None)
