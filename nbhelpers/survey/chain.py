"""The chain as charts draw it: which tables each is computed from, and what each is called in full."""

from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.survey.states import coverage


def upstream() -> dict[str, list[str]]:
    """The short names of the tables that each table is computed from, in the order of the chain."""
    found = [output for output in tables.outputs() if not output.processor]
    return {output.short: [source.short for source in tables.inputs(output) if not source.processor] for output in found}


def full_names() -> dict[str, str]:
    """Each table's name without its dataset, by its short name."""
    return {output.short: output.table.name.partition(".")[2] for output in tables.outputs() if not output.processor}


def tally(session: Session) -> dict[str, dict[str, int]]:
    """How many dates of each state each table has, as published now."""
    cells = coverage(session, with_lineage=True)
    return {table: mine.state.value_counts().to_dict() for table, mine in cells.groupby("table", sort=False)}
