"""Backfills in folders of their own, run as a user runs them, and what they leave there."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import nbformat
import oracle

from nbhelpers import season, settings
from nbhelpers.season import Window
from nbhelpers.session import BY_HAND, Session
from nbhelpers.simulation import demo
from nbhelpers.sql import tables
from nbhelpers.warehouse import DuckDB, Partition

PROGRAM = settings.ROOT / "run_backfill.py"
OPENING_NIGHT = date(2025, 10, 21)
SETTINGS = (*settings.ENVIRONMENT.values(), settings.KEY_VARIABLE, "PYTHONOPTIMIZE")
HOW_IT_CAME = {"run_id", "created_at", "fetched_at", "source_file_path", "source_object"}  # not what it says
PATIENCE = 120  # seconds, for what takes a few


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def last_lines(self) -> str:
        """What it said after the lines of the notebooks."""
        return self.out.rpartition("\n\n")[2]


@dataclass(frozen=True)
class Left:
    """What a run left: its folder, read anew each time."""

    folder: Path

    @property
    def manifest(self) -> dict:
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @property
    def statuses(self) -> dict[str, str]:
        """Each notebook's status by its name."""
        return {entry["name"]: entry["status"] for entry in self.manifest["notebooks"]}

    @property
    def summaries(self) -> dict[str, str]:
        """Each notebook's last line by its name."""
        return {entry["name"]: entry["summary"] for entry in self.manifest["notebooks"]}

    @property
    def report(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    def cells(self, name: str) -> list:
        """The code cells of an executed notebook."""
        found = nbformat.read(self.folder / f"{name}.ipynb", 4).cells
        return [cell for cell in found if cell.cell_type == "code" and cell.source]

    def shown(self, name: str) -> str:
        """Everything that an executed notebook printed, showed as a table or raised, in order."""
        outputs = [output for cell in self.cells(name) for output in cell.outputs]
        return "\n".join(_text(output) for output in outputs)


class Home:
    """A folder with a backfill's sources, bucket, warehouse and runs: the demo's, unless another profile is said."""

    def __init__(self, folder: Path, source: Path | None = None, profile: str = "demo", **environment: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.profile, self.environment = folder, profile, environment
        if source:
            (folder / "source").symlink_to(source)

    def copy(self, folder: Path) -> "Home":
        """The same sources, objects and tables in another folder, without the runs."""
        other = Home(folder, profile=self.profile, **self.environment)
        if (self.folder / "source").exists():
            (folder / "source").symlink_to((self.folder / "source").resolve())
        shutil.copytree(self.folder / "bucket", folder / "bucket", copy_function=os.link)  # objects never change
        shutil.copy(self.warehouse, other.warehouse)
        return other

    @property
    def warehouse(self) -> Path:
        return self.folder / "season.duckdb"

    @property
    def runs(self) -> list[Left]:
        """The runs so far, oldest first."""
        return [Left(manifest.parent) for manifest in sorted((self.folder / "runs").glob("*/manifest.json"))]

    def start(self, *words: str, **environment: str) -> subprocess.Popen:
        """`python run_backfill.py ...`, not waited for."""
        around = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        around |= {"BACKFILL_PROFILE": self.profile, "BACKFILL_HOME": str(self.folder)} | self.environment | environment
        command = [sys.executable, str(PROGRAM), *words]
        return subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str, **environment: str) -> Ended:
        """`python run_backfill.py ...`, to its end."""
        return end_of(self.start(*words, **environment))

    def session(self, start: str, end: str, run_id: str = BY_HAND, **flags: str | int) -> Session:
        """The session of a window, in this process; in the demo its starting state is laid out."""
        of = season.PLAN_SEASON
        chosen = settings.load(home=str(self.folder), profile=self.profile, **flags)
        warehouse = DuckDB(chosen.warehouse, self.folder / "season.duckdb.staging" / run_id)
        session = Session(Window(of, date.fromisoformat(start), date.fromisoformat(end)), chosen, warehouse, run_id)
        if chosen.is_simulated:
            demo.prepare(session)
        warehouse.create()
        return session

    def contents(self) -> dict[str, dict[date, Partition]]:
        """What every output's published dates hold, rows and fingerprint."""
        warehouse = DuckDB(self.warehouse, self.folder / "no staging")
        return {output.name: warehouse.fingerprints(output) for output in tables.outputs()}

    def objects(self) -> dict[str, int]:
        """Every file of the bucket, and when it was written."""
        files = [path for path in (self.folder / "bucket").rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.stat().st_mtime_ns for path in files}

    def select(self, sql: str) -> list[tuple]:
        """Rows of a query in DuckDB's SQL."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def count(self, table: str, where: str = "TRUE") -> int:
        """How many published rows of a table there are."""
        return self.select(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0]

    def by_date(self, table: str, where: str = "TRUE") -> dict[date, int]:
        """How many published rows of a table each date has; dates without any are left out."""
        day = tables.schema()[table].date
        return dict(self.select(f"SELECT {day}, COUNT(*) FROM {table} WHERE {where} GROUP BY ALL"))

    def rows(self, table: str) -> list[dict]:
        """All published rows of a table."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            found = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def change(self, sql: str) -> None:
        """Change published rows behind the runbook's back."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)


def end_of(process: subprocess.Popen) -> Ended:
    """A command that was started, to its end."""
    out, err = process.communicate(timeout=5 * PATIENCE)
    return Ended(process.returncode, out, err)


def wait_until(is_so: Callable[[], object]) -> None:
    """Return as soon as something is so, for what another process does."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so within {PATIENCE} s")
        time.sleep(0.02)


