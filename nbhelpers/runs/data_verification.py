"""Whether the warehouse still says what the runs' records say: published rows against the log, the log against the records."""

import hashlib
import json
from datetime import date

from nbhelpers import gates, lineage
from nbhelpers.session import BY_HAND, Session
from nbhelpers.sql import tables
from nbhelpers.warehouse import NO_ROWS
from nbhelpers.wording import on_dates


def log_digest(session: Session, run_id: str) -> str:
    """The SHA-256 of all that a run has written into the partition log."""
    rows = session.warehouse.query(
        """SELECT * FROM nba_processing.partition_log WHERE run_id = @wanted
           ORDER BY receipt_id, table_name, processor_name, partition_date""",
        {"wanted": run_id},
    )
    lines = [json.dumps(row, sort_keys=True, default=str) for row in rows.astype(object).where(rows.notna(), None).to_dict("records")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def log_problems(session: Session, recorded: list[dict]) -> list[str]:
    """The runs whose entries in the partition log are not those that their records keep the digest of."""
    return [
        f"{manifest['run_id']}: its entries in the partition log have changed in the warehouse"
        for manifest in recorded
        if manifest.get("log_sha256") and manifest["log_sha256"] != log_digest(session, manifest["run_id"])
    ]


def unrecorded_receipts(published: list[dict], run_ids: set[str]) -> list[str]:
    """The receipts in a warehouse of runs that have no record; what was published by hand has none."""
    return [
        f"{receipt['run_id']}: the warehouse has a receipt of gate {receipt['gate']} by this run, which has no record"
        for receipt in published
        if receipt["run_id"] not in run_ids | {BY_HAND}
    ]


def partition_problems(session: Session) -> list[str]:
    """The tables with dates whose rows, computed anew, are not those that the partition log says were published."""
    session.warehouse.forget_known()
    log, problems = lineage.season_log(session), []
    outputs = tables.outputs()
    contents = session.warehouse.fingerprints_of(list(outputs))
    for output in outputs:
        wrong: dict[str, list[date]] = {}
        for (name, day), entry in log.items():
            if name == output.name and entry["fingerprint"] != contents[output].get(day, NO_ROWS).fingerprint:
                wrong.setdefault(entry["run_id"], []).append(day)
        problems += [
            f"{output.name}: its rows are not those that {run_id} published, {on_dates(sorted(days))}" for run_id, days in wrong.items()
        ]
    return problems


def examined_anew(session: Session) -> list[str]:
    """What each gate's checks find in the published tables of the window, asked once more of all of it: no verdict is repeated."""
    problems = []
    for layer in tables.LAYERS:
        if not any(session.warehouse.fingerprints(output) for output in tables.layer_outputs(layer)):
            continue  # an optional layer that nobody asked for
        findings = gates.Audit(session, tables.gate_of(layer), is_whole=True).run()
        problems += [f"gate {tables.gate_of(layer)}: {finding}" for finding in findings if finding.verdict == "fail"]
    return problems
