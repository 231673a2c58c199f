"""How counts, dates and durations read in a line of text.

Imports: nothing.
"""

import textwrap
import unicodedata
from datetime import date


def many(count: int, thing: str) -> str:
    """A count with its noun.

    >>> many(1, "gap"), many(1042, "row"), many(2, "game")
    ('1 gap', '1,042 rows', '2 games')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def on_dates(dates: list[date]) -> str:
    """Dates with their number, as a part of a sentence.

    >>> on_dates([date(2025, 11, 1)])
    'on 2025-11-01'
    """
    return f"on {brief(dates)}" if len(dates) <= 1 else f"on {len(dates)} dates ({brief(dates)})"


def brief(dates: list[date] | list[str], most: int = 3) -> str:
    """A list of dates for one line.

    >>> brief([date(2025, 11, d) for d in (1, 2, 3, 4, 5)])
    '2025-11-01, 2025-11-02, 2025-11-03 and 2 more'
    """
    shown = ", ".join(map(str, dates[:most]))
    return f"{shown} and {len(dates) - most} more" if len(dates) > most else shown


def printable(text: str, most: int = 200) -> str:
    r"""Other people's text in one line: no control or escape codes, which a terminal would obey, and not endless.

    >>> printable("Final\x1b[2J\nreally")
    'Final [2J really'
    """
    plain = " ".join(without_codes(text[: 4 * most]).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def without_codes(text: str) -> str:
    r"""A text of several lines with a blank for each code that a terminal would obey.

    >>> without_codes("one\n\x1b[2Jtwo")
    'one\n [2Jtwo'
    """
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


def in_words(seconds: float) -> str:
    """A duration as one says it.

    >>> in_words(42.4), in_words(130)
    ('42 s', '2 min')
    """
    return f"{max(seconds, 1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


SPELLED = {"✓": "+", "■": "#", "✗": "x", "–": "-", "—": "-", "·": "-", "…": "...", "→": "->", "×": "x", "≥": ">=", "≤": "<=", "−": "-"}


def in_ascii(text: str) -> str:
    """A text for a terminal that has no more than ASCII: signs spelled, accents dropped.

    >>> in_ascii("✓ Nikola Jokić · 3 → 4")
    '+ Nikola Jokic - 3 -> 4'
    """
    for sign, spelled in SPELLED.items():
        text = text.replace(sign, spelled)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def hanging(line: str, width: int, indent: int = 4) -> str:
    """A line wrapped at words, what follows indented below its beginning.

    >>> print(hanging("  the play-by-play never came", 20))
      the play-by-play
          never came
    """
    beneath = " " * (len(line) - len(line.lstrip()) + indent)
    wrapper = textwrap.TextWrapper(
        width, subsequent_indent=beneath, replace_whitespace=False, break_on_hyphens=False, break_long_words=False
    )
    return "\n".join(wrapper.wrap(line))


LEAST_ROOM = 20  # columns that the last one of a table must have, else it stands below the others


def in_columns(heads: list[str], rows: list[list[object]], width: int | None = None) -> str:
    """A table as text, each column as wide as its widest; with a `width`, the last is wrapped to the room that is left.

    >>> print(in_columns(["table", "rows"], [["PGS", 1042], ["TDZA", 30]]))
    table rows
    PGS   1042
    TDZA  30
    >>> print(in_columns(["table", "reason"], [["PGS", "stale: it was computed by other code"]], 30))
    table reason
    PGS   stale: it was computed
          by other code
    """
    texts = [heads, *([str(value) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    left = sum(widths[:-1]) + len(widths) - 1
    if width is None or left + widths[-1] <= width:
        return "\n".join(_cells(row, widths) for row in texts)
    if width - left >= LEAST_ROOM:
        beside = [(_cells(row[:-1], widths), textwrap.wrap(row[-1], width - left, break_on_hyphens=False) or [""]) for row in texts]
        lines = [f"{text if n == 0 else '':<{left}}{part}" for text, parts in beside for n, part in enumerate(parts)]
        return "\n".join(line.rstrip() for line in lines)
    below = [(_cells(row[:-1], widths), hanging(f"    {row[-1]}", width, 0)) for row in texts]
    return "\n".join(part for parts in below for part in parts if part.strip())


def _cells(row: list[str], widths: list[int]) -> str:
    return " ".join(f"{value:<{wide}}" for value, wide in zip(row, widths, strict=False)).rstrip()
