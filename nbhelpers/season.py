"""Seasons and windows: when a season starts, and which of its dates a run is about.

Imports: errors.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from nbhelpers.errors import BadInput

OPENING_NIGHTS = {
    "2021-22": date(2021, 10, 19),
    "2022-23": date(2022, 10, 18),
    "2023-24": date(2023, 10, 24),
    "2024-25": date(2024, 10, 22),
    "2025-26": date(2025, 10, 21),
}
DEFAULT_SEASON, DEFAULT_START, DEFAULT_END = "2025-26", "2025-10-21", "2025-12-16"  # the plan's window
BOOTSTRAP = timedelta(days=14)  # days 0 to 13: too early for anyone to have a history
FACTOR_START = timedelta(days=15)  # composite factors, features and predictions begin here


@dataclass(frozen=True)
class Season:
    """One NBA season, named as `2025-26`."""

    name: str
    opening_night: date

    @property
    def year(self) -> int:
        """The year it starts in, as `season_year` columns hold it."""
        return self.opening_night.year

    @property
    def factor_start(self) -> date:
        """The first date with composite factors, features and predictions."""
        return self.opening_night + FACTOR_START

    @property
    def last_day(self) -> date:
        """The last day that can belong to it: the finals end in June."""
        return date(self.year + 1, 6, 30)


@dataclass(frozen=True)
class Window:
    """The dates of one season that a run is about, both ends included."""

    season: Season
    start_date: date
    end_date: date

    def dates(self) -> list[date]:
        """Every calendar day of the window, games or not."""
        return [self.start_date + timedelta(n) for n in range((self.end_date - self.start_date).days + 1)]

    def __str__(self) -> str:
        return f"{self.start_date} to {self.end_date}"


def season(name: str) -> Season:
    """The season called `name`; one we do not know is an error, never a guess.

    >>> season("2025-26").factor_start
    datetime.date(2025, 11, 5)
    """
    if name not in OPENING_NIGHTS:
        raise BadInput(
            f"season {name!r} is not known; known are {', '.join(OPENING_NIGHTS)}.",
            "every window starts at opening night, which cannot be guessed",
            "check the spelling (2025-26), or add its opening night to nbhelpers/season.py.",
        )
    return Season(name, OPENING_NIGHTS[name])


def window(start_date: str, end_date: str, season_name: str, today: date) -> Window:
    """The window from two ISO dates, checked against the season and against `today`.

    >>> str(window("2025-10-21", "2025-12-16", "2025-26", today=date(2025, 12, 17)))
    '2025-10-21 to 2025-12-16'
    """
    of = season(season_name)
    start, end = day("start_date", start_date), day("end_date", end_date)
    if end < start:
        raise BadInput(f"end_date {end} is before start_date {start}.", then="swap them; both ends are included.")
    if start < of.opening_night or end > of.last_day:
        raise BadInput(
            f"{start} to {end} is not within season {of.name} ({of.opening_night} to {of.last_day}).",
            "seasons are never mixed in one window",
            "choose dates of the season, or another --season.",
        )
    if end >= today:
        raise BadInput(
            f"end_date {end} is not over yet (today is {today} in New York).",
            "unfinished games would be loaded as if they were final",
            f"end at {today - timedelta(1)} or before.",
        )
    return Window(of, start, end)


def is_bootstrap(game_date: date, of: Season) -> bool:
    """Whether `game_date` is too early in the season for anyone to have a history.

    >>> is_bootstrap(date(2025, 11, 3), season("2025-26")), is_bootstrap(date(2025, 11, 4), season("2025-26"))
    (True, False)
    """
    return game_date < of.opening_night + BOOTSTRAP


def day(name: str, text: str) -> date:
    """The date that a parameter called `name` holds as text."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadInput(f"{name} {text!r} is not a date.", then="write it as 2025-10-21.") from None
