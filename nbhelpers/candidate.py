"""The candidate: a table as its gate reads it, the published rows with what is staged laid over them."""

from datetime import date

from sqlglot import exp

from nbhelpers.tables import Output, Table


def overlaid(table: Table, published: exp.Query | exp.Table, staged: list[tuple[Output, tuple[str, ...], exp.Expression]]):
    """The rows of `published`, those of the staged dates replaced by the staged ones.

    `staged` has for each output that was staged into the table: the output, its ISO dates, and where its rows are.
    """
    if not staged:
        return published
    columns = [exp.column(name) for name in table.column_names]
    rows = exp.select(*columns).from_(published.subquery("published") if isinstance(published, exp.Query) else published)
    for output, dates, _ in staged:
        mine = exp.column(table.date).isin(*(literal(date.fromisoformat(day)) for day in dates))
        if output.processor:
            mine = mine.and_(exp.column("processor_name").eq(output.processor))
        rows = rows.where(exp.not_(mine))
    for _, _, source in staged:
        rows = exp.union(rows, exp.select(*columns).from_(source), distinct=False)
    return rows


def before(table: Table, published: exp.Query | exp.Table, day: date) -> exp.Query:
    """The rows of `published` dated before a day."""
    rows = published.subquery("published") if isinstance(published, exp.Query) else published
    return exp.select("*").from_(rows).where(exp.column(table.date) < literal(day))


def partitions(output: Output, dates) -> str:
    """The condition that holds for an output's rows of some dates, on either warehouse."""
    days = ", ".join(f"DATE '{day}'" for day in sorted(dates))
    return f"{mine(output)} AND {output.table.date} IN ({days})"


def mine(output: Output) -> str:
    """The condition that holds for an output's rows, where it shares its table with others."""
    return f"processor_name = '{output.processor}'" if output.processor else "TRUE"


def literal(day: date) -> exp.Expression:
    """A date as SQL."""
    return exp.cast(exp.Literal.string(str(day)), "DATE")
