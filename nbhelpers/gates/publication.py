"""Publishing a layer that its gate has passed: partitions, receipt and partition log in one transaction."""

import json
from datetime import date, datetime

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import Broken, GateFailed
from nbhelpers.gates import kept_verdicts, taints
from nbhelpers.gates.check import code_version
from nbhelpers.gates.finding import Finding
from nbhelpers.gates.kept_verdicts import KeptVerdicts
from nbhelpers.isolation import package_digest
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.warehouse import Staged, utc
from nbhelpers.wording import many


def publish(session: Session, gate: int, findings: list[Finding], contents: lineage.Contents, kept: KeptVerdicts) -> str:
    """Publish what is staged of a gate's layer with a receipt of its findings; returns what changed, in words.

    Under the writer's lock only. Raises Broken where something is no longer what the checks have seen, and GateFailed
    where what is staged is older than what is published.
    """
    warehouse, layer, at = session.warehouse, gate // 10, utc(now())
    receipt = _receipt(session, gate, findings, at)
    with warehouse.held_open():
        log = lineage.season_log(session)
        tainted = taints.by_partition(session, layer, findings, log, contents)
        below = [output for output in tables.outputs() if output.layer < layer]
        for output, present in warehouse.fingerprints_of(below).items():
            _require_as_audited(output, present, contents, gate)
    entries, changes = [], []
    with warehouse.writing(by_partition=True) as transaction:
        transaction.rely_on([*below, *tables.layer_outputs(layer)])
        for output in tables.layer_outputs(layer):
            _require_as_audited(output, transaction.candidate_fingerprints(output), contents, gate)
            staged, audited = warehouse.staged(output), contents.of(output)
            _require_newer(output, staged, log)
            changed = _changed_dates(staged, audited, transaction.published_fingerprints(output))
            if changed:
                transaction.replace_partitions(output, changed, warehouse.replaced(receipt["receipt_id"]))
                rows = sum(lineage.content_at(audited, day).rows for day in changed)
                changes.append(f"{output.short} {many(rows, 'row')} on {many(len(changed), 'date')}")
            for day in session.window.dates():
                content = lineage.content_at(audited, day)
                entries.append(
                    _log_entry(output, day, staged, log.get((output.name, day)))
                    | {"row_count": content.rows, "fingerprint": content.fingerprint, "tainted_by": tainted.get((output.name, day))}
                    | {"receipt_id": receipt["receipt_id"], "run_id": session.run_id, "created_at": at}
                )
        transaction.insert("nba_processing.gate_receipts", [receipt])
        transaction.insert("nba_processing.partition_log", entries)
        if gate == tables.gate_of(1):
            transaction.insert("nba_processing.season_lines", [_lines_that_count(session, receipt)])
        transaction.insert(kept_verdicts.TABLE, kept.rows(findings, receipt))
    for output in tables.layer_outputs(layer):
        warehouse.discard_staged(output)
    return f"published {', '.join(changes)}" if changes else "nothing to change: what is published is what was built"


def _changed_dates(staged: Staged | None, audited: dict, published: dict) -> list[date]:
    """The staged dates whose rows differ from the published ones."""
    days = map(date.fromisoformat, staged.dates if staged else ())
    return [day for day in days if lineage.content_at(audited, day) != lineage.content_at(published, day)]


def _receipt(session: Session, gate: int, findings: list[Finding], at: datetime) -> dict:
    window = session.window
    return {
        "receipt_id": f"{session.run_id}/{gate}/{at:%Y%m%dT%H%M%S%f}",
        "gate": str(gate),
        "run_id": session.run_id,
        "season": window.season.name,
        "start_date": window.start_date,
        "end_date": window.end_date,
        "code_version": f"{code_version(gate)}+{package_digest()}",  # what was asked, and the package that asked it
        "checks": json.dumps([finding.recorded() for finding in findings]),
        "created_at": at,
        "voided_by": None,
    }


def _lines_that_count(session: Session, receipt: dict) -> dict:
    return {"lines": session.settings.lines} | {name: receipt[name] for name in ("receipt_id", "season", "run_id", "created_at")}


def _require_as_audited(output: tables.Output, present: dict, contents: lineage.Contents, gate: int) -> None:
    if present != contents.of(output):
        raise Broken(
            f"{output.table.name} has changed since this gate looked at it.",
            "what is published must be what was audited, and stand on what was audited with it",
            f"run gate {gate} again.",
        )


def _require_newer(output: tables.Output, staged: Staged | None, log: dict) -> None:
    """Refuse what was staged before another run published the same partitions: it would take them back in silence."""
    if not staged:
        return
    entries = [log[output.name, day] for day in map(date.fromisoformat, staged.dates) if (output.name, day) in log]
    newest = max((entry["created_at"] for entry in entries), default=None)
    if newest is not None and datetime.fromisoformat(staged.built_at).replace(tzinfo=None) < newest:
        raise GateFailed(
            f"{output.table.name} was staged at {staged.built_at[:16]}, before what is published now ({newest:%Y-%m-%dT%H:%M}).",
            "publishing it would put older rows over newer ones",
            f"build step {output.step} again, then this gate.",
        )


def _log_entry(output: tables.Output, day: date, staged: Staged | None, before: dict | None) -> dict:
    """Where a partition comes from: what is staged now, else what the log has said of it before."""
    if staged and str(day) in staged.dates:
        first, fingerprint = staged.inputs.get(str(day), (str(day), ""))
        origin = (date.fromisoformat(first), fingerprint, staged.code_version)
    elif before:
        origin = (pd.Timestamp(before["inputs_from"]).date(), before["inputs_fingerprint"], before["code_version"])
    else:
        origin = (day, "", "unknown")
    partition = {"table_name": output.table.name, "processor_name": output.processor, "partition_date": day}
    return partition | dict(zip(("inputs_from", "inputs_fingerprint", "code_version"), origin, strict=True))
