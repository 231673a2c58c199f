"""The audit trail: every run's record is chained to the one before it, so that a changed byte shows."""

import hashlib
import json
import os
from pathlib import Path

CHAIN = "chain.jsonl"  # a line a finished run: its id and the hash of its manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def newest_link(runs: Path) -> str | None:
    """The hash of the last finished run's manifest, or None before the first."""
    links = _links(runs)
    return links[-1]["manifest_sha256"] if links else None


def add_link(runs: Path, run_id: str) -> None:
    """Chain a run that has just ended."""
    with (runs / CHAIN).open("a", encoding="utf-8") as chain:
        chain.write(json.dumps({"run_id": run_id, "manifest_sha256": digest(runs / run_id / "manifest.json")}) + "\n")
        chain.flush()
        os.fsync(chain.fileno())


def problems(runs: Path) -> list[str]:
    """What does not hold in a runs folder: missing or changed manifests, notebooks and journals, runs without an end."""
    found, previous = [], None
    links = _links(runs)
    for link in links:
        folder = runs / link["run_id"]
        if not (folder / "manifest.json").is_file():
            found.append(f"{link['run_id']}: its manifest is missing")
        else:
            found += _of_run(folder, link["manifest_sha256"], previous)
        previous = link["manifest_sha256"]
    chained = {link["run_id"] for link in links}
    for manifest in sorted(runs.glob("*_*/manifest.json")):
        if manifest.parent.name not in chained:
            found.append(f"{manifest.parent.name}: it never ended (killed, or still running)")
    return found


def runs_checked(runs: Path) -> int:
    """How many finished runs the chain has."""
    return len(_links(runs))


def _of_run(folder: Path, chained: str, previous: str | None) -> list[str]:
    name = folder.name
    if digest(folder / "manifest.json") != chained:
        return [f"{name}: manifest.json has changed since the run ended"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = []
    if manifest["previous_manifest_sha256"] != previous:
        found.append(f"{name}: it does not follow the run before it in the chain")
    for entry in manifest["notebooks"]:
        path = folder / entry["file"]
        if entry["sha256"] and not path.is_file():
            found.append(f"{name}: {entry['file']} is missing")
        elif entry["sha256"] and digest(path) != entry["sha256"]:
            found.append(f"{name}: {entry['file']} has changed since it ran")
    journal = folder / "journal.jsonl"
    if not journal.is_file() or digest(journal) != manifest["journal_sha256"]:
        found.append(f"{name}: journal.jsonl has changed since the run ended")
    return found


def _links(runs: Path) -> list[dict]:
    chain = runs / CHAIN
    return [json.loads(line) for line in chain.read_text(encoding="utf-8").splitlines()] if chain.is_file() else []
