"""A season in memory whose rows can be changed for a moment: what a drill of thousands needs to be fast."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import sqlglot
from sqlglot import exp

from nbhelpers.session import Session
from nbhelpers.sql import queries, views
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import PROVENANCE, candidate

Rows = list[dict]


class Sandbox:
    """The tables of a DuckDB file, copied into memory. It answers queries as a warehouse in which nothing is staged."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, published: Path):
        self._connection = connection
        self._stored: dict[str, str] = {}  # the views that have been worked out, and the table each is in
        self._storing: dict | None = None  # the parameters to work out every other view with that is asked for
        self._schemas: dict[str, pa.Schema] = {}
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
        text, given = self._prepared(query, parameters or {})
        return self._connection.execute(text, given).df()

    def query_once(self, query: str, parameters: dict | None = None, layer: int | None = None, by_date: str = "") -> pd.DataFrame:
        """As `query`: nothing is known from before."""
        return self.query(query, parameters, layer)

    def query_all(self, texts: Sequence[str], parameters: Sequence[dict], layer: int | None = None) -> list[pd.DataFrame]:
        """The rows of several queries, one after the other."""
        return [self.query(text, of) for text, of in zip(texts, parameters, strict=True)]

    def tuples(self, query: str, parameters: dict) -> list[tuple]:
        """The rows of a query as tuples, which for a few of them takes a tenth of the time."""
        text, given = self._prepared(query, parameters)
        return self._connection.execute(text, given).fetchall()

    def staged(self, output: Output) -> None:
        """What is staged of an output: nothing ever."""

    def rows(self, output: Output) -> Rows:
        """All rows of an output, in the order of its key."""
        text = f"SELECT * FROM {output.table.name} WHERE {candidate.mine(output)} ORDER BY ALL"
        return self._connection.sql(text).to_arrow_table().to_pylist()

    def store_view(self, name: str, parameters: dict) -> None:
        """Work a view out once, such as `witness.player_game_summary`: what it reads must not change from then on."""
        if name not in self._stored:
            stored = f"stored.{name.replace('.', '__')}"
            self._create(stored, views.text_of(name), parameters)
            self._stored[name] = stored

    @contextmanager
    def storing(self, parameters: dict) -> Iterator[None]:
        """For the length of a block, in which no row changes, each view that is asked for is worked out once."""
        before, self._storing = dict(self._stored), parameters
        try:
            yield
        finally:
            for name in self._stored.keys() - before.keys():
                self._connection.execute(f"DROP TABLE {self._stored[name]}")
            self._stored, self._storing = before, None

    @contextmanager
    def rewritten(self, name: str, query: exp.Query, parameters: dict) -> Iterator[None]:
        """For the length of a block, a view that is stored is what another query gives, and so is each that reads it."""
        before = dict(self._stored)
        with self._undone():
            try:
                self._create("stored.mutant", query, parameters)
                untouched = {other: table for other, table in before.items() if name not in views.views_read(other)}
                self._stored = untouched | {name: "stored.mutant"}
                self._storing = parameters
                for other in before.keys() - self._stored.keys():
                    self._connection.execute(f"DROP TABLE {before[other]}")
                yield
            finally:
                self._stored, self._storing = before, None

    @contextmanager
    def replaced(self, rows: Mapping[Output, Rows], dates: Iterable[date]) -> Iterator[None]:
        """For the length of a block, some outputs have these rows on these dates."""
        with self._undone():
            for output, of_output in rows.items():
                self._connection.execute(f"DELETE FROM {output.table.name} WHERE {candidate.partitions(output, dates)}")
                self._insert(output, of_output)
            yield

    def alter(self, output: Output, rows: Iterable[dict]) -> None:
        """Put rows in the place of those with their key, for good."""
        for row in rows:
            is_its_key = " AND ".join(f"{name} = ?" for name in output.table.key)
            self._connection.execute(f"DELETE FROM {output.table.name} WHERE {is_its_key}", [row[name] for name in output.table.key])
            self._insert(output, [row])

    def lose(self, output: Output, games: Iterable[str]) -> None:
        """Have an output hold nothing of some games, for good."""
        self._connection.execute(f"DELETE FROM {output.table.name} WHERE list_contains(?, game_id)", [list(games)])

    def rebuild(self, output: Output, parameters: dict) -> int:
        """Have an output hold what its step makes of the rows and views that there are now; returns how many rows are others."""
        text, given = self._prepared(output.query, parameters)
        return self._put(output, text, given, parameters["dates"])

    @contextmanager
    def recomputed(self, output: Output, text: str, parameters: dict) -> Iterator[int]:
        """For the length of a block, an output has, on the dates of the parameters, the rows of a query in DuckDB's SQL.

        Yields how many differ from before.
        """
        given = {name: parameters[name] for name in parameters if re.search(rf"\${name}\b", text)}
        with self._undone():
            yield self._put(output, text, given, parameters["dates"])

    def _put(self, output: Output, text: str, given: dict, dates: Iterable[date]) -> int:
        """Have an output hold, on some dates, the rows of a query; returns how many differ from before."""
        table, there = output.table, candidate.partitions(output, dates)
        compared = ", ".join(name for name in table.column_names if name not in PROVENANCE)
        self._connection.execute(f"CREATE TABLE stored.put AS SELECT {', '.join(table.column_names)} FROM ({text})", given)
        before, after = f"SELECT {compared} FROM {table.name} WHERE {there}", f"SELECT {compared} FROM stored.put"
        differing = f"SELECT COUNT(*) FROM (({before} EXCEPT ALL {after}) UNION ALL ({after} EXCEPT ALL {before}))"
        [(count,)] = self._connection.execute(differing).fetchall()
        self._connection.execute(f"DELETE FROM {table.name} WHERE {there}; INSERT INTO {table.name} SELECT * FROM stored.put")
        self._connection.execute("DROP TABLE stored.put")
        return count

    def _insert(self, output: Output, rows: Rows) -> None:
        name = output.table.name
        if name not in self._schemas:
            self._schemas[name] = self._connection.sql(f"SELECT * FROM {name} LIMIT 0").to_arrow_table().schema
        self._connection.from_arrow(pa.Table.from_pylist(rows, self._schemas[name])).insert_into(name)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def _create(self, name: str, query: str | exp.Query, parameters: dict) -> None:
        text, given = self._prepared(query, parameters)
        self._connection.execute(f"CREATE TABLE {name} AS {text}", given)

    def _prepared(self, query: str | exp.Query, parameters: dict) -> tuple[str, dict]:
        """A query's text for DuckDB, read from the views that are stored, and those of the parameters that it takes."""
        text = query if isinstance(query, str) else query.sql("bigquery")
        for name in sorted(views.named(text)) if self._storing is not None else ():
            self.store_view(name, self._storing)
        text = views.reading(text, self._stored)
        # A query that is changed for once is not one to remember the translation of.
        translation = queries.translation(text if isinstance(query, str) else sqlglot.parse_one(text, read="bigquery"), "duckdb")
        return translation.read_from({}), queries.select_parameters(translation.parameters, parameters)


@contextmanager
def in_memory(session: Session) -> Iterator[Session]:
    """A session on a copy of its warehouse's published tables in memory, for the length of a block."""
    with closing(duckdb.connect()) as connection:
        yield replace(session, warehouse=Sandbox(connection, session.warehouse.path), run_id="mutants")
