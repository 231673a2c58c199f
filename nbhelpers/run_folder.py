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


def spend(run_folder: Path, kind: str, amount: float) -> None:
    """Add to a run's account seconds of a kind (fetch, SQL, publishing), or bytes billed; notebooks opened by hand keep none."""
    if not is_alive(run_folder):
        return  # a kernel that outlives its run by a moment must not change the run's record
    with suppress(OSError), (run_folder / ACCOUNT).open("a", encoding="utf-8") as account:
        account.write(json.dumps({"kind": kind, "amount": round(amount, 4)}) + "\n")
