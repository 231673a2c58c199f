"""A season in memory whose rows can be changed for a moment: what a drill of thousands needs to be fast."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from nbhelpers.session import Session
from nbhelpers.sql import queries
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import PROVENANCE, candidate

Rows = list[dict]


class Sandbox:
    """The tables of a DuckDB file, copied into memory. It answers queries as a warehouse in which nothing is staged."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, published: Path):
        self._connection, self._stored_views = connection, set[str]()
        self.step = 0
        connection.execute("SET TimeZone = 'UTC'; SET ieee_floating_point_ops = false; SET threads = 1")
        connection.execute(f"ATTACH '{str(published).replace(chr(39), chr(39) * 2)}' AS season (READ_ONLY)")
        there = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'season'"
        for (name,) in connection.execute(there).fetchall():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM season.{name}")
        connection.execute("DETACH season; CREATE SCHEMA stored")

    def query(self, query: str, parameters: dict | None = None, layer: int | None = None) -> pd.DataFrame:
        """The rows of a query; a layer's candidate is what is there."""
        return self._relation(query, parameters or {}).df()

    query_once = query

    def query_all(self, queries_asked: Sequence[str], parameters: dict, layer: int | None = None) -> list[pd.DataFrame]:
        """The rows of several queries, one after the other."""
        return [self.query(query, parameters) for query in queries_asked]

    def staged(self, output: Output) -> None:
        """What is staged of an output: nothing ever."""

    def rows(self, output: Output) -> Rows:
        """All rows of an output, in the order of its key."""
        text = f"SELECT * FROM {output.table.name} WHERE {candidate.mine(output)} ORDER BY ALL"
        return self._connection.sql(text).to_arrow_table().to_pylist()

    def store_view(self, name: str, parameters: dict) -> None:
        """Work a view out once, such as `witness.player_game_summary`: what it reads must not change from then on."""
        kept = f"stored.{name.replace('.', '__')}"
        self._relation(f"SELECT * FROM {name}", parameters).create(kept)
        self._stored_views.add(name)

    @contextmanager
    def replaced(self, output: Output, dates: Iterable[date], rows: Rows) -> Iterator[None]:
        """For the length of a block, an output has these rows on these dates."""
        new = pa.Table.from_pylist(rows, self._connection.sql(f"SELECT * FROM {output.table.name} LIMIT 0").to_arrow_table().schema)
        with self._undone():
            self._connection.execute(f"DELETE FROM {output.table.name} WHERE {candidate.partitions(output, dates)}")
            self._connection.from_arrow(new).insert_into(output.table.name)
            yield

    @contextmanager
    def recomputed(self, output: Output, text: str, parameters: dict) -> Iterator[int]:
        """For the length of a block, an output has the rows of a query in DuckDB's SQL; yields how many differ from before."""
        table = output.table
        names, mine = ", ".join(table.column_names), candidate.mine(output)
        compared = ", ".join(name for name in table.column_names if name not in PROVENANCE)
        with self._undone():
            self._connection.sql(text, params=parameters).project(names).create("stored.mutant")
            before, after = f"SELECT {compared} FROM {table.name} WHERE {mine}", f"SELECT {compared} FROM stored.mutant"
            differing = f"SELECT COUNT(*) FROM (({before} EXCEPT ALL {after}) UNION ALL ({after} EXCEPT ALL {before}))"
            [(count,)] = self._connection.execute(differing).fetchall()
            self._connection.execute(f"DELETE FROM {table.name} WHERE {mine}; INSERT INTO {table.name} SELECT * FROM stored.mutant")
            yield count

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def _relation(self, query: str, parameters: dict) -> duckdb.DuckDBPyRelation:
        for name in self._stored_views:
            query = query.replace(f"{name} ", f"stored.{name.replace('.', '__')} ")
        translation = queries.translation(query, "duckdb")
        given = queries.select_parameters(translation.parameters, parameters)
        return self._connection.sql(translation.read_from({}), params=given)


@contextmanager
def in_memory(session: Session) -> Iterator[Session]:
    """A session on a copy of its warehouse's published tables in memory, for the length of a block."""
    with closing(duckdb.connect()) as connection:
        yield replace(session, warehouse=Sandbox(connection, session.warehouse.path), run_id="mutants")
