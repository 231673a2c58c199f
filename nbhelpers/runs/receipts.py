"""The receipts that gates left in the warehouse, as manifests repeat them, and what one does not show."""

import json

import pandas as pd

from nbhelpers import gates
from nbhelpers.session import Session


def published_receipts(session: Session, run_id: str | None = None) -> list[dict]:
    """The receipts in a warehouse, oldest first, of a run or of all; undone ones too."""
    which = "WHERE run_id = @run_id " if run_id else ""
    text = f"SELECT * FROM nba_processing.gate_receipts {which}ORDER BY created_at, receipt_id"
    found = session.warehouse.query_once(text, session.parameters(run_id=run_id))
    return [
        {
            "receipt_id": row["receipt_id"], "gate": row["gate"], "run_id": row["run_id"],
            "start_date": str(pd.Timestamp(row["start_date"]).date()), "end_date": str(pd.Timestamp(row["end_date"]).date()),
            "code_version": row["code_version"], "checks": json.loads(row["checks"]),
            "created_at": f"{row['created_at']:%Y-%m-%dT%H:%M:%SZ}",
        }
        for row in found.to_dict("records")
    ]  # fmt: skip


def unproven(session: Session, gate: int, accepted: dict[str, str]) -> str:
    """What the receipt of a session's run does not show of a gate: itself, some checks, or that some passed or were accepted."""
    mine = [receipt for receipt in published_receipts(session, session.run_id) if receipt["gate"] == str(gate)]
    if not mine:
        return "it left no receipt"
    verdicts = {check["name"]: check["verdict"] for check in mine[-1]["checks"]}
    wrong = [
        check.name
        for check in gates.checks(gate)
        if check.name not in verdicts
        or (check.severity == "fail" and verdicts[check.name] not in ("pass", "not due", *["accepted"] * (check.name in accepted)))
    ]
    return f"its receipt does not show that these checks passed: {', '.join(wrong)}" if wrong else ""
