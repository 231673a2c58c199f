"""What was found in files, kept for as long as nobody touches them."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any


def remembered(
    kept_in: Path, files: Iterable[Path], asked: str, look: Callable[[list[str] | None], dict[str, Any]]
) -> dict[str, Any]:
    """What `look` finds by partition, or what it found when the same was asked of the same files, untouched since.

    `look` is given the partitions to look at, None for all. What is found is kept as JSON in `kept_in`, with what else was
    asked. Nobody may write to the files while this looks.
    """
    of, kept = states(files), _read(kept_in)
    if kept.get("of") != of:
        kept = {"of": of, "found": {}, "changed": {}}
    found, changed = kept["found"].get(asked), kept["changed"].pop(asked, [])
    if found is not None and not changed:
        return found
    known = {part: what for part, what in (found or {}).items() if part not in changed}
    kept["found"][asked] = known | look(changed if found is not None else None)
    with suppress(OSError):  # to lose it costs time, no more
        kept_in.parent.mkdir(parents=True, exist_ok=True)
        _write(kept_in, kept)
    return kept["found"][asked]


def carry(kept_in: Path, before: list, after: list, changed: set[str]) -> None:
    """Keep what was found in the files as they were `before` a change that touched the partitions `changed` alone."""
    kept = _read(kept_in)
    if kept.get("of") == before:
        doubted = {asked: sorted(changed.union(kept["changed"].get(asked, []))) for asked in kept["found"]}
        with suppress(OSError):
            _write(kept_in, kept | {"of": after, "changed": doubted})


def states(files: Iterable[Path]) -> list[list[int] | None]:
    """What changes when a file is written to, replaced or removed; a time of change cannot be set back as others can."""
    return [_state(file) for file in files]


def _state(file: Path) -> list[int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def _read(kept_in: Path) -> dict:
    """What is kept; nothing where it is not there or not whole."""
    try:
        kept = json.loads(kept_in.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.keys() == {"of", "found", "changed"} else {}


def _write(kept_in: Path, kept: dict) -> None:
    aside = kept_in.with_name(f".{kept_in.name}.{os.getpid()}")
    aside.write_text(json.dumps(kept), encoding="utf-8")
    os.replace(aside, kept_in)
