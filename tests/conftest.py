"""Fixtures that several files share: one simulated season, built and published once, and copies of it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from emulators import bigquery_emulator, storage_emulator  # noqa: F401  fixtures
from strict import strict_bigquery  # noqa: F401

from nbhelpers import build, gates, simulation
from nbhelpers.season import DEFAULT_END, DEFAULT_START, PLAN_SEASON, window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.warehouse import DuckDB

CHAIN = (11, 19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39, 40, 49)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the live smoke test may run; see test_live.py."""
    for name in ("--project", "--location", "--bucket"):
        parser.addoption(name, help="for -m live: a real Google Cloud project's")


LONGEST_FIRST = [
    "test_gcp_season.py", "test_run_backfill.py", "test_drill.py", "test_by_hand.py", "test_real_season.py", "test_interrupted_runs.py",
    "test_crashes.py", "test_scenarios.py", "test_repair.py", "test_zetasql.py",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes first, so that none of them is left alone at the end; they are marked slow."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    for item in items:
        if item.path.name in order:
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder for what takes long to make, so that the workers of one test run share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one worker alone make what is not there yet."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def simulated_source(shared) -> Path:
    """What the simulated sources answer, as `simulation.write` leaves it. Not to be written to."""
    with one_at_a_time(shared):
        if not (shared / "source").exists():
            simulation.write(shared / "source")
    return shared / "source"


@pytest.fixture(scope="session")
def published_season(shared, simulated_source) -> Session:
    """The simulated season as a run leaves it: built, passed by all four gates and published. Not to be written to."""
    with one_at_a_time(shared):
        if not (shared / "published").exists():
            simulation.write_bucket(simulated_source, shared / "bucket", WINDOW.start_date, WINDOW.end_date, with_official=True)
            publish(session_at(shared))
            (shared / "published").touch()
    return session_at(shared)


@pytest.fixture
def season_copy(published_season, tmp_path) -> Callable[[], Session]:
    """Gives, at each call, a session on a fresh copy of the published season's warehouse, to do with as one likes."""
    copies = count(1)

    def copy() -> Session:
        folder = tmp_path / f"copy_{next(copies)}"
        folder.mkdir()
        settings = replace(
            published_season.settings, home=folder, warehouse=folder / "season.duckdb", runs=folder / "runs"
        )
        shutil.copyfile(published_season.settings.warehouse, settings.warehouse)
        return replace(
            published_season, settings=settings, warehouse=DuckDB(settings.warehouse, folder / "staging"), run_id="copy"
        )

    return copy


WINDOW = window(DEFAULT_START, DEFAULT_END, PLAN_SEASON, today=date(2025, 12, 17))


def session_at(home: Path) -> Session:
    """A session on the warehouse and the bucket in a folder."""
    warehouse = home / "season.duckdb"
    settings = Settings("local", home, home / "bucket", warehouse, home / "runs", "", "", None)
    return Session(WINDOW, settings, DuckDB(warehouse, home / "staging"), "published")


def publish(session: Session, from_step: int = 0, repair: str = "") -> None:
    """Build and publish a season from its bucket, or what of it a repair needs, layer by layer."""
    for number in (number for number in CHAIN if number >= from_step):
        if number == 11:
            build.load(session)
        elif number % 10 == 9:
            gates.Audit(session, number).publish()
        else:
            build.step(session, number, repair=repair)
