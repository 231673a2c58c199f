"""Beside each table that gates publish a view of what of it may be relied on, `…_audited`; one text for both engines."""

from collections.abc import Callable

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Table

ABOUT = "The rows of the dates that a receipt in force covers and no accepted failure taints. Made by the backfill runbook."
_EARLIEST = "1946-01-01"  # before there was a season: a filter for tables that ask for one, which leaves nothing out


def published_tables() -> list[Table]:
    """The tables that gates publish."""
    return list(dict.fromkeys(output.table for output in tables.outputs()))


def view_name(table: Table) -> str:
    """What the view beside a table is called."""
    return f"{table.name}_audited"


def select(table: Table, name: Callable[[str], str] = str, more: str = "") -> str:
    """The SELECT of a table's audited rows; `name` gives what tables are called, `more` is a further condition on its rows.

    The newest receipt in force on a date has the last word on it. Rows that were changed since are not told: that takes
    reading them all, as `verify` does.
    """
    log, receipts = name("nba_processing.partition_log"), name("nba_processing.gate_receipts")
    same_stage = " AND audited.processor_name = published.processor_name" if table.name == tables.FAILURES else ""
    return f"""SELECT published.* FROM {name(table.name)} AS published
INNER JOIN (
    SELECT partition_date, processor_name FROM (
        SELECT log.partition_date, log.processor_name, log.tainted_by FROM {log} AS log
        INNER JOIN {receipts} AS receipts ON receipts.receipt_id = log.receipt_id AND receipts.voided_by IS NULL
        WHERE log.table_name = '{table.name}'
        QUALIFY ROW_NUMBER() OVER (
            PARTITION BY log.processor_name, log.partition_date ORDER BY log.created_at DESC, log.receipt_id DESC) = 1
    ) AS newest WHERE tainted_by IS NULL
) AS audited ON audited.partition_date = published.{table.date}{same_stage}
WHERE published.{table.date} >= DATE '{_EARLIEST}'{f" AND {more}" if more else ""}"""
