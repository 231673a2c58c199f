"""The candidate: a table as its gate reads it, the published rows with what is staged laid over them."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output, Table
from nbhelpers.warehouse.partitions import Partition, Staged

StagedDates = tuple[tuple[Output, tuple[str, ...]], ...]  # outputs with the ISO dates that are staged of them

FACTS_BEFORE = "facts_before"  # the parameter of a query that is to know nothing of a date or later


def staged_dates(layer: int | None, staged: Callable[[Output], Staged | None]) -> StagedDates:
    """What is staged of a layer, and has to be laid over what is published: its owner's own rows are there already."""
    found = [(output, staged(output)) for output in tables.outputs() if output.layer == layer]
    return tuple((output, made.dates) for output, made in found if made and not made.is_in_place)


def relation(table: Table, published: str, staged: StagedDates, rows_of: Callable[[Output], str], is_cut: bool) -> str:
    """The SELECT that a query reads in place of what is published; empty where it reads that as it is.

    The facts `before` a day where the query is cut, else what is staged of the table laid over what is published.
    """
    if is_cut and table.name.startswith("nba_analytics."):
        return before(table, published)
    laid_over = [(output, dates, rows_of(output)) for output, dates in staged if output.table == table]
    return overlaid(table, published, laid_over) if laid_over else ""


def fingerprints(
    published: dict[date, Partition], staged: Staged | None, built: Callable[[], dict[date, Partition]]
) -> dict[date, Partition]:
    """What each date of the candidate holds, from what is published and what is `built` in staging."""
    if not staged or staged.is_in_place:
        return published
    untouched = {day: content for day, content in published.items() if str(day) not in staged.dates}
    return untouched | {day: content for day, content in built().items() if str(day) in staged.dates}


def overlaid(table: Table, published: str, staged: list[tuple[Output, tuple[str, ...], str]]) -> str:
    """The SELECT of the rows of `published`, those of the staged dates replaced by the staged ones; for either warehouse.

    `staged` has for each output that was staged into the table: the output, its ISO dates, and where its rows are.
    """
    columns = ", ".join(table.column_names)
    left_alone = " AND ".join(f"NOT ({partitions(output, map(date.fromisoformat, dates))})" for output, dates, _ in staged)
    parts = [f"SELECT {columns} FROM {published} WHERE {left_alone}", *(f"SELECT {columns} FROM {source}" for _, _, source in staged)]
    return " UNION ALL ".join(parts)


def before(table: Table, published: str) -> str:
    """The SELECT of the rows of `published` dated before the day that the parameter `facts_before` gives, in BigQuery's dialect."""
    return f"SELECT * FROM {published} WHERE {table.date} < @{FACTS_BEFORE}"


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
