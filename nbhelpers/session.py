"""What every notebook starts with: its window, its warehouse and the run it belongs to.

Imports: errors, raw, run_folder, season, settings, sql, store, warehouse.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from nbhelpers import run_folder
from nbhelpers.errors import Broken, Locked
from nbhelpers.raw import identifiers
from nbhelpers.season import Window
from nbhelpers.settings import Settings
from nbhelpers.sql.thresholds import THRESHOLDS
from nbhelpers.store import Store, open_store
from nbhelpers.warehouse import DuckDB, Warehouse, folder_beside

BY_HAND = "by-hand"  # the staging area of notebooks that no run started


@dataclass(frozen=True)
class Session:
    """One notebook's view of the season: which dates, which tables, on whose behalf."""

    window: Window
    settings: Settings
    warehouse: Warehouse
    run_id: str

    @property
    def store(self) -> Store:
        """The object store of the profile."""
        return open_store(self.settings.bucket)

    @property
    def objects_read(self) -> Path:
        """Where what was found in stored objects is known from one time to the next: with what else was looked up."""
        if self.settings.is_cloud:
            return self.settings.runs / ".objects_read.json"
        return folder_beside(self.settings.warehouse) / "objects_read.json"

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
            "lines": self.settings.lines,
            "run_id": self.run_id,
        } | THRESHOLDS | more

    @contextmanager
    def spending(self, kind: str) -> Iterator[None]:
        """Note how long the block takes, for the run's account of where its time went."""
        started = time.monotonic()
        yield
        run_folder.spend(self.settings.runs / self.run_id, kind, time.monotonic() - started)

    @contextmanager
    def writer_lock(self) -> Iterator[None]:
        """Hold the warehouse for writing; the notebooks of a run are let in by the run that holds it."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self.warehouse.hold(self.run_id))
            except Locked:
                if self.warehouse.holder().get("run_id") != self.run_id:
                    raise
            else:
                self._require_its_run()
            yield

    def _require_its_run(self) -> None:
        """Refuse a run's notebook that finds the lock free: while a run lives, it is the run that holds it."""
        folder = self.settings.runs / self.run_id
        if (folder / run_folder.MANIFEST).is_file() and not run_folder.is_alive(folder):
            raise Broken(
                f"run {self.run_id}, to which this notebook belongs, has ended or was killed.",
                "what it published now would stand in no record",
                "run again; to work by hand, open the notebook of the same name in notebooks/.",
            )

    def query(self, sql: str, layer: int | None = None):
        """Rows of a query with the window's parameters, as a DataFrame; `layer` reads that layer's candidate."""
        return self.warehouse.query(sql, self.parameters(), layer)

    def query_once(self, sql: str, layer: int | None = None, by_date: str = ""):
        """As `query`, of what one notebook after the other asks: known for as long as what it reads is the same.

        `by_date` names the column of dates where the rows of each depend on nothing of a later one; they come in any order.
        """
        return self.warehouse.query_once(sql, self.parameters(), layer, by_date=by_date)

    def query_all_once(self, sql: list[str], layer: int | None = None, by_date: str = ""):
        """As `query_once`, of several queries of the same columns, a DataFrame each."""
        return self.warehouse.query_all_once(sql, self.parameters(), layer, by_date=by_date)


def opened(window: Window, chosen: Settings, run_id: str) -> Session:
    """A session on the profile's warehouse, with the staging area of a run."""
    if chosen.is_cloud:
        # only who uses them pays for importing them
        from nbhelpers.warehouse import bigquery

        client = bigquery.client(chosen.billing_project or chosen.project or "", chosen.location or "")
        labels = dict(label.split("=", 1) for label in chosen.labels.split(",") if label)
        terms = bigquery.Terms(chosen.max_bytes, chosen.max_run_bytes, labels)
        memory = chosen.runs / ".bigquery" if run_folder.is_alive(chosen.runs / run_id) else None
        account = run_folder.Account(chosen.runs / run_id)
        where = (client, window.season, run_id, chosen.dataset_prefix, terms, account, chosen.project or "")
        warehouse: Warehouse = bigquery.BigQuery(*where, memory)
    else:
        warehouse = DuckDB.at(chosen.warehouse, run_id, partial(run_folder.spend, chosen.runs / run_id), window.season)
    return Session(window, chosen, warehouse, run_id)


def today() -> date:
    """The day it is where the games are counted, in New York."""
    return datetime.now(ZoneInfo("America/New_York")).date()


def now() -> datetime:
    """The time, in one place: everything else is given it."""
    return datetime.now(UTC)
