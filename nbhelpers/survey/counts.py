"""What is counted of every table's every date: rows, rows that are wrong, and failures that are recorded."""

from datetime import date

import pandas as pd

from nbhelpers.session import Session
from nbhelpers.sql import files, tables
from nbhelpers.survey.scope import CRITICAL, surveyed

LINES = "LINES"  # no table: the lines that count, of whichever source
NO_ROWS = {"table_rows": 0, "have": 0, "contaminated": 0, "failures": 0}


def partition_counts(session: Session, layer: int | None) -> dict[tuple[str, date], dict[str, int]]:
    """For each table's short name and date: table_rows, have (games or members), contaminated, failures; see coverage.sql.

    The tables of `layer` as its gate sees them, all others as published; dates with nothing are left out.
    """
    counts = _counted(session, [*(output.short for output in surveyed()), LINES], None)
    staged = {output.processor or output.short for output in tables.outputs() if output.layer == layer and session.warehouse.staged(output)}
    if staged:  # what is published is known from the notebook before
        shorts = sorted(staged | ({LINES} if layer == 1 else set()))
        counts = {(short, day): row for (short, day), row in counts.items() if short not in shorts}
        counts |= _counted(session, shorts, layer)
    return counts


def _counted(session: Session, shorts: list[str], layer: int | None) -> dict[tuple[str, date], dict[str, int]]:
    rows = session.query_once(files.text(files.SQL / "survey" / "coverage.sql"), layer, shorts=shorts)
    return {(row["short"], row["day"].date()): row for row in rows.to_dict("records")}


def contamination(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Valid rows per critical field and date: table, field, date, valid, total; of `layer`, its candidate alone."""
    of_layer = {output.short for output in surveyed() if layer in (None, output.layer)}
    rows = [
        (short, CRITICAL[short], day, counts["table_rows"] - counts["contaminated"], counts["table_rows"])
        for (short, day), counts in partition_counts(session, layer).items()
        if short in CRITICAL and short in of_layer and counts["table_rows"]
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
           GROUP BY members.processor_name, members.analysis_date ORDER BY members.analysis_date""",
        layer,
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
