"""What the raw rows of a date are made from: its games by the newest schedule, and its objects."""

import hashlib
from collections.abc import Sequence

from nbhelpers.errors import Broken
from nbhelpers.raw.schedule import Game, OddGame, stored_games
from nbhelpers.season import Window
from nbhelpers.store import objects
from nbhelpers.store.objects import Store


def input_fingerprints(store: Store, window: Window) -> dict[str, tuple[str, str]]:
    """For each ISO date of a window: itself, and a fingerprint of all that its raw rows are made from."""
    found, odd = _newest_schedule(store, window.season.name)
    parts: dict[str, list[str]] = {str(day): [] for day in window.dates()}
    for game in found:
        parts.get(str(game.game_date), []).append(repr(vars(game) | {"source_object": ""}))
    for entry in odd:
        parts.get(str(entry.game_date), []).append(repr(entry))
    for key, version in sorted(store.versions().items()):
        at = objects.address(key)
        parts.get(str(at.game_date) if at else "", []).append(f"{key} {version}")
    return {day: (day, hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]) for day, lines in parts.items()}


def _newest_schedule(store: Store, season: str) -> tuple[Sequence[Game], Sequence[OddGame]]:
    """The games of the newest schedule that can be read, and its odd entries; none where none can."""
    for key in reversed(objects.in_order(store.keys(objects.schedule_prefix(season)))):
        try:
            return stored_games(store.read(key), season, key)
        except Broken:
            continue
    return [], []
