"""Received bodies become rows: schedule, box scores, shots, and who is who.

Imports: errors, season, store.
"""

from nbhelpers.raw.boxscores import boxscore_rows, final_games, unfinished
from nbhelpers.raw.identities import Named, Names, Published, published_lookups, published_names
from nbhelpers.raw.inputs import input_fingerprints
from nbhelpers.raw.loading import Gap, Loaded, load
from nbhelpers.raw.schedule import Game, OddGame, games, season_of
from nbhelpers.raw.shots import has_shots, shot_rows

__all__ = [
    "Game", "Gap", "Loaded", "Named", "Names", "OddGame", "Published", "bodies", "boxscore_rows", "boxscores", "final_games", "games",
    "has_shots", "identifiers", "identities", "input_fingerprints", "load", "nba_boxscores", "published_lookups", "published_names",
    "schedule", "season_of", "shot_rows", "shots", "unfinished",
]  # fmt: skip
