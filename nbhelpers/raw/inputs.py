"""What the raw rows of a date are made from: its games by the newest schedule, and its objects."""

import hashlib

from nbhelpers.raw.schedule import newest_stored
from nbhelpers.season import Window
from nbhelpers.store import objects
from nbhelpers.store.objects import Store


def input_fingerprints(store: Store, window: Window) -> dict[str, tuple[str, str]]:
    """For each ISO date of a window: itself, and a fingerprint of all that its raw rows are made from."""
    season = window.season.name
    schedule = newest_stored(store, season, objects.in_order(store.keys(objects.schedule_prefix(season))), [])
    parts: dict[str, list[str]] = {str(day): [] for day in window.dates()}
    for game in schedule.games if schedule else ():
        parts.get(str(game.game_date), []).append(repr(vars(game) | {"source_object": ""}))
    for entry in schedule.odd if schedule else ():
        parts.get(str(entry.game_date), []).append(repr(entry))
    for key, version in sorted(store.versions().items()):
        at = objects.address(key)
        parts.get(str(at.game_date) if at else "", []).append(f"{key} {version}")
    return {day: (day, hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]) for day, lines in parts.items()}

