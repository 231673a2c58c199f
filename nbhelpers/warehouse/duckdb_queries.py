"""What is said to DuckDB: queries translated, with what is staged read over what is published."""

from functools import lru_cache

import sqlglot
from sqlglot import exp

from nbhelpers.sql import dialect, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate

StagedDates = tuple[tuple[Output, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)  # what a gate or a drill asks, it asks many times over; only the rows differ
def translated(query: str | exp.Query, staged: StagedDates, is_cut: bool) -> tuple[str, set[str]]:
    """A query for DuckDB, and the names of its parameters."""
    parsed = sqlglot.parse_one(query, read="bigquery") if isinstance(query, str) else query
    bound = dialect.bind(parsed, lambda name: _relation(name, staged, is_cut))
    return dialect.write(bound, "duckdb"), dialect.parameters(bound)


def _relation(name: str, staged: StagedDates, is_cut: bool = False) -> exp.Query | exp.Table:
    table, published = tables.schema()[name], exp.to_table(name)
    if is_cut and name.startswith("nba_analytics."):
        return candidate.before(table, published)
    files = [
        (output, dates, exp.func("read_parquet", exp.Parameter(this=exp.var(file_of(output)))))
        for output, dates in staged
        if output.table == table
    ]
    return candidate.overlaid(table, published, files)


def file_of(output: Output) -> str:
    """The parameter that stands for the file that an output is staged in."""
    return f"staged_{output.name.replace('.', '_').replace('/', '_')}"
