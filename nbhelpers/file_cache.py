"""What was found in files, kept for as long as nobody touches them."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any


def remembered(kept_in: Path, files: Iterable[Path], asked: str, look: Callable[[], Any]) -> Any:
    """What `look` finds, or what it found when the same was asked of the same files, untouched since.

    What is found is kept as JSON in `kept_in`. Nobody may write to the files while this looks.
    """
    of = [asked, *map(_state, files)]
    with suppress(OSError, ValueError, KeyError, TypeError):  # not kept yet, or not whole
        kept = json.loads(kept_in.read_text(encoding="utf-8"))
        if kept["of"] == of:
            return kept["found"]
    found = look()
    with suppress(OSError):  # to lose it costs time, no more
        kept_in.parent.mkdir(exist_ok=True)
        aside = kept_in.with_name(f".{kept_in.name}.{os.getpid()}")
        aside.write_text(json.dumps({"of": of, "found": found}), encoding="utf-8")
        os.replace(aside, kept_in)
    return found


def _state(file: Path) -> list[int] | None:
    """What changes when a file is written to, replaced or removed; a time of change cannot be set back as others can."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
