"""The partition log: what each published partition was when its gate passed it, and how what is there now differs."""

from datetime import date

import pandas as pd

from nbhelpers.session import Session
from nbhelpers.warehouse import NO_ROWS, Partition

Log = dict[tuple[str, date], dict]  # by output name and date


def log_entries(session: Session) -> Log:
    """The log's entry in force for each (output name, date) of the window, by receipts that are not voided."""
    start = session.window.start_date
    return {(name, day): entry for (name, day), entry in season_log(session).items() if day >= start}


def season_log(session: Session) -> Log:
    """As `log_entries`, from opening night to the window's end: what the window's rows can stand on."""
    return _entries(session, "WHERE log.partition_date BETWEEN @season_start AND @end_date")


def whole_log(session: Session) -> Log:
    """As `log_entries`, of every date of every season."""
    return _entries(session, "")


def tainted_entries(session: Session) -> Log:
    """As `log_entries`, those alone that were built past an accepted failure: few, where the log of a season is long."""
    return _entries(session, "WHERE log.partition_date BETWEEN @start_date AND @end_date", " AND log.tainted_by IS NOT NULL")


def _entries(session: Session, where: str, more: str = "") -> Log:
    rows = session.query_once(
        f"""SELECT log.* FROM nba_processing.partition_log AS log
            INNER JOIN nba_processing.gate_receipts AS receipts ON receipts.receipt_id = log.receipt_id AND receipts.voided_by IS NULL
            {where}
            QUALIFY ROW_NUMBER() OVER (
                PARTITION BY table_name, processor_name, partition_date ORDER BY log.created_at DESC, log.receipt_id DESC) = 1{more}"""
    )
    columns = {name: _values(rows[name]) for name in rows.columns}
    names = map("/".join, zip(columns["table_name"], columns["processor_name"], strict=True))
    days = rows["partition_date"].dt.date
    entries = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    return {(name.rstrip("/"), day): entry for name, day, entry in zip(names, days, entries, strict=True)}


def _values(column: pd.Series) -> list:
    """A column's values, None where one is absent; a time but once, since a log has few of them and many partitions."""
    if not pd.api.types.is_datetime64_dtype(column):
        return (column.astype(object).where(column.notna(), None) if column.hasnans else column).tolist()
    places, times = pd.factorize(column)
    return list(map([*times, None].__getitem__, places.tolist()))


def discrepancy(
    entry: dict | None, content: Partition, inputs_fingerprint: str | None = None, code: str | None = None
) -> tuple[str, str] | None:
    """How a published partition is not what the log says of it: a state and why; None where all is well.

    `inputs_fingerprint` and `code` are the fingerprint of its inputs now and the version of what computes it; None leaves
    them out of the comparison.
    """
    if entry is None:
        return "unaudited", "foreign: no gate has passed these rows"
    if entry["fingerprint"] != content.fingerprint:
        return "unaudited", "changed since its gate passed it"
    if entry["tainted_by"]:
        return "tainted", entry["tainted_by"]
    if inputs_fingerprint is not None and entry["inputs_fingerprint"] not in (inputs_fingerprint, ""):  # "": it was never told
        return "stale", "what it is made from has changed since"
    if code is not None and entry["code_version"] != code:
        return "stale", "it was computed by other code"
    return None


def content_at(contents: dict[date, Partition], day: date) -> Partition:
    """What a date holds, a date without rows included."""
    return contents.get(day, NO_ROWS)
