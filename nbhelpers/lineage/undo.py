"""Taking a run back, and telling what it changed: what publishing replaces is kept, until it is pruned."""

from datetime import date, datetime

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import BadInput
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import utc


def undo(session: Session, run_id: str) -> pd.DataFrame:
    """Put back what a run replaced and void its receipts, in one transaction; returns table, dates.

    Refused where a later run, or a hand, has changed one of the run's partitions since: that comes off first.
    """
    receipts = _receipts(session, run_id)
    warehouse, log = session.warehouse, lineage.whole_log(session)
    put_back: dict[str, set] = {}
    with session.writer_lock():
        replaced = _replaced(session, receipts)
        with warehouse.writing(by_partition=True) as transaction:
            outputs = dict.fromkeys(output for _, output in replaced)
            transaction.rely_on(outputs)
            present = {output: transaction.published_fingerprints(output) for output in outputs}
            for (_, output), dates in replaced.items():
                _require_as_published(output, dates, present[output], log, run_id)
            for receipt_id, output in replaced:  # newest first: where a run published twice, the oldest rows come back last
                restored = transaction.restore_partitions(output, warehouse.replaced(receipt_id))
                put_back.setdefault(output.name, set()).update(restored)
            transaction.void_receipts(run_id, f"undo of {run_id}")
    return pd.DataFrame([(name, len(dates)) for name, dates in put_back.items() if dates], columns=["table", "dates"])


def _replaced(session: Session, receipts: list[str]) -> dict[tuple[str, Output], list[date]]:
    """The dates that were replaced by each receipt, newest first, of each output of which any were."""
    with session.warehouse.held_open():
        found = {(name, output): session.warehouse.replaced_dates(output, name) for name in receipts for output in tables.outputs()}
    return {place: dates for place, dates in found.items() if dates}


def _require_as_published(output: Output, dates: list[date], present: dict, log: lineage.Log, run_id: str) -> None:
    for day in dates:
        entry = log.get((output.name, day), {})
        if entry.get("run_id") != run_id or entry["fingerprint"] != lineage.content_at(present, day).fingerprint:
            raise BadInput(
                f"{output.table.name} of {day} is no longer as run {run_id} published it (now: {entry.get('run_id', 'no receipt')}).",
                "putting back what was there before would lose what has come since",
                "undo the later run first, or rebuild from that date instead.",
            )


def prune(session: Session, before: datetime) -> list[str]:
    """Drop what was replaced before a UTC time, of every season; returns the runs that cannot be undone any more, oldest first.

    It is on record first, so that no undo takes what is gone for what was never there.
    """
    with session.writer_lock():
        found = session.warehouse.query(
            """SELECT receipts.receipt_id, receipts.run_id FROM nba_processing.gate_receipts AS receipts
               LEFT JOIN nba_processing.pruned_receipts AS pruned ON pruned.receipt_id = receipts.receipt_id
               WHERE receipts.created_at < @before AND pruned.receipt_id IS NULL ORDER BY receipts.created_at, receipts.receipt_id""",
            {"before": utc(before)},
        )
        rows = [{"receipt_id": row.receipt_id, "run_id": row.run_id, "pruned_at": utc(now())} for row in found.itertuples()]
        if rows:
            with session.warehouse.writing() as transaction:
                transaction.insert("nba_processing.pruned_receipts", rows)
        session.warehouse.drop_replaced(before)
    return list(dict.fromkeys(found.run_id))


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
        """SELECT receipts.receipt_id, receipts.season, pruned.pruned_at FROM nba_processing.gate_receipts AS receipts
           LEFT JOIN nba_processing.pruned_receipts AS pruned ON pruned.receipt_id = receipts.receipt_id
           WHERE receipts.run_id = @run AND receipts.voided_by IS NULL ORDER BY receipts.created_at DESC""",
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
    if found.pruned_at.notna().any():
        raise BadInput(
            f"what run {run_id} replaced was pruned on {found.pruned_at.max():%Y-%m-%d}.",
            "what was there before it is gone: its rows cannot be put back, nor compared",
            "rebuild what is wrong instead: python run_backfill.py repair.",
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
