"""What is said to DuckDB: queries translated, with what is staged read over what is published."""

from typing import TYPE_CHECKING

from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate

if TYPE_CHECKING:
    from sqlglot import exp

StagedDates = tuple[tuple[Output, tuple[str, ...]], ...]


def translated(query: "str | exp.Query", staged: StagedDates, is_cut: bool) -> tuple[str, frozenset[str]]:
    """A query for DuckDB, and the names of its parameters."""
    translation = queries.translation(query, "duckdb")
    relations, parameters = {}, set(translation.parameters)
    for name in translation.tables:
        table = tables.schema()[name]
        files = [(output, dates, f"read_parquet(${file_of(output)})") for output, dates in staged if output.table == table]
        if is_cut and name.startswith("nba_analytics."):
            relations[name] = candidate.before(table, name).replace("@", "$")
            parameters.add(candidate.FACTS_BEFORE)
        elif files:
            relations[name] = candidate.overlaid(table, name, files)
            parameters.update(file_of(output) for output, _, _ in files)
    return translation.read_from(relations), frozenset(parameters)


def file_of(output: Output) -> str:
    """The parameter that stands for the file that an output is staged in."""
    return f"staged_{output.name.replace('.', '_').replace('/', '_')}"
