"""A gate's publishing on BigQuery by the strict stand-in: killed before the job or after it, taken back, done again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from emulators import PROJECT
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from strict import Strict
from tiny import SEASON, Tiny, day, output, staged

from nbhelpers import gates, lineage
from nbhelpers.gates import audit
from nbhelpers.lineage import undo
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.warehouse.bigquery import BigQuery

ROWS = {"SCHEDULE": 2, "BOXSCORES": 40}


def session(folder: Path, address: str, prefix: str, run_id: str) -> Session:
    """A run on a season of two games, in datasets of its own."""
    tiny = Tiny(folder)
    for n in (0, 2):
        tiny.play(day(n), "BOS", "LAL")
    tiny.store_schedule()
    client = google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": address})
    tiny.warehouse = BigQuery(client, SEASON, run_id, prefix)
    run = tiny.session(run_id=run_id)
    for short, rows in {"SCHEDULE": tiny.games, "BOXSCORES": tiny.lines}.items():
        tiny.warehouse.stage_rows(output(short), rows, staged(run))
    return run


def publish(run: Session) -> str:
    """What gate 1 says that it published; its checks, which are not asked here, find nothing."""
    audit.checks, asked = lambda gate: [], audit.checks
    try:
        return gates.Audit(run, 19).publish()
    finally:
        audit.checks = asked


def published(run: Session) -> dict[str, int]:
    """The rows of each raw table that has any."""
    found = run.warehouse.fingerprints_of(tables.layer_outputs(1))
    return {of.short: sum(held.rows for held in contents.values()) for of, contents in found.items() if contents}


def receipts_in_force(run: Session) -> list[str]:
    found = run.warehouse.query("SELECT run_id FROM nba_processing.gate_receipts WHERE voided_by IS NULL ORDER BY created_at")
    return list(found.run_id)


def unproven(run: Session) -> list[str]:
    """The partitions that are not as a receipt in force says."""
    log = lineage.log_entries(run)
    return [
        f"{of.short} of {when}"
        for of, contents in run.warehouse.fingerprints_of(tables.layer_outputs(1)).items()
        for when, held in contents.items()
        if log.get((of.name, when), {}).get("fingerprint") != held.fingerprint
    ]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_gate_that_is_killed_while_it_publishes_loses_nothing_and_leaves_nothing_twice(strict_bigquery: Strict, tmp_path, moment):
    prefix, first, second = f"killed_{moment}_", tmp_path / "first", tmp_path / "second"
    words = [sys.executable, __file__, str(first), strict_bigquery.address, prefix]
    first.mkdir()
    second.mkdir()
    gate = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})

    def is_killed(at: str) -> bool:
        if at == moment:
            os.kill(gate.pid, signal.SIGKILL)
        return at == moment

    strict_bigquery.is_killed = is_killed
    try:
        _, said = gate.communicate(timeout=120)
    finally:
        strict_bigquery.is_killed = lambda at: False
    assert gate.returncode == -signal.SIGKILL, said
    run = session(second, strict_bigquery.address, prefix, "second")
    assert (published(run), receipts_in_force(run)) == (({}, []) if moment == "before" else (ROWS, ["first"]))
    assert unproven(run) == []  # whole, and its receipt with it
    assert ("Nothing to change" in publish(run)) == (moment == "after")  # the lock of who was killed is free
    assert (published(run), unproven(run)) == (ROWS, [])
    assert receipts_in_force(run)[-1] == "second"


def test_what_was_published_and_taken_back_is_published_again_by_the_same_run(strict_bigquery: Strict, tmp_path):
    run = session(tmp_path, strict_bigquery.address, "again_", "one")
    assert "Published SCHEDULE 2 rows" in publish(run)
    undo.undo(run, "one")
    assert (published(run), receipts_in_force(run)) == ({}, [])
    again = session(tmp_path, strict_bigquery.address, "again_", "one")
    assert "Published SCHEDULE 2 rows" in publish(again)
    assert (published(again), receipts_in_force(again), unproven(again)) == (ROWS, ["one"], [])


if __name__ == "__main__":
    publish(session(Path(sys.argv[1]), sys.argv[2], sys.argv[3], "first"))
