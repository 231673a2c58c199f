"""The plan's checklist, answered from the data instead of by hand."""

import json

import pandas as pd

from nbhelpers import survey
from nbhelpers.lineage import overrides
from nbhelpers.session import Session
from nbhelpers.sql import tables


def answers(session: Session, cells: pd.DataFrame) -> pd.DataFrame:
    """The plan's items with what the warehouse says: item, answer (yes, no; not run, noted), evidence.

    `cells` is survey.coverage with lineage, so that a stale partition counts against its table.
    """
    receipts, categories = gate_receipts(session), survey.failure_categories(session)
    errors = int(categories.loc[categories.category == "PROCESSING_ERROR", "failures"].sum())
    has_predictions = bool((cells[cells.table == "PREDICTIONS"].rows > 0).any())
    rows = []
    for short in dict.fromkeys(cells.table):
        if short == "PREDICTIONS" and not has_predictions:
            rows.append(("PREDICTIONS, the optional step", "not run", "python run_backfill.py --with-predictions"))
            continue
        own = cells[cells.table == short]
        bad = own[own.state.isin(survey.REASONS)]
        states = ", ".join(f"{len(group)} {state}" for state, group in own.groupby("state", sort=False))
        rows.append((f"{short} is whole, audited and up to date", "no" if len(bad) else "yes", f"dates: {states}"))
    for layer in tables.LAYERS:
        gate = str(tables.gate_of(layer))
        own = receipts[receipts.gate == gate]
        if layer == 4 and not has_predictions:
            continue
        rows.append((f"Gate {gate} passed for the window", "no" if own.empty else "yes", _receipt_line(own)))
    must = survey.failures(session)
    off = must[(must.expected != must.actual) & must.processor.isin(["TDZA", "PSZA", "PDC"])]
    counted = f"{must.actual.sum():,} failures of {must.listed.sum():,} members"
    rows.append(("Failures are those that too few games explain", "no" if len(off) else "yes", counted))
    rows.append(("No PROCESSING_ERROR", "no" if errors else "yes", f"{errors} of {int(categories.failures.sum()):,} failures"))
    past, missing = overrides.tainted(session), overrides.accepted_gaps(session)
    reasons = "; ".join(dict.fromkeys(past.why)) or "no failing check was accepted"
    rows.append(("Nothing stands on an accepted failure", "no" if len(past) else "yes", reasons))
    if len(missing):
        games = ", ".join(f"{row.game_id} {row.what}: {row.reason}" for row in missing.itertuples())
        rows.append(("Games accepted as missing", "noted", games))
    return pd.DataFrame(rows, columns=["item", "answer", "evidence"])


def summary(answered: pd.DataFrame) -> str:
    """The checklist in one line."""
    questions = answered[answered.answer.isin(["yes", "no"])]
    no = list(questions.loc[questions.answer == "no", "item"])
    return f"The plan's checklist: {len(questions) - len(no)} of {len(questions)} items hold" + (f"; not: {', '.join(no)}." if no else ".")


def gate_receipts(session: Session) -> pd.DataFrame:
    """The newest receipt of each gate that covers the window: gate, run_id, created_at, checks (a list)."""
    found = session.query_once(
        """SELECT gate, run_id, start_date, end_date, checks, created_at FROM nba_processing.gate_receipts
           WHERE start_date <= @start_date AND end_date >= @end_date AND season = @season AND voided_by IS NULL
           QUALIFY ROW_NUMBER() OVER (PARTITION BY gate ORDER BY created_at DESC) = 1 ORDER BY gate"""
    )
    found["checks"] = found["checks"].map(json.loads)
    return found


def _receipt_line(receipt: pd.DataFrame) -> str:
    if receipt.empty:
        return "no receipt covers the window"
    row = receipt.iloc[0]
    clean = sum(check["verdict"] == "pass" for check in row.checks)
    return f"{row.run_id}, {row.created_at:%Y-%m-%d %H:%M} UTC, {clean} of {len(row.checks)} checks clean"
