"""What the terminal that somebody watches can show: its width, its signs, its colours. A file or a pipe gets lines whole.

Imports: wording.
"""

import os
import shutil
import sys
from typing import IO

from nbhelpers.wording import hanging, in_ascii, in_columns, without_codes

NARROWEST = 60  # columns: a terminal that says it has fewer is written to as if it had these
ASCII_LOCALES = ("C", "POSIX")


def width(stream: IO[str] | None = None) -> int | None:
    """How many columns a line may have where somebody watches, else None."""
    return max(shutil.get_terminal_size().columns, NARROWEST) - 1 if _is_watched(stream or sys.stdout) else None


def has_colours() -> bool:
    """Whether what is printed may be in colour."""
    return _is_watched(sys.stdout) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def has_all_signs(stream: IO[str]) -> bool:
    """Whether a stream can show more than ASCII; of a terminal in the locale C, Python itself would say that it can."""
    if "utf" not in (getattr(stream, "encoding", None) or "utf").lower():
        return False
    return not (_is_watched(stream) and _is_ascii_locale())


def _is_ascii_locale() -> bool:
    """Whether the locale is C, as it was before Python made it C.UTF-8."""
    everywhere, characters, general = (os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    if everywhere or not characters or characters == "C.UTF-8":
        return (everywhere or general or "C") in ASCII_LOCALES
    return characters in ASCII_LOCALES


def _is_watched(stream: IO[str]) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())


def sayable(text: str, stream: IO[str]) -> str:
    """A text without what a terminal would obey, since a name or a status may be another's; spelled where it has no more than ASCII."""
    plain = without_codes(text)
    return plain if has_all_signs(stream) else in_ascii(plain)


def tell(text: object = "", stream: IO[str] | None = None, indent: int = 4) -> None:
    """Print lines; where somebody watches, wrapped at words, and what follows indented below its beginning."""
    stream = stream or sys.stdout
    said, most = sayable(str(text), stream), width(stream)
    print("\n".join(hanging(line, most, indent) for line in said.split("\n")) if most else said, file=stream, flush=True)


def tell_rows(heads: list[str], rows: list[list[object]]) -> None:
    """Print a table, its last column wrapped to what room is left where somebody watches."""
    print(sayable(in_columns(heads, rows, width()), sys.stdout), flush=True)
