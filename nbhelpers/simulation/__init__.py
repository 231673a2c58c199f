"""The invented season of the demo: its games, and a server that answers as the sources do.

Imports: errors, raw, season, session, sql, warehouse.
"""

from nbhelpers.simulation.server import BOX_SCORES, DISCLAIMER, OFFICIAL, PLAY_BY_PLAY, SCHEDULE, serving, write, write_bucket

__all__ = ["BOX_SCORES", "DISCLAIMER", "OFFICIAL", "PLAY_BY_PLAY", "SCHEDULE", "demo", "serving", "write", "write_bucket"]
