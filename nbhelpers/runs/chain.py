"""The chain of the runs' records: each ended run's line holds the digests of its manifest, its report and the line before."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nbhelpers.run_folder import MANIFEST, REPORT
from nbhelpers.runs.files import digest

CHAIN = "chain.jsonl"
LINK = ("run_id", "manifest_sha256", "report_sha256", "follows")


@contextmanager
def chaining(runs: Path) -> Iterator[tuple[str | None, Callable[[Path], None]]]:
    """The hash of the last chained manifest, and a function that chains a run's folder to it; one at a time."""
    with (runs / CHAIN).open("a+b") as chain:
        fcntl.flock(chain, fcntl.LOCK_EX)
        chain.seek(0)
        whole, _, _cut_off = chain.read().rpartition(b"\n")  # a crash or a full disk can cut the last line off
        earlier = whole.split(b"\n") if whole else []

        def add_link(folder: Path) -> None:
            link = {
                "run_id": folder.name,
                "manifest_sha256": digest(folder / MANIFEST),
                "report_sha256": digest(folder / REPORT),
                "follows": digest_of_line(earlier[-1] if earlier else None),
            }
            chain.truncate(len(whole) + 1 if whole else 0)
            chain.write(json.dumps(link).encode() + b"\n")
            chain.flush()
            os.fsync(chain.fileno())

        yield (json.loads(earlier[-1])["manifest_sha256"] if earlier else None), add_link


def lines(runs: Path) -> list[bytes]:
    """The whole lines of the chain, one an ended run."""
    chain = runs / CHAIN
    whole = chain.read_bytes().rpartition(b"\n")[0] if chain.is_file() else b""
    return whole.split(b"\n") if whole else []


def links(runs: Path) -> list[dict]:
    """What each line of the chain says; empty for a line that is none."""
    return [_link(line) for line in lines(runs)]


def folders(runs: Path) -> list[Path]:
    """The folders of all runs, oldest first."""
    return sorted(path.parent for path in runs.glob(f"[0-9]*_*/{MANIFEST}"))


def unchained(runs: Path) -> list[Path]:
    """The folders of runs that are at work, or were killed before their end was on record."""
    chained = {link.get("run_id") for link in links(runs)}
    return [folder for folder in folders(runs) if folder.name not in chained]


def manifest_of(folder: Path) -> dict | None:
    """A run's manifest; None where there is none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_one = isinstance(manifest, dict) and {"run_id", "status", "notebooks"} <= manifest.keys()
    return manifest if is_one else None


def manifests(runs: Path) -> list[dict]:
    """The manifests of the chain that can be read, oldest first."""
    found = []
    for link in links(runs):
        path = runs / link.get("run_id", "") / MANIFEST
        if path.is_file() and digest(path) == link.get("manifest_sha256"):
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def digest_of_line(line: bytes | None) -> str | None:
    """What the next line of the chain says of a line; None before the first."""
    return hashlib.sha256(line).hexdigest() if line is not None else None


def _link(line: bytes) -> dict:
    try:
        link = json.loads(line)
    except ValueError:
        return {}
    is_link = isinstance(link, dict) and set(link) == set(LINK) and isinstance(link["run_id"], str)
    return link if is_link else {}
