"""How charts say dates, counts and shares in words."""

from datetime import date

import pandas as pd

from nbhelpers.wording import brief


def iso(dates) -> list[str]:
    """Dates as text: 2025-10-21."""
    return [str(day) if type(day) is date else pd.Timestamp(day).strftime("%Y-%m-%d") for day in dates]


def day(of) -> str:
    """A date as hover texts say it: Tue 2025-10-21."""
    return f"{of:%a %Y-%m-%d}"


def span(dates) -> str:
    """The first and the last of some dates."""
    first, last = iso((min(dates), max(dates)))
    return f"{first} to {last}"


def some_of(dates) -> str:
    """Up to three dates, and how many more."""
    return brief(sorted(set(iso(dates))))


def count(number) -> str:
    """A count in words: 1,042, or that it is not known."""
    return "unknown" if pd.isna(number) else f"{int(number):,}"


def of(have, expected) -> str:
    """`have` of `expected`, or `have` alone where nothing says how many are expected."""
    return count(have) if pd.isna(expected) else f"{count(have)} of {count(expected)}"


def total(values) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if pd.notna(value)]
    return int(sum(known)) if known else None


def percent(share: float) -> str:
    """A share from 0 to 1 as a percentage that never rounds up to 100 nor down to 0.

    >>> percent(1.0), percent(0.99999), percent(0.5), percent(0.0)
    ('100 %', '99.9 %', '50.0 %', '0 %')
    """
    return f"{100 * share:.0f} %" if share in (0, 1) else f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def duration(seconds: float | None) -> str:
    """Seconds as a person would say them.

    >>> [duration(seconds) for seconds in (0.42, 42, 185, 3720, None)]
    ['0.4 s', '42 s', '3 min 05 s', '1 h 02 min', 'not measured']
    """
    if seconds is None or pd.isna(seconds):
        return "not measured"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
