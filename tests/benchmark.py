"""How long the demo and a repair take and where the time goes; not a test. `make bench`, on an otherwise idle machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import sqlglot

from nbhelpers import build, gates, lineage, notebook
from nbhelpers.build import repairs
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Staged

ROOT = Path(__file__).resolve().parent.parent


def timed(home: str, *words: str) -> tuple[float, dict]:
    """Seconds of one run of run_backfill.py, and the manifest it left."""
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "run_backfill.py"), *words]
    subprocess.run(command, check=True, env=os.environ | {"BACKFILL_HOME": home}, capture_output=True)
    newest = max((Path(home) / "runs").glob("*_*/manifest.json"))
    return time.monotonic() - started, json.loads(newest.read_text(encoding="utf-8"))


def correct(home: str, game_date: str) -> None:
    """Store a newer object of a date in which a player has one more steal, as a source that corrects itself would."""
    folder = Path(home) / "bucket" / "ball-dont-lie" / "boxscores" / game_date
    newest = max(folder.iterdir())
    body = json.loads(newest.read_text(encoding="utf-8"))
    body["boxScores"][0]["home_team"]["players"][0]["stl"] += 1
    (folder / f"{newest.stem[:8]}_235959.json").write_text(json.dumps(body), encoding="utf-8")


def main() -> None:
    """Print the demo's time from nothing, again over the same window, for the last week of it, and for a date repaired."""
    with tempfile.TemporaryDirectory() as home:
        whole, manifest = timed(home)
        print(f"{'the demo, from nothing':<34} {whole:6.1f} s")
        for kind, seconds in manifest["spent"].items():
            print(f"  {kind:<32} {seconds:6.1f} s")
        again, _ = timed(home)
        print(f"{'again, nothing to change':<34} {again:6.1f} s   {again / whole:.0%} of the first")
        week, _ = timed(home, "--start-date", "2025-12-10")
        print(f"{'its last week alone':<34} {week:6.1f} s   {week / whole:.0%}")
        for day in ("2025-11-01", "2025-12-10"):
            correct(home, day)
            repaired, after = timed(home, "repair", "--date", day)
            print(f"{f'{day} corrected and repaired':<34} {repaired:6.1f} s   {repaired / whole:.0%}")
            print(f"  {'SQL':<32} {after['spent']['SQL']:6.1f} s   {after['spent']['SQL'] / manifest['spent']['SQL']:.0%}")
        os.environ["BACKFILL_HOME"] = home
        long_season()


PARTS, DAYS = 4, 57  # the demo's window, and how often it follows upon itself in a season of 228 days


def long_season() -> None:
    """Print what building a season of 228 days costs, and what repairing one of its dates does: the steps alone, no audits.

    Of a date the play-by-play changes (places that came late: what the zones stand on), or the box score (a turnover more
    for everybody, which usage, pace and ratings stand on, and with them what averages a season).
    """
    with redirect_stdout(StringIO()):
        run = notebook.start("2025-10-21", "2025-12-16", "2025-26")
    run = replace(run, window=replace(run.window, end_date=run.window.start_date + timedelta(PARTS * DAYS - 1)))
    asked = gates.checks
    gates.checks = lambda gate: [check for check in asked(gate) if check.name == "up_to_date"]
    stage(run, {output: repeated(output) for output in tables.step_outputs(tables.LOAD_STEP)})
    whole, all_rows = built(run, "")
    print(f"{'the steps of 228 days':<34} {whole:6.1f} s   {all_rows:,} rows")
    for what, change in CORRECTIONS.items():
        for day in ("2025-11-01", "2026-02-10", "2026-05-20", "2026-06-03"):
            stage(run, {output: corrected(output, day, change) for output in tables.step_outputs(tables.LOAD_STEP)})
            wanted = repairs.rebuild_plan(run, day)
            seconds, rows = built(replace(run, window=wanted.window), wanted.what)
            print(f"  {f'{what} of {day}':<32} {seconds:6.1f} s   {seconds / whole:.0%}   {rows / all_rows:.1%} of the rows")


def stage(run: Session, queries: dict[Output, str]) -> None:
    """Stage the raw tables as loading would have left them."""
    for output, query in queries.items():
        made = Staged(tuple(map(str, run.window.dates())), run.run_id, lineage.code_version(output), now().isoformat())
        run.warehouse.stage(output, sqlglot.parse_one(query, read="bigquery"), {}, made)


def repeated(output: Output) -> str:
    """The query of a raw table in which the published window is followed by itself, as other games on later days."""
    day = f"CAST(DATE_ADD(game_date, INTERVAL ({DAYS} * part) DAY) AS DATE)"
    changed = {
        "game_date": day,
        "game_id": f"CONCAT(FORMAT_DATE('%Y%m%d', {day}), SUBSTR(game_id, 9))",
        "nba_game_id": "CONCAT(SUBSTR(nba_game_id, 1, 5), CAST(10000 + 2000 * part + CAST(SUBSTR(nba_game_id, 6) AS INT64) AS STRING))",
    }
    columns = ", ".join(f"{changed.get(name, name)} AS {name}" for name in output.table.column_names)
    return f"SELECT {columns} FROM {output.table.name} CROSS JOIN UNNEST({list(range(PARTS))}) AS part"


CORRECTIONS = {  # a column, and what it becomes
    "play-by-play": ("zone", "IF(zone = 'mid_range', 'paint', zone)"),
    "box scores": ("turnovers", "turnovers + 1"),
}


def corrected(output: Output, day: str, change: tuple[str, str]) -> str:
    """The query of a raw table as it is, but for one column of a day."""
    column, becomes = change
    changed = {column: f"IF(game_date = DATE '{day}', {becomes}, {column})"}
    columns = ", ".join(f"{changed.get(name, name)} AS {name}" for name in output.table.column_names)
    return f"SELECT {columns} FROM {output.table.name}"


def built(run: Session, repair: str) -> tuple[float, int]:
    """Seconds that the building steps take, and the rows that they compute; each layer is published by its gate."""
    seconds, rows = 0.0, 0
    for number in (19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39):
        if number % 10 == 9:
            gates.Audit(run, number).publish()
            continue
        started = time.monotonic()
        rows += sum(one.rows for one in build.step(run, number, repair=repair))
        seconds += time.monotonic() - started
    return seconds, rows


if __name__ == "__main__":
    main()
