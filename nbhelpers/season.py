"""Seasons and windows: how a season is named, and which of its dates a run is about.

When a season opens, its schedule says (sources/schedules.py): the code lists no seasons.

Imports: errors.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from nbhelpers.errors import BadInput

DEFAULT_SEASON, DEFAULT_START, DEFAULT_END = "2025-26", "2025-10-21", "2025-12-16"  # the plan's window
FIRST_YEAR = 2019  # of the first season whose box scores and play-by-play the NBA's CDN still has
BOOTSTRAP = timedelta(days=14)  # days 0 to 13: too early for anyone to have a history
FACTOR_START = timedelta(days=15)  # composite factors, features and predictions begin here


@dataclass(frozen=True)
class Season:
    """One NBA season, named as `2025-26`."""

    name: str
    opening_night: date
    last_game: date | None = field(default=None, compare=False)  # as far as its schedule tells

    @property
    def year(self) -> int:
        """The year it starts in, as `season_year` columns hold it."""
        return season_year(self.name)

    @property
    def factor_start(self) -> date:
        """The first date with composite factors, features and predictions."""
        return self.opening_night + FACTOR_START

    def week_of(self, day: date) -> int:
        """The week of the season that a day is in: 1 is the seven days from opening night on.

        >>> [PLAN_SEASON.week_of(date(2025, 10, n)) for n in (21, 27, 28)]
        [1, 1, 2]
        """
        return (day - self.opening_night).days // 7 + 1

    @property
    def last_day(self) -> date:
        """The last day that can belong to it: the finals end in June, but for 2020 and 2021, of which the schedule tells."""
        june = date(self.year + 1, 6, 30)
        return max(june, self.last_game or june)


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


def season_year(name: str) -> int:
    """The year that a season's name begins with; BadInput if it is no season's name or one without files.

    >>> season_year("2026-27")
    2026
    """
    if not re.fullmatch(r"20\d\d-\d\d", str(name), re.ASCII) or int(name[5:]) != (int(name[2:4]) + 1) % 100:
        raise BadInput(f"season {name!r} is not a season's name.", then="write it as 2025-26: the years it starts and ends in.")
    if int(name[:4]) < FIRST_YEAR:
        raise BadInput(
            f"season {name!r} is not to be had: the NBA's files begin with {FIRST_YEAR}-{(FIRST_YEAR + 1) % 100}.",
            "without box scores and play-by-play there is nothing to fill a season from",
            "choose a later --season.",
        )
    return int(name[:4])


# The plan's season as the plan itself tells it, for as long as no schedule of it is stored.
PLAN_SEASON = Season(DEFAULT_SEASON, date.fromisoformat(DEFAULT_START))


def window(start_date: str, end_date: str, of: Season, today: date) -> Window:
    """The window from two ISO dates, checked against the season and against `today`.

    Without a start it begins on opening night, without an end it ends yesterday, or with the last game of a season that is over.

    >>> str(window("2025-10-21", "2025-12-16", PLAN_SEASON, today=date(2025, 12, 17)))
    '2025-10-21 to 2025-12-16'
    """
    yesterday = today - timedelta(1)
    start = day("start_date", start_date) if start_date else of.opening_night
    end = day("end_date", end_date) if end_date else min(yesterday, of.last_game or of.last_day)
    if not end_date and end < start:
        raise BadInput(
            f"season {of.name} has no day to fill yet: it begins on {of.opening_night}, and today is {today} in New York.",
            then="run again on the morning after its first games, or choose another --season.",
        )
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
            f"end at {yesterday} or before.",
        )
    return Window(of, start, end)


def is_bootstrap(game_date: date, of: Season) -> bool:
    """Whether `game_date` is too early in the season for anyone to have a history.

    >>> is_bootstrap(date(2025, 11, 3), PLAN_SEASON), is_bootstrap(date(2025, 11, 4), PLAN_SEASON)
    (True, False)
    """
    return game_date < of.opening_night + BOOTSTRAP


def day(name: str, text: str) -> date:
    """The date that a parameter called `name` holds as text."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadInput(f"{name} {text!r} is not a date.", then="write it as 2025-10-21.") from None
