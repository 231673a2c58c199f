"""Asking gate 1 about a few dates as if the season had these alone: what is wrong in raw on a date shows on it.

Only checks that judge each date by itself are asked so, and what they say counts only where the healthy season, asked the same,
is said to be well.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from nbhelpers.gates import Check, finding
from nbhelpers.session import Session

Dates: TypeAlias = frozenset[date]
Rows: TypeAlias = list[tuple]
Warned: TypeAlias = dict[str, Rows]  # by check: date, expected, examined, offending
# What everything above raw is computed from, date by date: the summaries as their witnesses tell them, and who is listed ...
READ_OF_RAW = (
    "SELECT * FROM witness.player_game_summary WHERE game_date >= @start_date",
    "SELECT * FROM witness.team_defense_game_summary WHERE game_date >= @start_date",
    "SELECT * FROM witness.team_offense_game_summary WHERE game_date >= @start_date",
    "SELECT game_id, team_abbr, player_lookup, did_play FROM views.box_lines WHERE game_date >= @start_date",
)
CALENDAR = "SELECT * FROM witness.calendar"  # ... and the rest and load that the dates before have left


class DatesAlone:
    """Asks the checks of gate 1, and what is computed from raw, about some dates of a season in memory alone."""

    def __init__(self, session: Session, parameters: dict, checks: Iterable[Check]):
        self._sandbox, self._parameters = session.warehouse, parameters
        self.checks = [check for check in checks if check.query and not check.is_of_range]

    def ask(self, asked: Iterable[Check], dates: Dates) -> tuple[Check | None, Warned]:
        """The first of some checks that fails; where none does, what those that warn have counted."""
        warned = {}
        with self._sandbox.storing(on := self._on(dates)):
            for check in asked:
                counts = sorted(self._sandbox.tuples(finding.counts_of(check.query), on), key=str)
                if is_failing(check, counts):
                    return check, {}
                if check.severity == "warn":
                    warned[check.name] = counts
        return None, warned

    def read_of_raw(self, dates: Dates, with_calendar: bool) -> list[Rows]:
        """All rows that everything above raw is computed from."""
        with self._sandbox.storing(on := self._on(dates)):
            found = [sorted(self._sandbox.tuples(query, on), key=str) for query in READ_OF_RAW]
        return found + [sorted(self._sandbox.tuples(CALENDAR, self._parameters), key=str)] * with_calendar

    def _on(self, dates: Dates) -> dict:
        first, last = min(dates), max(dates)
        return self._parameters | {"season_start": first, "start_date": first, "end_date": last, "dates": sorted(dates)}


def is_failing(check: Check, counts: Rows) -> bool:
    """A date with offenders fails a check; one of which nothing could be examined fails one that warns, too."""
    if check.severity == "warn":
        return any(expected and not examined for _, expected, examined, _ in counts)
    return any(offending for *_, offending in counts)
