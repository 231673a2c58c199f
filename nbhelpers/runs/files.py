"""Files that are written whole or not at all, and their digests."""

import hashlib
import os
from pathlib import Path


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
