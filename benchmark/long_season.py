"""What a season of 228 days costs, and what repairing one of its dates does, early and late."""

import time
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from io import StringIO

from nbhelpers import build, gates, lineage, notebook
from nbhelpers.build import repairs
from nbhelpers.gates import audit
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Staged

PARTS, DAYS = 4, 57  # the demo's window, and how often it follows upon itself in a season of 228 days


def main() -> None:
    """Print what building a season of 228 days costs, and what repairing one of its dates does: the steps alone, no audits.

    Of a date the play-by-play changes (places that came late: what the zones stand on), or the box score (a turnover more
    for everybody, which usage, pace and ratings stand on, and with them what averages a season).
    """
    with redirect_stdout(StringIO()):
        run = notebook.start("2025-10-21", "2025-12-16", "2025-26")
    run = replace(run, window=replace(run.window, end_date=run.window.start_date + timedelta(PARTS * DAYS - 1)))
    every = audit.checks
    audit.checks = lambda gate: [check for check in every(gate) if check.name == "up_to_date"]
    stage(run, {output: repeated(output) for output in tables.step_outputs(tables.LOAD_STEP)})
    whole, all_rows = built(run, "")
    print(f"{'the steps of 228 days':<34} {whole:6.1f} s   {all_rows:,} rows")
    for what, change in CORRECTIONS.items():
        for day in ("2025-11-01", "2026-02-10", "2026-05-20", "2026-06-03"):
            stage(run, {output: corrected(output, day, change) for output in tables.step_outputs(tables.LOAD_STEP)})
            plan = repairs.rebuild_plan(run, day)
            seconds, rows = built(replace(run, window=plan.window), plan.what)
            print(f"  {f'{what} of {day}':<32} {seconds:6.1f} s   {seconds / whole:.0%}   {rows / all_rows:.1%} of the rows")


def stage(run: Session, queries: dict[Output, str]) -> None:
    """Stage the raw tables as loading would have left them."""
    for output, query in queries.items():
        made = Staged(tuple(map(str, run.window.dates())), run.run_id, lineage.code_version(output), now().isoformat())
        run.warehouse.stage(output, query, {}, made)


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
