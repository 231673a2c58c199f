"""The file that an embedded warehouse is: opened for as long as it is needed, waited for, refused where it is not ours."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import duckdb

from nbhelpers.errors import BadInput, Locked
from nbhelpers.sql import tables
from nbhelpers.warehouse import audited
from nbhelpers.warehouse.duckdb import file_cache

LOCK_PATIENCE = 60  # seconds: publishing takes a few, so a longer lock is somebody else's open connection
RETRY_EVERY = 0.02  # seconds
MOST_THREADS = 4  # each takes its share of the memory, and a season's tables are small
# Global, since a cursor does not take over what is set for its connection alone. x / 0 raises, as in BigQuery. What a season's
# largest comparison needs beyond the limit it puts on the disk, beside the file.
SETTINGS = f"""
    SET GLOBAL TimeZone = 'UTC'; SET GLOBAL ieee_floating_point_ops = false;
    SET memory_limit = '700MB'; SET threads = {min(MOST_THREADS, os.cpu_count() or 1)}"""
DUCKDB_TYPES = {
    "STRING": "VARCHAR", "INT64": "BIGINT", "FLOAT64": "DOUBLE", "BOOL": "BOOLEAN", "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP", "ARRAY<FLOAT64>": "DOUBLE[]", "ARRAY<STRING>": "VARCHAR[]",
}  # fmt: skip
Meter = Callable[[str, float], None]  # is given what was spent, and how much of it


class WarehouseFile:
    """One DuckDB file with the tables of schema.sql, open only inside the blocks of its methods, or until it is written to."""

    def __init__(self, path: Path, meter: Meter):
        self.path, self._meter = path, meter
        self._is_metering = False
        self._block: ExitStack | None = None  # of the block that reads all it reads through one connection
        self._shared: duckdb.DuckDBPyConnection | None = None  # that one, once it is open
        self._stays_open = False
        self._kept: duckdb.DuckDBPyConnection | None = None  # open for reading, from one block to the next

    def stay_open(self) -> None:
        """From the next look on stay open for reading, but for when something is written.

        Others can still read. Nobody can write, so this is for a run's notebooks, whose run lets nobody else write.
        """
        self._stays_open = True

    def close(self) -> None:
        """Let go of the file, which the next look opens again."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to read and write; whoever else has the file open is waited for. Locked after LOCK_PATIENCE."""
        self.close()
        with self._metered("publishing"), closing(self._connect(read_only=False)) as connection:
            yield connection

    @contextmanager
    def _metered(self, kind: str) -> Iterator[None]:
        """Tell how long a block takes, once for blocks within blocks."""
        if self._is_metering:
            yield
            return
        self._is_metering, started = True, time.monotonic()
        try:
            yield
        finally:
            self._is_metering = False
            self._meter(kind, time.monotonic() - started)

    def _connect(self, read_only: bool) -> duckdb.DuckDBPyConnection:
        deadline = time.monotonic() + LOCK_PATIENCE
        while True:
            try:
                connection = duckdb.connect(str(self.path), read_only=read_only)
                connection.execute(SETTINGS)
                return connection
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
                time.sleep(RETRY_EVERY)

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to read from; tables that nobody has published yet read as empty ones."""
        with self._metered("SQL"), ExitStack() as here:
            if self._shared is None:
                is_whole = self.path.exists() and not self.missing_tables()
                opened = (self._block or here).enter_context(self._opened() if is_whole else self._completed())
                self._shared = opened if self._block else None
            yield self._shared or opened

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to the file as it is: the one that stays open, or one for the block alone."""
        if not self._stays_open:
            with closing(self._connect(read_only=True)) as connection:
                yield connection
            return
        if self._kept is None:
            self._kept = self._connect(read_only=True)
            # Staged files change under their names faster than that cache can see.
            self._kept.execute("SET enable_external_file_cache = false")
        yield self._kept

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Read all that a block reads through one connection, made when it is first needed: that takes longer than most queries."""
        if self._block is not None:
            yield
            return
        with ExitStack() as self._block:
            try:
                yield
            finally:
                self._block = self._shared = None

    @contextmanager
    def _completed(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database in memory with the file's tables, and empty ones for those that it lacks."""
        with closing(duckdb.connect()) as connection:
            connection.execute(SETTINGS)
            if self.path.exists():
                connection.execute(f"ATTACH '{str(self.path).replace(chr(39), chr(39) * 2)}' AS kept (READ_ONLY)")
                for (name,) in connection.execute(
                    "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'kept'"
                ).fetchall():
                    if name in tables.schema():
                        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
                        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM kept.{name}")
            self.create(connection, self._missing_tables(connection))
            yield connection

    def check(self) -> None:
        """Refuse a file that is not a warehouse of ours, or has tables of ours with other columns."""
        self.missing_tables()

    def missing_tables(self) -> list[str]:
        """The tables of schema.sql that the file lacks, known while nobody touches it; refused as `check` does."""
        if not self.path.exists():
            return list(tables.schema())

        def look(_: list[str] | None) -> dict[str, bool]:
            with self._metered("SQL"), self._opened() as connection:
                return dict.fromkeys(self._missing_tables(connection), True)

        declared = repr([(name, table.columns) for name, table in sorted(tables.schema().items())])
        return list(file_cache.remembered(self._shape, file_cache.warehouse_files(self.path), declared, look))

    def carry(self, before: list, created: list[str]) -> None:
        """Know still, after a change of rows, which tables were there `before` it, and look again for those that it created."""
        file_cache.carry(self._shape, before, file_cache.states(file_cache.warehouse_files(self.path)), set(created))

    @property
    def _shape(self) -> Path:
        """Where the missing tables are remembered."""
        return file_cache.folder_beside(self.path) / "shape.json"

    def create(self, connection: duckdb.DuckDBPyConnection, missing: list[str]) -> None:
        """Make some tables of schema.sql."""
        for name in missing:
            table = tables.schema()[name]
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
            columns = ", ".join(f"{c.name} {DUCKDB_TYPES[c.type]}{' NOT NULL' if c.required else ''}" for c in table.columns)
            connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")

    def create_views(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the views of audited rows that are not there; their tables have to be."""
        named = "SELECT table_schema || '.' || table_name FROM information_schema.tables"  # a view or, of somebody's, a table
        there = {name for (name,) in connection.execute(named).fetchall()}
        for table in audited.published_tables():
            if audited.view_name(table) not in there:
                connection.execute(f"CREATE VIEW {audited.view_name(table)} AS {audited.select(table)}")

    def _missing_tables(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        there: dict[str, dict[str, str]] = {}
        for schema, table, column, kind in connection.execute(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        ).fetchall():
            there.setdefault(f"{schema}.{table}", {})[column] = kind
        for name, columns in there.items():
            declared = {c.name: DUCKDB_TYPES[c.type] for c in tables.schema()[name].columns} if name in tables.schema() else columns
            unlike = sorted(c for c, kind in declared.items() if columns.get(c) != kind)
            if unlike:
                raise BadInput(
                    f"{name} in {self.path} lacks or differs in {', '.join(unlike)}.",
                    "writing into a table of another shape would lose or mangle what is in it",
                    "use another --warehouse, or bring the table to the columns of nbhelpers/sql/schema.sql.",
                )
        return [name for name in tables.schema() if name not in there]