def is_running(home: Home, *names: str) -> bool:
    """Whether the newest run's notebooks of these names are all at work."""
    return bool(home.runs) and all(home.runs[-1].statuses.get(name) == "running" for name in names)


def differences(one: Home, other: Home, start: date, end: date, most_layer: int = 3) -> dict[str, tuple[int, int]]:
    """Per output how many rows dated `start` to `end` only one of two warehouses has; equal outputs are left out."""
    found = {}
    with duckdb.connect() as connection:
        for side, home in (("one", one), ("other", other)):
            connection.execute(f"ATTACH '{home.warehouse}' AS {side} (READ_ONLY)")
        for output in tables.outputs():
            if output.layer > most_layer:
                continue
            table, told = output.table, ", ".join(n for n in output.table.column_names if n not in HOW_IT_CAME)
            mine = f"processor_name = '{output.processor}'" if output.processor else "TRUE"
            rows = [
                f"SELECT {told} FROM {side}.{table.name} WHERE {mine} AND {table.date} BETWEEN '{start}' AND '{end}'"
                for side in ("one", "other")
            ]
            only = tuple(
                connection.execute(f"SELECT COUNT(*) FROM ({left} EXCEPT ALL {right})").fetchone()[0]
                for left, right in (rows, reversed(rows))
            )
            if only != (0, 0):
                found[output.name] = only
    return found


def oracle_differences(home: Home, end: date, with_predictions: bool = False, of_nba: bool = False) -> dict[str, list[str]]:
    """Per table what a warehouse holds otherwise than the oracle computes from its objects, opening night to `end`.

    Tables that agree in every value are left out.
    """
    found = {}
    expected = oracle.season_tables(home.folder / "bucket", OPENING_NIGHT, end, OPENING_NIGHT.year, OPENING_NIGHT, of_nba=of_nba)
    for name, rows in expected.items():
        table = tables.schema()[name]
        held = [row for row in home.rows(name) if row[table.date] <= end]
        for row in held:
            if "fetched_at" in row:  # the oracle has it from the object's name, which tells the second
                row["fetched_at"] = row["fetched_at"].replace(microsecond=0)
        if not with_predictions:
            if table.name == "nba_predictions.player_prop_predictions":
                continue
            rows = {key: row for key, row in rows.items() if row.get("processor_name") != "PREDICTIONS"}
        if differing := oracle.differences(rows, held, table.key):
            found[name] = differing
    return found


@contextmanager
def stopped_after(process: subprocess.Popen):
    """A started command that does not outlive the block, whatever happens in it."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _text(output) -> str:
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.data.get("text/html", "") + output.data.get("text/plain", "")
