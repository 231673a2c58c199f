"""The season that everybody fills: the demo as this project lays it out, its raw rows for the others, its eight queries."""

import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import duckdb

from nbhelpers import notebook
from nbhelpers.raw.identifiers import player_lookup
from nbhelpers.season import DEFAULT_END, DEFAULT_SEASON, DEFAULT_START
from nbhelpers.session import Session
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.duckdb.translation import with_values

MIDDLE = "2025-11-20"  # the date that is corrected
DAY_BEFORE = "2025-12-15"  # the window's end before its last day is added
EIGHT = [output for output in tables.outputs() if output.path and not output.processor and output.layer < 4]


def lay_out(home: Path) -> Session:
    """The demo's starting point in a folder: the sources, the bucket and the warehouse as the plan found them."""
    os.environ["BACKFILL_HOME"] = str(home)
    with redirect_stdout(StringIO()):
        return notebook.start(DEFAULT_START, DEFAULT_END, DEFAULT_SEASON, profile="demo")


def correct_box_score(home: Path, game_date: str = MIDDLE) -> None:
    """Store newer objects of a date in which a player has one more turnover, as sources that correct a game would."""
    folder, body = _newest(home / "bucket" / "nba-com" / "boxscores" / game_date)
    bdl_folder, day = _newest(home / "bucket" / "ball-dont-lie" / "boxscores" / game_date)
    team = body["game"]["homeTeam"]
    by_name = {player_lookup(line["name"]): line["statistics"] for line in team["players"] if line["played"] == "1"}
    listed = [line for game in day["boxScores"] for line in game["home_team"]["players"]]
    named = {player_lookup(f"{line['player']['first_name']} {line['player']['last_name']}"): line for line in listed}
    player = min(by_name.keys() & named.keys())
    for statistics in (by_name[player], team["statistics"]):
        statistics["turnovers"] += 1
    team["statistics"]["turnoversTotal"] += 1
    named[player]["turnover"] += 1
    _store(folder, body)
    _store(bdl_folder, day)


def correct_play_by_play(home: Path, game_date: str = MIDDLE) -> None:
    """Store a newer play-by-play of a date's first game in which two shots have changed places."""
    folder, body = _newest(home / "bucket" / "nba-com" / "play-by-play" / game_date)
    shots = [action for action in body["game"]["actions"] if action.get("isFieldGoal") and action["actionType"] == "2pt"]
    places = ("area", "areaDetail", "x", "y", "xLegacy", "yLegacy", "shotDistance")
    other = next(shot for shot in shots if shot.get("area") != shots[0].get("area"))
    for place in set(places) & shots[0].keys() & other.keys():
        shots[0][place], other[place] = other[place], shots[0][place]
    _store(folder, body)


def _newest(folder: Path) -> tuple[Path, dict]:
    """The first folder at or below one that holds objects, and its newest one."""
    while (inside := sorted(folder.iterdir()))[0].is_dir():
        folder = inside[0]
    return folder, json.loads(inside[-1].read_text(encoding="utf-8"))


def _store(folder: Path, body: dict) -> None:
    newest = max(folder.iterdir())
    (folder / f"{newest.stem[:8]}_235959.json").write_text(json.dumps(body), encoding="utf-8")


def export_raw(warehouse: Path, to: Path) -> None:
    """The tables that the eight queries find there before them, in a DuckDB file of their own."""
    to.unlink(missing_ok=True)
    read = {name for output in EIGHT for name in queries.translation(output.query, "duckdb").tables}
    with duckdb.connect(str(to)) as connection:
        connection.execute(f"ATTACH '{warehouse}' AS filled (READ_ONLY)")
        for name in sorted(read - {output.table.name for output in EIGHT}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name.split('.')[0]}")
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM filled.{name}")


def query_text(session: Session, output: Output, name: Callable[[str], str] = str, first: str = "", last: str = "") -> str:
    """One of the eight queries in DuckDB's dialect, its parameters written out; `first` and `last` stand for the window's ends."""
    text = queries.translation(output.query, "duckdb").read_from({}, name)
    if first:
        days = f"CAST(GENERATE_SERIES({first}, {last}, INTERVAL '1' DAY) AS DATE[])"
        for parameter, instead in {"start_date": first, "end_date": last, "dates": days}.items():
            text = re.sub(rf"\${parameter}\b", instead, text)
    return with_values(text, session.parameters())


def copy(source: Path, to: Path) -> None:
    """A folder as it was, in place of what a scenario has left."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(source, to)
