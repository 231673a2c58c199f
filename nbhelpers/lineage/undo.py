"""Taking a run back, and telling what it changed: what publishing replaces is kept."""

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import BadInput
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output


def undo(session: Session, run_id: str) -> pd.DataFrame:
    """Put back what a run replaced and void its receipts, in one transaction; returns table, dates.

    Refused where a later run, or a hand, has changed one of the run's partitions since: that comes off first.
    """
    receipts = _receipts(session, run_id)
    warehouse, log = session.warehouse, lineage.whole_log(session)
    put_back: dict[str, set] = {}
    with session.writer_lock(), warehouse.writing(by_partition=True) as transaction:
        for output in tables.outputs():
            present = transaction.published_fingerprints(output)
            for receipt_id in receipts:
                for day in warehouse.replaced_dates(output, receipt_id):
                    entry = log.get((output.name, day), {})
                    if entry.get("run_id") != run_id or entry["fingerprint"] != lineage.content_at(present, day).fingerprint:
                        raise BadInput(
                            f"{output.table.name} of {day} is no longer as run {run_id} published it "
                            f"(now: {entry.get('run_id', 'no receipt')}).",
                            "putting back what was there before would lose what has come since",
                            "undo the later run first, or rebuild from that date instead.",
                        )
        for receipt_id in receipts:  # newest first: where a run published twice, the oldest rows come back last
            for output in tables.outputs():
                dates = transaction.restore_partitions(output, warehouse.replaced(receipt_id))
                put_back.setdefault(output.name, set()).update(dates)
        transaction.void_receipts(run_id, f"undo of {run_id}")
    return pd.DataFrame([(name, len(dates)) for name, dates in put_back.items() if dates], columns=["table", "dates"])


def diff(session: Session, run_id: str) -> pd.DataFrame:
    """What a run changed: table, date, added, removed, changed rows, against what is published now."""
    rows = []
    for receipt_id in _receipts(session, run_id):
        for output in tables.outputs():
            dates, before, after = session.warehouse.kept(output, session.warehouse.replaced(receipt_id))
            old, new = _by_key(output, before), _by_key(output, after)
            for day in dates:
                was, now_is = old.get(day, {}), new.get(day, {})
                both = was.keys() & now_is.keys()
                changed = sum(was[key] != now_is[key] for key in both)
                rows.append((output.short, day, len(now_is) - len(both), len(was) - len(both), changed))
    found = pd.DataFrame(rows, columns=["table", "date", "added", "removed", "changed"])
    return found[(found.added + found.removed + found.changed) > 0].reset_index(drop=True)


def _receipts(session: Session, run_id: str) -> list[str]:
    found = session.warehouse.query(
        "SELECT receipt_id, season FROM nba_processing.gate_receipts WHERE run_id = @run AND voided_by IS NULL ORDER BY created_at DESC",
        {"run": run_id},
    )
    if found.empty:
        raise BadInput(
            f"run {run_id!r} has published nothing that is still in force in {session.warehouse}.",
            then="see the runs folder for the names of runs, or give the --warehouse it wrote to.",
        )
    if others := set(found.season) - {session.window.season.name}:
        raise BadInput(
            f"run {run_id} filled season {min(others)}, and this is season {session.window.season.name}.",
            "what a run changed is looked up in its own season",
            f"type the same again with --season {min(others)}.",
        )
    return list(found.receipt_id)


def _by_key(output: Output, rows: pd.DataFrame) -> dict:
    """Rows by date and key, as text without what only tells who wrote them."""
    found: dict = {}
    names = [name for name in output.table.column_names if name not in ("run_id", "created_at")]
    for row in rows.to_dict("records"):
        key = tuple(str(row[name]) for name in output.table.key)
        found.setdefault(row[output.table.date].date(), {})[key] = repr([str(row[name]) for name in names])
    return found
