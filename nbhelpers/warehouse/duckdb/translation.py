"""Queries as DuckDB takes them: translated, with what is staged read over what is published."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from nbhelpers.season import Season
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.candidate import StagedDates

if TYPE_CHECKING:
    from sqlglot import exp


def translated(
    query: "str | exp.Query", staged: StagedDates, is_cut: bool, season: Season | None = None
) -> tuple[str, frozenset[str]]:
    """A query for DuckDB, and the names of its parameters; with a season, of its dates alone."""
    translation, relations = queries.translation(query, "duckdb"), {}
    for name in translation.tables & tables.schema().keys():  # the others are tables of the query's own connection
        table = tables.schema()[name]
        select = candidate.relation(table, name, staged, lambda output: f"read_parquet(${file_of(output)})", is_cut)
        if season and table.date:
            rows = f"({select})" if select else name
            select = f"SELECT * FROM {rows} WHERE {table.date} BETWEEN DATE '{season.opening_night}' AND DATE '{season.last_day}'"
        if select:
            relations[name] = select.replace("@", "$")
    parameters = re.findall(r"\$(\w+)", " ".join(relations.values()))
    return translation.read_from(relations), translation.parameters.union(parameters)


def file_of(output: Output) -> str:
    """The parameter that stands for the file that an output is staged in."""
    return f"staged_{output.name.replace('.', '_').replace('/', '_')}"


def with_values(text: str, parameters: Mapping[str, object]) -> str:
    """A query with the values of its parameters written into it.

    >>> with_values("SELECT $day AS day, '$day' AS text, $teams AS teams", {"day": date(2025, 11, 1), "teams": ["BOS"]})
    "SELECT DATE '2025-11-01' AS day, '$day' AS text, ['BOS'] AS teams"
    """
    return re.sub(r"('(?:[^']|'')*')|\$(\w+)", lambda found: found[1] or _literal(parameters[found[2]]), text)


def _literal(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "'{}'".format(value.replace("'", "''")) if isinstance(value, str) else "NULL" if value is None else str(value)
