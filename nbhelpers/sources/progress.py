"""Progress as few printed lines: bars freeze in the saved copy of a notebook, and a line a game would flood it."""

from collections.abc import Callable
from typing import Any

from nbhelpers.wording import in_words, printable

Listener = Callable[[int, int, str, float | None], None]  # done, total, what, seconds left
UNITS = {"box scores": " dates", "official box scores": " games", "play-by-play": " games", "box scores for the schedule": " games"}


class ThrottledLines:
    """The first and the last line of each kind, in between one every few seconds."""

    def __init__(self, write: Callable[[str], Any], clock: Callable[[], float], every_seconds: float = 5.0):
        self._write, self._clock, self._every = write, clock, every_seconds
        self._what = ""
        self._written_at = float("-inf")

    def __call__(self, done: int, total: int, what: str, seconds_left: float | None) -> None:
        """A line such as `box scores 12 of 24 dates, about 2 min left`; the listener of a fetch."""
        left = f", about {in_words(seconds_left)} left" if seconds_left and done < total else ""
        self._line(f"{what} {done} of {total}{UNITS.get(what, '')}{left}", what != self._what or done == total)
        self._what = what

    def waiting(self, seconds: float, why: str) -> None:
        """A line such as `waiting 48 s: BallDontLie allows 5 requests a minute`; the listener of a source."""
        self._line(f"waiting {in_words(seconds)}: {printable(why)}", seconds >= self._every)

    def _line(self, text: str, always: bool) -> None:
        if always or self._clock() - self._written_at >= self._every:
            self._write(text)
            self._written_at = self._clock()
