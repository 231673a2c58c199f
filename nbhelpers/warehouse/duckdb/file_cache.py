"""What was found in files, kept for as long as nobody touches them."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def remembered(
    stored_in: Path, files: Iterable[Path], question: str, look: Callable[[list[str] | None], dict[str, Any]]
) -> dict[str, Any]:
    """What `look` finds by partition, or what it found when the same was asked of the same files, untouched since.

    `look` is given the partitions to look at, None for all. What is found is kept as JSON in `stored_in`, with what else was
    asked; what is looked at while somebody writes to the files is not, and nothing known is mixed with it.
    """
    of, stored = states(files := list(files)), _read(stored_in)
    if stored.get("of") != of:
        stored = {"of": of, "found": {}, "changed": {}}
    found, changed = stored["found"].get(question), stored["changed"].pop(question, [])
    if found is not None and not changed:
        return found
    known = {part: what for part, what in (found or {}).items() if part not in changed}
    found = known | look(changed if found is not None else None)
    if states(files) != of:
        return look(None) if known else found
    stored["found"][question] = found
    with suppress(OSError):  # to lose it costs time, no more
        stored_in.parent.mkdir(parents=True, exist_ok=True)
        _write(stored_in, stored)
    return found


def carry(stored_in: Path, before: list, after: list, changed: set[str], replaced_by: Mapping[str, dict[str, Any]] | None = None) -> None:
    """Keep what was found in the files as they were `before` a change that touched the partitions `changed` alone.

    `replaced_by` gives, by question, what was found of all of these in the file that they are from now.
    """
    stored = _read(stored_in)
    if stored.get("of") != before:
        return
    for question, found in stored["found"].items():
        if replaced_by and question in replaced_by:
            stored["found"][question] = {part: what for part, what in found.items() if part not in changed} | {
                part: what for part, what in replaced_by[question].items() if part in changed
            }
            stored["changed"][question] = sorted(set(stored["changed"].get(question, ())) - changed)
        else:
            stored["changed"][question] = sorted(changed.union(stored["changed"].get(question, ())))
    with suppress(OSError):
        _write(stored_in, stored | {"of": after})


def found_of(stored_in: Path, files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """All that is known of files by question, nothing where they were touched since."""
    stored = _read(stored_in)
    if stored.get("of") != states(files):
        return {}
    return {question: found for question, found in stored["found"].items() if not stored["changed"].get(question)}


def warehouse_files(warehouse: Path) -> list[Path]:
    """The files that hold what is published in a warehouse: what is not yet in the first is in its log."""
    return [warehouse, warehouse.with_name(f"{warehouse.name}.wal")]


def folder_beside(warehouse: Path) -> Path:
    """Where all that was looked up in and for a warehouse's file is kept: to delete it costs time, no more."""
    return warehouse.with_name(f"{warehouse.name}.fingerprints")


def states(files: Iterable[Path]) -> list[list[int] | None]:
    """What changes when a file is written to, replaced or removed; a time of change cannot be set back as others can."""
    return [_state(file) for file in files]


def _state(file: Path) -> list[int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _read(stored_in: Path) -> dict:
    """What is kept; nothing where it is not there or not whole."""
    try:
        stored = json.loads(stored_in.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) and stored.keys() == {"of", "found", "changed"} else {}


def _write(stored_in: Path, stored: dict) -> None:
    aside = stored_in.with_name(f".{stored_in.name}.{os.getpid()}")
    aside.write_text(json.dumps(stored), encoding="utf-8")
    os.replace(aside, stored_in)
