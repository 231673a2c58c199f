"""A run's record while it is written: nothing half-written, nothing claimed that was not done, whatever ends the run.

The journal is held open and locked for as long as the run lives, so that anybody can tell a run that is at work from
one that was killed. Who finds the record of a killed run completes it.
"""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd

from nbhelpers.run_folder import is_alive
from nbhelpers.runs import trail
from nbhelpers.runs.trail import ACCOUNT, JOURNAL, MANIFEST
from nbhelpers.session import Session


class Journal:
    """A line an event, on disk before the run goes on."""

    def __init__(self, folder: Path):
        self._file = os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def write(self, line: dict) -> None:
        """Append a line; after one that a crash cut off, on a line of its own."""
        size = os.fstat(self._file).st_size
        is_cut = size and os.pread(self._file, 1, size - 1) != b"\n"
        text = ("\n" if is_cut else "") + json.dumps(line) + "\n"
        left = text.encode()
        while left:
            left = left[os.write(self._file, left) :]
        os.fsync(self._file)

    def close(self) -> None:
        """Let go: the run has ended."""
        os.close(self._file)


def running_copy(folder: Path, file: str) -> Path:
    """Where a notebook is executed, until it has ended."""
    return folder / f".{Path(file).stem}.running.ipynb"


def keep_copy(folder: Path, file: str) -> str | None:
    """Give an executed notebook its name; its sha256, or None where there is none that can be read.

    Cells that never ran are marked as such: after a dead kernel or an exit they are saved as completed.
    """
    aside = running_copy(folder, file)
    try:
        notebook = nbformat.read(aside, 4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.execution_count is None and "papermill" in cell.metadata:
                cell.metadata.papermill.status = "not run"
        trail.write(aside, nbformat.writes(notebook))
        os.replace(aside, folder / file)
    except (OSError, ValueError, AttributeError):  # never begun, or cut off by a full disk
        aside.unlink(missing_ok=True)
        return None
    return trail.digest(folder / file)


def receipts(session: Session, run_id: str | None = None) -> list[dict]:
    """The receipts in a warehouse, oldest first, of a run or of all, as manifests tell them; undone ones too."""
    found = session.query("SELECT * FROM nba_processing.gate_receipts ORDER BY created_at, receipt_id")
    return [
        {
            "receipt_id": row["receipt_id"], "gate": row["gate"], "run_id": row["run_id"],
            "start_date": str(pd.Timestamp(row["start_date"]).date()), "end_date": str(pd.Timestamp(row["end_date"]).date()),
            "code_version": row["code_version"], "checks": json.loads(row["checks"]),
            "created_at": f"{row['created_at']:%Y-%m-%dT%H:%M:%SZ}",
        }
        for row in found.to_dict("records") if run_id in (None, row["run_id"])
    ]  # fmt: skip


def end(folder: Path, manifest: dict) -> None:
    """Write an ended run's manifest and report and chain them to those of the run before."""
    from nbhelpers.runs import report  # heavy, and `status` does without

    with trail.chaining(folder.parent) as (previous, add_link):
        for name, file in (("journal_sha256", JOURNAL), ("spent_sha256", ACCOUNT)):
            manifest[name] = trail.digest(folder / file) if (folder / file).exists() else None
        manifest["previous_manifest_sha256"] = previous
        save(folder, manifest)
        report.build(folder)
        add_link(folder)


def save(folder: Path, manifest: dict) -> None:
    """Write a manifest, whole or not at all."""
    trail.write(folder / MANIFEST, json.dumps(manifest, indent=1))


def close_killed(runs: Path, settings: dict[str, str], receipts: Callable[[str], list[dict]], by: str, at: str) -> list[str]:
    """Complete the records of runs on the warehouse of some settings that were killed; a line for each. Inside the writer's lock only.

    `receipts` gives what a run had published by then, `by` who completes the record.
    """
    told = []
    for folder in trail.unchained(runs):
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if is_alive(folder) or not trail.is_same_warehouse(manifest["settings"], settings):
            continue
        line = f"{folder.name} had ended ({manifest['status']}) and was not chained"
        if manifest["exit_code"] is None:
            at_work = [entry for entry in manifest["notebooks"] if entry["status"] == "running"]
            names = " and ".join(entry["name"] for entry in at_work)
            when = f"while {names} was at work" if names else "between two notebooks"
            line = f"{folder.name} broke off {when} (killed, or without room for its record)"
            for entry in at_work:
                entry |= {"status": "broken", "summary": "broke off without a word", "sha256": keep_copy(folder, entry["file"])}
            manifest |= {
                "status": "broken",
                "receipts": receipts(folder.name),
                "verdict": {
                    "notebook": at_work[0]["name"] if at_work else "",
                    "what": f"the run broke off {when}: it was killed, the machine went down, or there was no room for its record.",
                    "why": "what was at work is not known to be done; nothing half-done was published",
                    "then": "run again: it goes on from the data.",
                },
                "closed": {"by": by, "at": at},
            }
        journal = Journal(folder)
        journal.write({"at": at, "event": "closed", "by": by})
        journal.close()
        end(folder, manifest)
        told.append(f"{line}; its record is now complete.")
    return told
