"""The embedded warehouse: one DuckDB file for what is published, Parquet files beside it for what is staged.

DuckDB lets one process write and shuts every other out meanwhile. So nothing here keeps the file open between calls:
reads open it read-only, and only publishing writes, for the length of one transaction. Builds never write to it at
all; what they compute waits in a staging area, one file an output, until a gate publishes it.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nbhelpers.errors import BadInput, Broken, Locked
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output, Table
from nbhelpers.warehouse import candidate, duckdb_queries, writer_lock
from nbhelpers.warehouse.fingerprints import Fingerprints, kept_beside
from nbhelpers.warehouse.partitions import Partition, Staged, staged_from

if TYPE_CHECKING:
    from sqlglot import exp

LOCK_PATIENCE = 60  # seconds: publishing takes a few, so a longer lock is somebody else's open connection

ARROW = {
    "STRING": pa.string(), "INT64": pa.int64(), "FLOAT64": pa.float64(), "BOOL": pa.bool_(), "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"), "ARRAY<FLOAT64>": pa.list_(pa.float64()), "ARRAY<STRING>": pa.list_(pa.string()),
}  # fmt: skip
_DUCKDB = {
    "STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "BOOL": "BOOLEAN", "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP", "ARRAY<FLOAT64>": "DOUBLE[]", "ARRAY<STRING>": "VARCHAR[]",
}  # fmt: skip


class DuckDB:
    """A season's tables in one DuckDB file, with a staging area of its own for each run.

    Every method opens the file, works and closes it again. SQL comes in as BigQuery text or as a parsed query.
    """

    def __init__(self, path: Path, staging: Path, meter: Callable[[str, float], None] = lambda kind, seconds: None):
        self.path, self.staging, self._meter = path, staging, meter
        self.step = 0  # the step or gate at work; BigQuery's jobs are labelled with it
        self._lacks: bool | None = None  # whether the file lacks tables of ours; None before it was looked at
        self._contents = Fingerprints(path)
        self._changed: dict[Output, set[date]] = {}  # by the transaction that writes
        self._held: duckdb.DuckDBPyConnection | None = None  # open for reading, for the length of a block

    def __str__(self) -> str:
        return str(self.path)

    @classmethod
    def at(cls, path: Path, area: str, meter: Callable[[str, float], None] = lambda kind, seconds: None) -> Self:
        """The warehouse in a file, with the staging area of a run beside it."""
        return cls(path, path.with_name(f"{path.name}.staging") / area, meter)

    # reading

    def query(
        self,
        query: "str | exp.Query",
        parameters: dict | None = None,
        layer: int | None = None,
        facts_before: date | None = None,
    ) -> pd.DataFrame:
        """The rows of a query, table names resolved to what a step of `layer` may see.

        The tables of that layer are read as the candidate (published, with staging laid over it), all others as
        published. With `facts_before`, the game summaries are read as if no game of that date or later had happened.
        """
        with self._reading() as connection:
            return self._run(connection, query, parameters or {}, layer, facts_before).df()

    def fingerprints(self, output: Output, layer: int | None = None) -> dict[date, Partition]:
        """What each date of an output holds: {date: Partition}. Dates without rows are left out."""
        with self._reading() as connection:
            return self._fingerprints(connection, output, layer, self._contents.known)

    def fingerprints_of(self, outputs: list[Output], layer: int | None = None) -> dict[Output, dict[date, Partition]]:
        """As `fingerprints`, of many outputs, those of `layer` as the candidate."""
        with self.held_open():
            return {output: self.fingerprints(output, layer if output.layer == layer else None) for output in outputs}

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Read all that a block reads through one connection: to open the file takes longer than most queries do."""
        if self._held is not None:
            yield
            return
        with self._reading() as self._held:
            try:
                yield
            finally:
                self._held = None

    def staged(self, output: Output) -> Staged | None:
        """What a build left in this staging area for an output, or None."""
        path = self._staged_path(output)
        if not path.exists():
            return None
        return _metadata(path)

    # staging

    def stage(self, output: Output, query: "str | exp.Query", parameters: dict, staged: Staged) -> tuple[int, int]:
        """Compute an output and leave it in staging, whole or not at all; returns how many rows on how many dates."""
        table = output.table
        with self._reading() as connection:
            relation = self._run(connection, query, parameters, output.layer, None)
            columns = _typed(table, relation, output)
            kept = connection.sql(f"SELECT {columns} FROM relation ORDER BY {', '.join(table.key)}").to_arrow_table()
        days = pa.array([date.fromisoformat(day) for day in staged.dates], pa.date32())
        kept = kept.filter(pa.compute.is_in(kept[table.date], value_set=days))
        return self._write_staged(output, kept, staged)

    def stage_rows(self, output: Output, rows: list[dict], staged: Staged) -> tuple[int, int]:
        """Leave rows made in Python in staging; returns how many rows on how many dates."""
        columns = [pa.field(c.name, ARROW[c.type], not c.required) for c in output.table.columns]
        return self._write_staged(output, pa.Table.from_pylist(rows, pa.schema(columns)), staged)

    def discard_staged(self, output: Output) -> None:
        """Forget what was staged for an output."""
        for path in (self._staged_path(output), kept_beside(self._staged_path(output))):
            path.unlink(missing_ok=True)

    def drop_staging(self) -> None:
        """Forget all that was staged in this area."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def drop_ended_staging(self) -> None:
        """Forget what runs that never ended had staged; what was staged by hand is kept."""
        for area in self.staging.parent.glob("*_*"):
            shutil.rmtree(area)

    def _write_staged(self, output: Output, rows: pa.Table, staged: Staged) -> tuple[int, int]:
        blank = [c.name for c in output.table.columns if c.required and rows[c.name].null_count]
        if blank:
            raise Broken(
                f"{output.short}: {', '.join(blank)} is NULL in some of {rows.num_rows:,} rows.",
                "schema.sql says it never is, so the rows cannot be published",
                "look at the rows below it: something there is absent that should not be.",
            )
        self.staging.mkdir(parents=True, exist_ok=True)
        path = self._staged_path(output)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        pq.write_table(rows.replace_schema_metadata({b"backfill": json.dumps(asdict(staged)).encode()}), aside)
        os.replace(aside, path)
        return rows.num_rows, pa.compute.count_distinct(rows[output.table.date]).as_py()

    def _staged_path(self, output: Output) -> Path:
        return self.staging / f"{output.name.replace('/', '.')}.parquet"

    # publishing

    def hold(self, run_id: str) -> AbstractContextManager[None]:
        """The writer's lock, held for the length of a block; Locked names who holds it already."""
        return writer_lock.hold(self.path, run_id)

    def holder(self) -> dict:
        """Who holds the writer's lock: run_id, pid, since."""
        return writer_lock.holder(self.path)

    @contextmanager
    def writing(self, by_partition: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction on the published tables: all of it is kept, or nothing.

        With `by_partition`, outputs change by `replace_partitions` and `restore_partitions` alone; what is known of all
        other partitions is known still.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            what = f"warehouse {self.path} cannot be made: {problem.strerror}."
            raise BadInput(what, then="choose a path you can write to.") from None
        with self._open(read_only=False) as connection:
            before, self._changed = self._contents.states(), {}
            connection.execute("BEGIN")
            try:
                self._create_missing(connection)
                yield connection
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            self._lacks = False
            if by_partition:
                self._carry_what_is_known(connection, before)

    def _carry_what_is_known(self, connection: duckdb.DuckDBPyConnection, before: list) -> None:
        """What was known before a transaction, of partitions that it left alone, is true of the file that it made."""
        with suppress(duckdb.Error):  # what is committed is kept without it too
            connection.execute("CHECKPOINT")  # so that closing the file does not change it again
            self._contents.carry(tables.outputs(), before, self._changed)  # while nobody else can write

    def replaced(self, receipt_id: str) -> Path:
        """Where the partitions that a publishing replaced are kept, one Parquet file an output."""
        return self.path.with_name(f"{self.path.name}.replaced") / receipt_id.replace("/", "_")

    def replaced_dates(self, output: Output, receipt_id: str) -> list[date]:
        """The dates of an output that a publishing replaced."""
        return kept_dates(self.replaced(receipt_id) / f"{output.name.replace('/', '.')}.parquet")

    def replace_partitions(
        self, connection: duckdb.DuckDBPyConnection, output: Output, dates: Iterable[date], keep_in: Path
    ) -> None:
        """Put the staged rows of `dates` in place of the published ones, which are kept in `keep_in` as Parquet.

        Inside `writing()` only.
        """
        dates = sorted(dates)
        where, days = candidate.partitions(output, dates), list(map(str, dates))
        keep_in.mkdir(parents=True, exist_ok=True)
        before = connection.sql(f"SELECT * FROM {output.table.name} WHERE {where}").to_arrow_table()
        kept = before.replace_schema_metadata({b"dates": json.dumps(days).encode()})
        pq.write_table(kept, keep_in / f"{output.name.replace('/', '.')}.parquet")
        self._put(connection, output, dates, self._staged_path(output))

    def restore_partitions(self, connection: duckdb.DuckDBPyConnection, output: Output, kept_in: Path) -> list[date]:
        """Put kept partitions back; returns their dates. Inside `writing()` only."""
        path = kept_in / f"{output.name.replace('/', '.')}.parquet"
        dates = kept_dates(path)
        if dates:
            self._put(connection, output, dates, path)
        return dates

    def kept(self, output: Output, kept_in: Path) -> tuple[list[date], pd.DataFrame, pd.DataFrame]:
        """The dates that a publishing replaced, their rows before it and their rows now."""
        path = kept_in / f"{output.name.replace('/', '.')}.parquet"
        dates = kept_dates(path)
        if not dates:
            return [], pd.DataFrame(), pd.DataFrame()
        with self._reading() as connection:
            where = candidate.partitions(output, dates)
            present = connection.sql(f"SELECT * FROM {output.table.name} WHERE {where}").df()
            return dates, connection.sql("SELECT * FROM read_parquet($path)", params={"path": str(path)}).df(), present

    def _put(self, connection: duckdb.DuckDBPyConnection, output: Output, dates: list[date], source: Path) -> None:
        where = candidate.partitions(output, dates)
        connection.execute(f"DELETE FROM {output.table.name} WHERE {where}")
        columns = ", ".join(output.table.column_names)
        self._changed.setdefault(output, set()).update(dates)
        put = f"INSERT INTO {output.table.name} ({columns}) SELECT {columns} FROM read_parquet(?) WHERE {where}"
        connection.execute(put, [str(source)])

    def insert(self, connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict]) -> None:
        """Append rows to a table of nba_processing. Inside `writing()` only."""
        if not rows:
            return
        columns = tables.schema()[name].columns
        new = pa.Table.from_pylist(rows, pa.schema([pa.field(c.name, ARROW[c.type], not c.required) for c in columns]))
        listed = ", ".join(new.column_names)
        connection.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM new")

    def void_receipts(self, connection: duckdb.DuckDBPyConnection, run_id: str, because: str) -> None:
        """Mark a run's receipts as no longer in force. Inside `writing()` only."""
        connection.execute("UPDATE nba_processing.gate_receipts SET voided_by = ? WHERE run_id = ?", [because, run_id])

    def published_fingerprints(self, connection: duckdb.DuckDBPyConnection, output: Output) -> dict[date, Partition]:
        """As `fingerprints`, of the published table, inside `writing()`."""
        return self._fingerprints(connection, output, None, self._contents.look)

    def candidate_fingerprints(self, connection: duckdb.DuckDBPyConnection, output: Output) -> dict[date, Partition]:
        """As `fingerprints`, of what the output's gate reads, inside `writing()`."""
        return self._fingerprints(connection, output, output.layer, self._contents.look)

    # the file

    def copy_to(self, path: Path) -> None:
        """Copy the published tables into another file, for drills."""
        shutil.copyfile(self.path, path)

    def check(self) -> None:
        """Refuse a file that is not a warehouse of ours, or has tables of ours with other columns."""
        if self.path.exists():
            with self._open(read_only=True) as connection:
                self._lacks = bool(self._missing_tables(connection))

    def differences(self) -> pd.DataFrame:
        """How tables that are there differ from schema.sql: in nothing, since `check` refuses a file where they do."""
        return pd.DataFrame(columns=["table", "column", "declared", "there"])

    def create(self) -> None:
        """Make the file and its tables now; publishing would."""
        with self.writing():
            pass

    def _create_missing(self, connection: duckdb.DuckDBPyConnection) -> None:
        for name in self._missing_tables(connection):
            table = tables.schema()[name]
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
            columns = ", ".join(f"{c.name} {_DUCKDB[c.type]}{' NOT NULL' if c.required else ''}" for c in table.columns)
            connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")

    def _missing_tables(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        there: dict[str, dict[str, str]] = {}
        for schema, table, column, kind in connection.execute(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        ).fetchall():
            there.setdefault(f"{schema}.{table}", {})[column] = kind
        for name, columns in there.items():
            declared = {c.name: _DUCKDB[c.type] for c in tables.schema()[name].columns} if name in tables.schema() else columns
            unlike = sorted(c for c, kind in declared.items() if columns.get(c) != kind)
            if unlike:
                raise BadInput(
                    f"{name} in {self.path} lacks or differs in {', '.join(unlike)}.",
                    "writing into a table of another shape would lose or mangle what is in it",
                    "use another --warehouse, or bring the table to the columns of nbhelpers/sql/schema.sql.",
                )
        return [name for name in tables.schema() if name not in there]

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._held is not None:
            yield self._held
            return
        if self._lacks is None:
            self.check()
        if self.path.exists() and not self._lacks:
            with self._open(read_only=True) as connection:
                yield connection
            return
        # Tables that nobody has published yet read as empty ones; the first publishing makes them.
        started = time.monotonic()
        with closing(duckdb.connect()) as connection:
            connection.execute("SET TimeZone = 'UTC'; SET ieee_floating_point_ops = false")
            if self.path.exists():
                connection.execute(f"ATTACH '{str(self.path).replace(chr(39), chr(39) * 2)}' AS kept (READ_ONLY)")
                for (name,) in connection.execute(
                    "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'kept'"
                ).fetchall():
                    if name in tables.schema():
                        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
                        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM kept.{name}")
            self._create_missing(connection)
            yield connection
        self._meter("SQL", time.monotonic() - started)

    @contextmanager
    def _open(self, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        started = time.monotonic()
        deadline = started + LOCK_PATIENCE
        while True:
            try:
                connection = duckdb.connect(str(self.path), read_only=read_only)
                break
            except duckdb.IOException as problem:
                if "lock" not in str(problem).lower():
                    raise BadInput(
                        f"warehouse {self.path} cannot be opened: {str(problem).splitlines()[0]}",
                        then="choose a path you can read and write, or another --warehouse.",
                    ) from None
                if time.monotonic() > deadline:
                    raise Locked(
                        f"warehouse {self.path} has been held open by another process for {LOCK_PATIENCE} s: {problem}",
                        "DuckDB lets one process write at a time",
                        "close what holds it (a DuckDB shell, a script with an open connection), then run again.",
                    ) from None
                time.sleep(0.02)
        try:
            connection.execute("SET TimeZone = 'UTC'; SET ieee_floating_point_ops = false")
            yield connection
        finally:
            connection.close()
            self._meter("SQL" if read_only else "publishing", time.monotonic() - started)

    # SQL

    def _run(self, connection, query, parameters, layer, facts_before) -> duckdb.DuckDBPyRelation:
        dates, files = self._staged_of(layer)
        text, wanted = duckdb_queries.translated(query, dates, facts_before is not None)
        told = parameters | files | {candidate.FACTS_BEFORE: facts_before}
        return connection.sql(text, params=queries.select_parameters(wanted, told))

    def _fingerprints(self, connection, output: Output, layer: int | None, look: Callable) -> dict[date, Partition]:
        there = look(connection, output)
        staged = self.staged(output) if output.layer == layer else None
        if not staged or staged.is_in_place:
            return there
        kept = {day: held for day, held in there.items() if str(day) not in staged.dates}
        built = look(connection, output, self._staged_path(output))
        return kept | {day: held for day, held in built.items() if str(day) in staged.dates}

    def _staged_of(self, layer: int | None) -> tuple[duckdb_queries.StagedDates, dict[str, str]]:
        """What is staged of a layer: each output with its ISO dates, and the files by the parameters that stand for them."""
        found = [(output, self.staged(output)) for output in tables.outputs() if output.layer == layer]
        there = [(output, made.dates) for output, made in found if made and not made.is_in_place]
        return tuple(there), {duckdb_queries.file_of(output): str(self._staged_path(output)) for output, _ in there}


def kept_dates(path: Path) -> list[date]:
    """The dates whose partitions a file keeps; none where there is no such file."""
    if not path.exists():
        return []
    return [date.fromisoformat(day) for day in json.loads(pq.read_schema(path).metadata[b"dates"])]


def _typed(table: Table, relation: duckdb.DuckDBPyRelation, output: Output) -> str:
    """The select list that puts a query's columns in the table's order; a wrong name or type is a broken query."""
    found = dict(zip(relation.columns, map(str, relation.types), strict=True))
    declared = {c.name: _DUCKDB[c.type] for c in table.columns}
    if found.keys() != declared.keys():
        raise Broken(f"{output.path}: columns differ from schema.sql: {sorted(found.keys() ^ declared.keys())}.")
    listed = []
    for name, kind in declared.items():
        # DuckDB sums integers to HUGEINT, counts small literals as INTEGER and types a bare NULL as INTEGER.
        if found[name] == kind or (kind == "BIGINT" and found[name] in ("HUGEINT", "INTEGER")):
            listed.append(f"CAST({name} AS {kind}) AS {name}")
        else:
            raise Broken(f"{output.path}: {name} is {found[name]}, and schema.sql says {kind}.")
    return ", ".join(listed)


def _metadata(path: Path) -> Staged:
    try:
        kept = json.loads(pq.read_schema(path).metadata[b"backfill"])
    except (OSError, KeyError, TypeError, pa.ArrowException) as problem:
        raise Broken(f"staged file {path} cannot be read: {problem}", then="build its step again.") from None
    return staged_from(kept)
