"""The demo's starting point: a simulated season, in the state in which the backfill plan found the real one."""

import shutil
from datetime import date
from pathlib import Path

from nbhelpers import raw, season, simulation
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.warehouse import DuckDB, Staged, utc

FOUND = season.Window(season.PLAN_SEASON, date(2025, 11, 13), date(2025, 12, 15))  # what the plan found
FOUND_SUMMARIES = ["PGS"]  # of the analytics tables


def prepare(session: Session) -> str:
    """Lay out what is missing of the demo: the sources, the bucket from Nov 13 on, raw rows and player summaries.

    The rows are as a pipeline without gates left them: right, but with no receipt. Returns a line for the reader.
    """
    settings = session.settings
    source = settings.home / "source"
    if not (source / simulation.SCHEDULE).is_file():
        simulation.write(source)
    bucket = Path(settings.bucket)  # the demo's is a folder
    if not bucket.exists():
        simulation.write_bucket(source, bucket, FOUND.start_date, FOUND.end_date)
    if not settings.warehouse.exists():
        _seed(Session(FOUND, settings, DuckDB.at(settings.warehouse, "found"), "found"))
    return simulation.DISCLAIMER


def _seed(session: Session) -> None:
    path = session.settings.warehouse
    aside = DuckDB(path.with_name(f"{path.name}.partial"), path.with_name(f"{path.name}.staging") / session.run_id)
    aside.path.unlink(missing_ok=True)
    dates = session.window.dates()
    staged = Staged(tuple(map(str, dates)), session.run_id, "another pipeline", now().isoformat(), {})
    loaded = raw.load(session.store, session.window)
    for output in tables.outputs():
        if output.path is None:
            aside.stage_rows(output, loaded.rows[output.table.name], staged)
        elif output.short in FOUND_SUMMARIES:
            parameters = session.parameters(built_at=utc(now()))
            aside.stage(output, output.query, parameters, staged)
        else:
            continue
        with aside.writing() as transaction:
            transaction.replace_partitions(output, dates, aside.staging / "replaced")
        aside.discard_staged(output)
    aside.path.replace(path)  # whole or not at all
    shutil.rmtree(aside.staging)
