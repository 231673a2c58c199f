"""One transaction on the published tables of a DuckDB file."""

import json
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.arrow import arrow_table
from nbhelpers.warehouse.duckdb.fingerprints import Fingerprints
from nbhelpers.warehouse.duckdb.staging import StagingFolder, file_name, replaced_dates
from nbhelpers.warehouse.partitions import Partition
from nbhelpers.warehouse.publishing import PartitionWriter


class DuckDBTransaction(PartitionWriter):
    """What `protocol.Transaction` promises, on an open connection: nobody else can write meanwhile."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, staging: StagingFolder, contents: Fingerprints):
        self._connection, self._staging, self._contents = connection, staging, contents
        self.changed: dict[Output, set[date]] = {}  # the partitions that were put
        self.taken_from: dict[Output, set[Path]] = {}  # the files that these are from
        self._is_known = True  # whether what is not among them is as the file had it

    def execute(self, statement: str, parameters: list | dict | None = None) -> duckdb.DuckDBPyConnection:
        """A statement in DuckDB's own words, for drills and tests."""
        self._is_known = False
        return self._connection.execute(statement, parameters)

    def insert_arrow(self, name: str, rows: pa.Table) -> None:
        """Append the rows of an Arrow table to a table, columns by their names."""
        listed = ", ".join(rows.column_names)
        self._connection.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM rows")

    def published_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as published: known, where the file is as it was looked at and nobody else can write."""
        if self._is_known and output not in self.changed:
            return self._contents.known(lambda: nullcontext(self._connection), output)
        return self._contents.look(self._connection, output)

    def candidate_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as its gate reads it."""

        def built() -> dict[date, Partition]:
            return self._contents.known(lambda: nullcontext(self._connection), output, self._staging.path(output))

        return candidate.fingerprints(self.published_fingerprints(output), self._staging.staged(output), built)

    def rely_on(self, outputs: Iterable[Output]) -> None:
        """Nothing to do: whoever looks under the writer's lock, as one who publishes does, sees what nobody else can change."""

    def insert(self, name: str, rows: list[dict]) -> None:
        """Append rows to a table of nba_processing."""
        if rows:
            self.insert_arrow(name, arrow_table(tables.schema()[name], rows))

    def remove(self, name: str, key: dict[str, str]) -> None:
        """Remove the row of a table of nba_processing that has a key: column and text."""
        where = " AND ".join(f"{column} = ?" for column in key)
        self._connection.execute(f"DELETE FROM {name} WHERE {where}", list(key.values()))

    def void_receipts(self, run_id: str, because: str) -> None:
        """Mark a run's receipts as no longer in force."""
        self._connection.execute("UPDATE nba_processing.gate_receipts SET voided_by = ? WHERE run_id = ?", [because, run_id])

    def _keep(self, output: Output, dates: list[date], keep_in: Path) -> None:
        keep_in.mkdir(parents=True, exist_ok=True)
        published = f"SELECT * FROM {output.table.name} WHERE {candidate.partitions(output, dates)}"
        before = self._connection.sql(published).to_arrow_table()
        days = json.dumps(list(map(str, dates))).encode()
        pq.write_table(before.replace_schema_metadata({b"dates": days}), keep_in / file_name(output))

    def _put(self, output: Output, dates: list[date], source: Path) -> None:
        where, columns = candidate.partitions(output, dates), ", ".join(output.table.column_names)
        self._connection.execute(f"DELETE FROM {output.table.name} WHERE {where}")
        self.changed.setdefault(output, set()).update(dates)
        self.taken_from.setdefault(output, set()).add(source)
        rows = f"SELECT {columns} FROM read_parquet(?) WHERE {where}"
        self._connection.execute(f"INSERT INTO {output.table.name} ({columns}) {rows}", [str(source)])

    def _staged_rows(self, output: Output) -> Path:
        return self._staging.path(output)

    def _kept_rows(self, output: Output, kept_in: Path) -> Path:
        return kept_in / file_name(output)

    def _kept_dates(self, output: Output, kept_in: Path) -> list[date]:
        return replaced_dates(self._kept_rows(output, kept_in))
