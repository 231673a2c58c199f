"""The candidate: a table as its gate reads it, the published rows with what is staged laid over them."""

from collections.abc import Iterable
from datetime import date, timedelta

import sqlglot
from sqlglot import exp

from nbhelpers.sql.tables import Output, Table

FACTS_BEFORE = "facts_before"  # the parameter of a query that is to know nothing of a date or later


def overlaid(table: Table, published: exp.Query | exp.Table, staged: list[tuple[Output, tuple[str, ...], exp.Expression]]):
    """The rows of `published`, those of the staged dates replaced by the staged ones.

    `staged` has for each output that was staged into the table: the output, its ISO dates, and where its rows are.
    """
    if not staged:
        return published
    columns = ", ".join(table.column_names)
    kept = " AND ".join(f"NOT ({partitions(output, map(date.fromisoformat, dates))})" for output, dates, _ in staged)
    parts = [f"SELECT {columns} FROM published WHERE {kept}", *(f"SELECT {columns} FROM staged_{n}" for n in range(len(staged)))]
    query = sqlglot.parse_one(" UNION ALL ".join(parts), read="bigquery")
    sources = {"published": published, **{f"staged_{n}": source for n, (_, _, source) in enumerate(staged)}}
    for place in list(query.find_all(exp.Table)):
        source = sources[place.name]
        place.replace(source.subquery("published") if isinstance(source, exp.Query) else source)
    return query


def before(table: Table, published: exp.Query | exp.Table) -> exp.Query:
    """The rows of `published` dated before the day that the parameter `facts_before` gives."""
    rows = published.subquery("published") if isinstance(published, exp.Query) else published
    return exp.select("*").from_(rows).where(f"{table.date} < @{FACTS_BEFORE}", dialect="bigquery")


def partitions(output: Output, dates: Iterable[date]) -> str:
    """The condition that holds for an output's rows of some dates, on either warehouse."""
    spans = " OR ".join(
        f"{output.table.date} BETWEEN DATE '{first}' AND DATE '{last}'" for first, last in _spans(sorted(dates))
    )
    return f"{mine(output)} AND ({spans or 'FALSE'})"


def mine(output: Output) -> str:
    """The condition that holds for an output's rows, where it shares its table with others."""
    return f"processor_name = '{output.processor}'" if output.processor else "TRUE"


def _spans(dates: list[date]) -> list[tuple[date, date]]:
    """The runs of days that follow one another, as first and last: a season's window is one, a repair few."""
    spans: list[tuple[date, date]] = []
    for day in dates:
        if spans and day - spans[-1][1] == timedelta(1):
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return spans
