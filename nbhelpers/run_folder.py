"""A run's folder as all that works for the run sees it: what its files are called, whether it is at work, its account.

Imports: nothing.
"""

import fcntl
import json
from contextlib import suppress
from pathlib import Path

MANIFEST, REPORT = "manifest.json", "report.html"
JOURNAL = "journal.jsonl"  # a line an event, held open and locked while the run lives
ACCOUNT = "spent.jsonl"  # where the run's time went, written by its notebooks


def is_alive(folder: Path) -> bool:
    """Whether the run of a folder is at work: the system frees its journal when it dies, however it dies."""
    try:
        with (folder / JOURNAL).open("rb") as journal:
            fcntl.flock(journal, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


class Account:
    """A run's account, which all its processes write to; see `spend`."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._own = 0  # bytes that this process has billed, for who works by hand

    def spend(self, kind: str, amount: float) -> None:
        """Add seconds of a kind."""
        spend(self._folder, kind, amount)

    def note_job(self, job: dict) -> None:
        """Add a job of BigQuery's, with what it billed."""
        self._own += job["bytes_billed"]
        _add(self._folder, {"job": job})

    def bytes_billed(self) -> int:
        """What BigQuery has billed the run for."""
        return max(self._own, bytes_billed(self._folder))


def entries(run_folder: Path) -> list[dict]:
    """The lines of a run's account: `kind` and `amount`, or `job`."""
    account = run_folder / ACCOUNT
    return [json.loads(line) for line in account.read_text(encoding="utf-8").splitlines()] if account.exists() else []


def jobs(run_folder: Path) -> list[dict]:
    """The jobs that a run has sent to BigQuery, in order: id, project, location, step, what, seconds, bytes_billed."""
    return [entry["job"] for entry in entries(run_folder) if "job" in entry]


def bytes_billed(run_folder: Path) -> int:
    """What BigQuery has billed a run for."""
    return sum(job["bytes_billed"] for job in jobs(run_folder))


def spend(run_folder: Path, kind: str, amount: float) -> None:
    """Add to a run's account seconds of a kind (fetch, SQL, publishing); notebooks opened by hand keep none."""
    _add(run_folder, {"kind": kind, "amount": round(amount, 4)})


def _add(run_folder: Path, entry: dict) -> None:
    if not is_alive(run_folder):
        return  # a kernel that outlives its run by a moment must not change the run's record
    with suppress(OSError), (run_folder / ACCOUNT).open("a", encoding="utf-8") as account:
        account.write(json.dumps(entry) + "\n")
