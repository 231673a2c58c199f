"""Queries as BigQuery is sent them: the season of each table, columns that are not there, staging laid over it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from nbhelpers.season import Season
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output, Table
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.bigquery.datasets import Datasets
from nbhelpers.warehouse.bigquery.shapes import Shape
from nbhelpers.warehouse.partitions import PROVENANCE, Staged

if TYPE_CHECKING:
    from sqlglot import exp


class Queries:
    """Writes queries for one season in some datasets; knows from `staging` what is staged, and where."""

    def __init__(self, datasets: Datasets, season: Season, staged: Callable[[Output], Staged | None], table_of: Callable[[Output], str]):
        self._datasets, self._season, self._staged, self._table_of = datasets, season, staged, table_of
        self._shape = datasets.shape

    def once_made(self) -> "Queries":
        """The same queries as they will be when all tables are there: what they read then, before it is."""
        made = Queries(self._datasets, self._season, self._staged, self._table_of)
        made._shape = lambda name: self._datasets.shape(name) or Shape.declared(tables.schema()[name])
        return made

    def parts(self, query: "str | exp.Query", layer: int | None = None) -> list[tuple[str, str]]:
        """A query in parts: name and text of each table and view that it reads, then '' and its own text."""
        read = sorted(queries.translation(query, "bigquery").tables)
        relations = [(name.replace(".", "__"), self._relation(name, layer)) for name in read]
        return [*relations, *queries.parts(query, "bigquery")]

    def text(self, query: "str | exp.Query", layer: int | None = None, is_cut: bool = False) -> tuple[str, frozenset[str]]:
        """A query as it is sent to BigQuery, and the names of its parameters."""
        translation = queries.translation(query, "bigquery")
        relations = {name: self._relation(name, layer, is_cut) for name in sorted(translation.tables)}
        cut = {candidate.FACTS_BEFORE} if any(f"@{candidate.FACTS_BEFORE}" in select for select in relations.values()) else set()
        return translation.read_from(relations), translation.parameters | cut

    def published(self, table: Table) -> str:
        """The SELECT of a published table's columns and season: a table or column that is not there reads as absent."""
        shape = self._shape(table.name)
        if shape is None or self.is_absent(table):
            absent = ", ".join(f"CAST(NULL AS {column.type}) AS {column.name}" for column in table.columns)
            return f"SELECT {absent} FROM UNNEST([1]) WHERE FALSE"
        columns, source = ", ".join(map(shape.select, table.columns)), self._datasets.quoted(table.name)
        every_partition = shape.filter(table)
        if not table.date:
            return f"SELECT {columns} FROM {source}" + (f" WHERE {every_partition}" if every_partition else "")
        season = f"{table.date} BETWEEN DATE '{self._season.opening_night}' AND DATE '{self._season.last_day}'"
        if shape.columns[table.date] != "DATE":  # the season is chosen by the date, once it is one
            within = f" WHERE {every_partition}" if every_partition else ""
            return f"SELECT * FROM (SELECT {columns} FROM {source}{within}) WHERE {season}"
        return f"SELECT {columns} FROM {source} WHERE " + " AND ".join(filter(None, [season, every_partition]))

    def is_absent(self, table: Table) -> bool:
        """Whether a table is not there, or has no date that can be read: nothing needs to be asked of it."""
        shape = self._shape(table.name)
        return shape is None or not all(shape.can_read(column) for column in table.columns if column.name == table.date)

    def fingerprints(self, outputs: Sequence[Output], is_staged: bool = False) -> str:
        """The query for what each date holds, as published or staged; see `fingerprints`."""
        staged = f"SELECT * FROM {self._datasets.quoted(self._table_of(outputs[0]))}"
        return fingerprints(outputs, staged if is_staged else self.published(tables.schema()[outputs[0].table.name]))

    def _relation(self, name: str, layer: int | None, is_cut: bool = False) -> str:
        table, staged = tables.schema()[name], candidate.staged_dates(layer, self._staged)
        published = self.published(table)
        rows = f"({published}) AS published"
        return candidate.relation(table, rows, staged, lambda output: self._datasets.quoted(self._table_of(output)), is_cut) or published


def fingerprints(outputs: Sequence[Output], rows: str) -> str:
    """The query for what each date of some rows holds: day, row_count, fingerprints (one for each of `outputs`).

    The outputs are one, whole or with some of its columns: its rows are read once.
    """
    output, lines = outputs[0], []
    for nth, part in enumerate(outputs):
        # -0.0 and 0.0 are one number but two texts; adding 0.0 makes them one.
        said = [c for c in part.table.columns if c.name not in PROVENANCE]
        columns = ", ".join(f"{c.name} + 0.0 AS {c.name}" if c.type == "FLOAT64" else c.name for c in said)
        lines.append(f"TO_HEX(MD5(TO_JSON_STRING(STRUCT({columns})))) AS line_{nth}")
    digests = ", ".join(f"TO_HEX(MD5(STRING_AGG(line_{nth}, '' ORDER BY line_{nth})))" for nth in range(len(lines)))
    return (
        f"SELECT day, COUNT(*) AS row_count, [{digests}] AS fingerprints FROM (SELECT {output.table.date} AS day, {', '.join(lines)}"
        f" FROM ({rows}) AS rows_of WHERE {candidate.mine(output)}) GROUP BY day"
    )


def table_reads(text: str) -> int:
    """How often a query reads a table: BigQuery works a WITH out anew at each reference, and bills each table it reads.

    >>> table_reads("WITH games AS (SELECT * FROM nba_raw.games) SELECT * FROM games AS a JOIN games AS b ON a.n = b.n")
    2
    """
    import sqlglot  # only who plans pays for importing it

    return _reads(sqlglot.parse_one(text, read="bigquery"), {})


def script_reads(script: str, of_temporary: int = 1) -> list[int]:
    """How often each statement of a script reads a table; one of its own temporary ones counts as `of_temporary`.

    >>> script = "CREATE TEMP TABLE x AS SELECT * FROM d.t; SELECT * FROM x AS a JOIN x AS b ON a.n = b.n JOIN d.u AS u ON u.n = a.n;"
    >>> script_reads(script), script_reads(script, of_temporary=0)
    ([1, 3], [1, 1])
    >>> script_reads("INSERT INTO d.t (n) SELECT n FROM d.u; DELETE FROM d.t WHERE TRUE;")
    [1, 1]
    """
    import sqlglot

    found, made = [], dict[str, int]()
    for statement in sqlglot.parse(script, read="bigquery"):
        if statement is not None:
            is_made = statement.key == "create"
            is_filled = is_made or statement.key == "insert"  # what is filled is not read
            found.append(_reads(statement.expression if is_filled else statement, made))
            made |= {statement.this.name: of_temporary} if is_made else {}
    return found


def _reads(query: "exp.Expr", known: dict[str, int]) -> int:
    from sqlglot import exp

    front, known = query.args.get("with_"), dict(known)
    for part in front.expressions if front else ():
        known[part.alias] = _reads(part.this, known)
    total, waiting = 0, [child for child in query.iter_expressions() if child is not front]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Table):
            total += 1 if node.db else known.get(node.name, 0)
        if node.args.get("with_"):
            total += _reads(node, known)
        else:
            waiting += node.iter_expressions()
    return total
