"""What is counted of every table's every date: rows, rows that are wrong, and failures that are recorded."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import pandas as pd

from nbhelpers.session import Session
from nbhelpers.sql import files, tables
from nbhelpers.survey.scope import CRITICAL, surveyed

LINES = "LINES"  # no table: the lines that count, of whichever source


class Counts(NamedTuple):
    """What a table holds on a date: rows, games or members that they are of, rows that are wrong, and members that fail."""

    rows: int = 0
    have: int = 0
    contaminated: int = 0
    failures: int = 0


NO_ROWS = Counts()


def partition_counts(session: Session, layer: int | None, of: Collection[int] = tables.LAYERS) -> dict[tuple[str, date], Counts]:
    """For each short name and date of the tables `of` some layers what is there; see sql/survey/coverage.

    The tables of `layer` as its gate sees them, all others as published; dates with nothing are left out.
    """
    found: dict[tuple[str, date], Counts] = {}
    for counted in session.query_all_once(coverage_queries(of), layer, by_date="day"):
        columns = [counted[name].tolist() for name in ("table_rows", "have", "contaminated", "failures")]
        for short, day, *row in zip(counted["short"].tolist(), counted["day"].dt.date, *columns, strict=True):
            found[short, day] = Counts(*map(sum, zip(found.get((short, day), NO_ROWS), row, strict=True)))
    return found


def coverage_queries(of: Collection[int] = tables.LAYERS) -> list[str]:
    """The queries for what is counted of each date of the tables of some layers: short, day, table_rows, have, contaminated, failures.

    A query a layer: what has changed in one leaves known what was counted in the others.
    """
    folder = files.SQL / "survey" / "coverage"
    return [files.text(folder / f"{name}.sql") for layer, name in tables.LAYERS.items() if layer in of]


def contamination(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Valid rows per critical field and date: table, field, date, valid, total; of `layer`, its candidate alone."""
    of_layer = {output.short for output in surveyed() if layer in (None, output.layer)}
    rows = [
        (short, CRITICAL[short], day, counts.rows - counts.contaminated, counts.rows)
        for (short, day), counts in partition_counts(session, layer, tables.LAYERS if layer is None else {layer}).items()
        if short in CRITICAL and short in of_layer and counts.rows
    ]
    found = pd.DataFrame(rows, columns=["table", "field", "date", "valid", "total"])
    order = {short: n for n, short in enumerate(CRITICAL)}
    return found.sort_values(["table", "date"], key=lambda column: column.map(order) if column.name == "table" else column)


def failures(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Per stage and date, how many fail for want of games and how many must: processor, date, expected, actual, listed."""
    found = session.query_once(
        """SELECT members.processor_name AS processor, members.analysis_date AS date, COUNTIF(members.must_fail) AS expected,
               COUNTIF(failures.entity_id IS NOT NULL) AS actual, COUNT(*) AS listed
           FROM views.stage_members AS members
           LEFT JOIN nba_processing.precompute_failures AS failures
               ON failures.processor_name = members.processor_name AND failures.analysis_date = members.analysis_date
               AND failures.entity_id = members.entity_id AND failures.analysis_date BETWEEN @start_date AND @end_date
           GROUP BY members.processor_name, members.analysis_date""",
        layer,
        by_date="date",
    )
    found["date"] = pd.to_datetime(found["date"]).dt.date
    order = [output.short for output in surveyed()]
    return found.sort_values(["processor", "date"], key=lambda column: column.map(order.index) if column.name == "processor" else column)


def failure_categories(session: Session) -> pd.DataFrame:
    """How many published failures of each category each stage has: processor, category, failures."""
    return session.query_once(
        """SELECT processor_name AS processor, failure_category AS category, COUNT(*) AS failures
           FROM nba_processing.precompute_failures WHERE analysis_date BETWEEN @start_date AND @end_date
           GROUP BY processor_name, failure_category ORDER BY processor_name, failure_category"""
    )
