"""What is said to DuckDB: queries translated, with what is staged read over what is published."""

from datetime import date
from functools import lru_cache

import sqlglot
from sqlglot import exp

from nbhelpers import candidate, dialect, tables
from nbhelpers.partitions import PROVENANCE
from nbhelpers.tables import Output

StagedDates = tuple[tuple[Output, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)  # what a gate or a drill asks, it asks many times over; only the rows differ
def translated(query: str | exp.Query, staged: StagedDates, is_cut: bool) -> tuple[str, set[str]]:
    """A query for DuckDB, and the names of its parameters."""
    parsed = sqlglot.parse_one(query, read="bigquery") if isinstance(query, str) else query
    bound = dialect.bind(parsed, lambda name: _relation(name, staged, is_cut))
    return dialect.write(bound, "duckdb"), dialect.parameters(bound)


def fingerprint_text(output: Output, is_staged: bool, dates: list[date] | None = None) -> str:
    """The query that tells what each date of an output, or each of `dates`, holds.

    As published, or in the file that its parameter names.
    """
    table, where = output.table, candidate.mine(output) if dates is None else candidate.partitions(output, dates)
    # -0.0 and 0.0 are one number but two texts; adding 0.0 makes them one.
    told = [f"{c.name} := {c.name}{' + 0.0::DOUBLE' if c.type == 'FLOAT64' else ''}" for c in table.columns if c.name not in PROVENANCE]
    return f"""
        SELECT day, COUNT(*), md5(string_agg(line, '' ORDER BY line))
        FROM (SELECT {table.date} AS day, md5(to_json(struct_pack({', '.join(told)}))::VARCHAR) AS line
              FROM {'read_parquet($file)' if is_staged else table.name} WHERE {where})
        GROUP BY day"""


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
