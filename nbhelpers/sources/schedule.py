"""A season's schedule as it is known now, and how it is stored."""

from dataclasses import dataclass, field
from datetime import date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, OddGame
from nbhelpers.season import Window
from nbhelpers.store import objects
from nbhelpers.store.objects import Store


@dataclass
class Schedule:
    """A season's games as they are known now."""

    games: list[Game]
    is_new: bool  # it was stored just now
    odd: list[OddGame] = field(default_factory=list)  # entries that cannot be read
    notes: list[tuple[str, str]] = field(default_factory=list)  # where, what
    unknown: dict[str, tuple[date, date]] = field(default_factory=dict)  # played games without a box score, by id: between which days
    box_scores: set[str] = field(default_factory=set)  # nba_game_ids of the final ones that were stored while it was made

    def unknown_in(self, window: Window) -> dict[str, date]:
        """The played games that may lie in a window and of which nothing tells day and teams: id, first day it may be of."""
        start, end = window.start_date, window.end_date
        return {identifier: first for identifier, (first, last) in self.unknown.items() if first <= end and last >= start}

    def require_cover(self, window: Window) -> None:
        """Raise Broken where the window reaches beyond the games that are known."""
        days = [game.game_date for game in self.games]
        if days and min(days) <= window.start_date and max(days) >= window.end_date:
            return
        has = f"games from {min(days)} to {max(days)} only, not over {window}" if days else "no games"
        raise Broken(
            f"the NBA's schedule of {window.season.name} has {has}.",
            "dates without a schedule would pass for days without games",
            "choose dates that the schedule covers; if it should cover these, run again later.",
        )


def store_schedule(store: Store, season: str, now: datetime, body: bytes) -> None:
    """Store a schedule as the season's newest."""
    objects.add(store, objects.schedule_prefix(season), lambda name: objects.schedule_key(season, name), now, body)


def without_meta(body: dict) -> dict:
    """What of a schedule says something: two that differ in nothing else are one."""
    return {name: value for name, value in body.items() if name != "meta"}
