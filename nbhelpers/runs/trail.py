"""The audit trail: every run's record is chained to the one before it, so that a changed byte shows."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nbhelpers.run_folder import ACCOUNT, JOURNAL, MANIFEST, REPORT

CHAIN = "chain.jsonl"  # a line an ended run: its id, what its manifest and its report hash to, and the line before
LINK = ("run_id", "manifest_sha256", "report_sha256", "follows")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    aside = path.with_name(f".{path.name.lstrip('.')}.partial")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def chaining(runs: Path) -> Iterator[tuple[str | None, Callable[[Path], None]]]:
    """The hash of the last chained manifest, and a function that chains a run's folder to it; one at a time."""
    with (runs / CHAIN).open("a+b") as chain:
        fcntl.flock(chain, fcntl.LOCK_EX)
        chain.seek(0)
        whole, _, _cut_off = chain.read().rpartition(b"\n")  # a crash or a full disk can cut the last line off
        lines = whole.split(b"\n") if whole else []

        def add_link(folder: Path) -> None:
            link = {
                "run_id": folder.name,
                "manifest_sha256": digest(folder / MANIFEST),
                "report_sha256": digest(folder / REPORT),
                "follows": _follows(lines[-1] if lines else None),
            }
            chain.truncate(len(whole) + 1 if whole else 0)
            chain.write(json.dumps(link).encode() + b"\n")
            chain.flush()
            os.fsync(chain.fileno())

        yield (json.loads(lines[-1])["manifest_sha256"] if lines else None), add_link


def folders(runs: Path) -> list[Path]:
    """The folders of all runs, oldest first."""
    return sorted(path.parent for path in runs.glob(f"[0-9]*_*/{MANIFEST}"))


def unchained(runs: Path) -> list[Path]:
    """The folders of runs that are at work, or were killed before their end was on record."""
    chained = {link.get("run_id") for link in _links(runs)}
    return [folder for folder in folders(runs) if folder.name not in chained]


def problems(runs: Path) -> list[str]:
    """What does not hold in a runs folder: missing or changed manifests, notebooks, journals and reports, broken links."""
    found, previous, line_before = [], None, None
    links = _links(runs)
    for number, (link, line) in enumerate(zip(links, _lines(runs), strict=True), start=1):
        if not link:
            found.append(f"{CHAIN}: line {number} cannot be read")
        else:
            folder = runs / link["run_id"]
            if link["follows"] != _follows(line_before):
                found.append(f"{link['run_id']}: its line in {CHAIN} does not follow the line before it")
            if not (folder / MANIFEST).is_file():
                found.append(f"{link['run_id']}: its manifest is missing")
            else:
                found += _of_run(folder, link, previous)
            previous = link["manifest_sha256"]
        line_before = line
    return found + [f"{folder.name}: it never ended (killed, or still running)" for folder in unchained(runs)]


def runs_checked(runs: Path) -> int:
    """How many ended runs the chain has."""
    return len(_lines(runs))


def manifests(runs: Path) -> list[dict]:
    """The manifests of the chain that can be read, oldest first."""
    found = []
    for link in _links(runs):
        path = runs / link.get("run_id", "") / MANIFEST
        if path.is_file() and digest(path) == link.get("manifest_sha256"):
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def receipt_problems(recorded: list[dict], held: list[dict], settings: dict[str, str]) -> list[str]:
    """Where the receipts held in the warehouse of some settings are not those that the manifests of its runs tell."""
    found = []
    of_run = {manifest["run_id"]: manifest for manifest in recorded if is_same_warehouse(manifest["settings"], settings)}
    in_warehouse = {receipt["receipt_id"]: receipt for receipt in held}
    for run_id, manifest in of_run.items():
        told = {receipt["receipt_id"]: receipt for receipt in manifest["receipts"]}
        for name, receipt in told.items():
            if name not in in_warehouse:
                found.append(f"{run_id}: its receipt of gate {receipt['gate']} is not in the warehouse")
            elif in_warehouse[name] != receipt:
                found.append(f"{run_id}: its receipt of gate {receipt['gate']} has changed in the warehouse")
        found += [
            f"{run_id}: the warehouse has a receipt of gate {receipt['gate']} that its record does not tell"
            for name, receipt in in_warehouse.items()
            if receipt["run_id"] == run_id and name not in told
        ]
    return found


def is_same_warehouse(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two records' settings name the same warehouse."""
    return all(one.get(name) == other.get(name) for name in ("warehouse", "project", "dataset_prefix"))


def _of_run(folder: Path, link: dict, previous: str | None) -> list[str]:
    name = folder.name
    if digest(folder / MANIFEST) != link["manifest_sha256"]:
        return [f"{name}: {MANIFEST} has changed since the run ended"]
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found = []
    if manifest["previous_manifest_sha256"] != previous:
        found.append(f"{name}: it does not follow the run before it in the chain")
    kept = [(entry["file"], entry["sha256"], "it ran") for entry in manifest["notebooks"]]
    kept += [(file, manifest.get(f"{Path(file).stem}_sha256"), "the run ended") for file in (JOURNAL, ACCOUNT)]
    kept += [(REPORT, link["report_sha256"], "the run ended")]
    for file, sha256, since in kept:
        if sha256 and not (folder / file).is_file():
            found.append(f"{name}: {file} is missing")
        elif sha256 and digest(folder / file) != sha256:
            found.append(f"{name}: {file} has changed since {since}")
    return found


def _follows(line: bytes | None) -> str | None:
    return hashlib.sha256(line).hexdigest() if line is not None else None


def _lines(runs: Path) -> list[bytes]:
    chain = runs / CHAIN
    whole = chain.read_bytes().rpartition(b"\n")[0] if chain.is_file() else b""
    return whole.split(b"\n") if whole else []


def _links(runs: Path) -> list[dict]:
    return [_link(line) for line in _lines(runs)]


def _link(line: bytes) -> dict:
    try:
        link = json.loads(line)
    except ValueError:
        return {}
    is_one = isinstance(link, dict) and set(link) == set(LINK) and isinstance(link["run_id"], str)
    return link if is_one else {}
