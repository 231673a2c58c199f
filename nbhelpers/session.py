"""What every notebook starts with: its window, its warehouse and the run it belongs to."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from nbhelpers import identifiers, objects, season, settings, trail
from nbhelpers.season import Window
from nbhelpers.settings import Settings
from nbhelpers.thresholds import THRESHOLDS
from nbhelpers.warehouse import DuckDB

if TYPE_CHECKING:
    from nbhelpers.bigquery import BigQuery

BY_HAND = "by-hand"  # the staging area of notebooks that no run started


@dataclass(frozen=True)
class Session:
    """One notebook's view of the season: which dates, which tables, on whose behalf."""

    window: Window
    settings: Settings
    warehouse: "DuckDB | BigQuery"
    run_id: str

    @property
    def store(self) -> objects.Store:
        """The object store of the profile."""
        return objects.open_store(self.settings.bucket)

    def parameters(self, **more: object) -> dict[str, object]:
        """The named parameters that the SQL files take."""
        of = self.window.season
        return {
            "season": of.name,
            "season_year": of.year,
            "season_start": of.opening_night,
            "factor_start": of.factor_start,
            "start_date": self.window.start_date,
            "end_date": self.window.end_date,
            "dates": self.window.dates(),  # those of the window that are computed or asked about: all, but for a repair
            "teams": list(identifiers.TEAMS),
            "run_id": self.run_id,
        } | THRESHOLDS | more

    @contextmanager
    def spending(self, kind: str) -> Iterator[None]:
        """Note how long the block takes, for the run's account of where its time went."""
        started = time.monotonic()
        yield
        spend(self.settings.runs / self.run_id, kind, time.monotonic() - started)

    @cached_property
    def marks(self) -> list[str]:
        """What every chart of the season bears: that it is SIMULATED, and that somebody accepted a failure or a gap in it."""
        from nbhelpers import overrides  # it asks the lineage, which is built on sessions

        return ["SIMULATED"] * self.settings.is_simulated + overrides.marks(self)

    def query(self, sql: str, layer: int | None = None):
        """Rows of a query with the window's parameters, as a DataFrame; `layer` reads that layer's candidate."""
        return self.warehouse.query(sql, self.parameters(), layer)


def start(
    start_date: str,
    end_date: str,
    season_name: str,
    profile: str = "",
    bucket: str = "",
    warehouse: str = "",
    runs: str = "",
    run_id: str = "",
    bdl_rate: int = 0,
) -> Session:
    """A session from a notebook's parameters. In the demo, the plan's starting state is laid out if nothing is there."""
    pd.set_option("display.max_colwidth", 300)  # evidence that is cut off is none
    window = season.window(start_date, end_date, season_name, today=today())
    chosen = settings.load(profile=profile, bucket=bucket, warehouse=warehouse, runs=runs, bdl_rate=bdl_rate)
    session = opened(window, chosen, run_id or BY_HAND)
    if chosen.is_simulated:
        from nbhelpers import demo  # only the demo pays for importing the simulation

        print(demo.prepare(session))
    session.warehouse.check()
    return session


def opened(window: Window, chosen: Settings, run_id: str) -> Session:
    """A session on the profile's warehouse, with the staging area of a run."""
    meter = partial(spend, chosen.runs / run_id)
    if chosen.is_cloud:
        from nbhelpers import bigquery, bigquery_jobs  # only who uses them pays for importing them

        client = bigquery_jobs.client(chosen.project, chosen.location)
        warehouse = bigquery.BigQuery(client, window.season, run_id, chosen.dataset_prefix, chosen.max_bytes, meter)
    else:
        warehouse = DuckDB.at(chosen.warehouse, run_id, meter)
    return Session(window, chosen, warehouse, run_id)


def spend(run_folder: Path, kind: str, amount: float) -> None:
    """Add to a run's account seconds of a kind (fetch, SQL, publishing), or bytes billed; notebooks opened by hand keep none."""
    if not trail.is_alive(run_folder):
        return  # a kernel that outlives its run by a moment must not change the run's record
    with suppress(OSError), (run_folder / trail.ACCOUNT).open("a", encoding="utf-8") as account:
        account.write(json.dumps({"kind": kind, "amount": round(amount, 4)}) + "\n")


def today() -> date:
    """The day it is where the games are counted, in New York."""
    return datetime.now(ZoneInfo("America/New_York")).date()


def now() -> datetime:
    """The time, in one place: everything else is given it."""
    return datetime.now(UTC)
