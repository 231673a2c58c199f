"""Queries as DuckDB takes them: translated, with what is staged read over what is published."""

import re
from typing import TYPE_CHECKING

from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.candidate import StagedDates

if TYPE_CHECKING:
    from sqlglot import exp


def translated(query: "str | exp.Query", staged: StagedDates, is_cut: bool) -> tuple[str, frozenset[str]]:
    """A query for DuckDB, and the names of its parameters."""
    translation, relations = queries.translation(query, "duckdb"), {}
    for name in translation.tables:
        select = candidate.relation(tables.schema()[name], name, staged, lambda output: f"read_parquet(${file_of(output)})", is_cut)
        if select:
            relations[name] = select.replace("@", "$")
    parameters = re.findall(r"\$(\w+)", " ".join(relations.values()))
    return translation.read_from(relations), translation.parameters.union(parameters)


def file_of(output: Output) -> str:
    """The parameter that stands for the file that an output is staged in."""
    return f"staged_{output.name.replace('.', '_').replace('/', '_')}"
