"""What a whole season costs: the demo's weeks played three times over, 166 dates, from nothing, by the day, and beside others."""

import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from benchmark.measuring import Scenario, Taken
from benchmark.ours import Ours
from benchmark.season import copy, correct_box_score
from nbhelpers import simulation
from nbhelpers.season import PLAN_SEASON
from nbhelpers.sql import tables

ROUNDS, LAST = 3, "2026-04-08"
EARLY, LATE = ("2025-11-08", "2025-11-09"), ("2026-04-01", "2026-04-02")  # the 19th and 20th date with games, the 159th and 160th
OTHERS = 19  # seasons beside it, each a year before the next
INSERT = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.stdin.read())"


class LongSeason(Ours):
    """The demo with a season three times as long, filled up to a day before each scenario."""

    def __init__(self, folder: Path):
        os.environ["BACKFILL_HOME"] = str(folder / "start")
        with redirect_stdout(StringIO()):
            simulation.write(folder / "start" / "source", rounds=ROUNDS)
        super().__init__(folder)
        self._by_day = {day: folder / day for day, _ in (EARLY, LATE)}

    def scenarios(self) -> list[Scenario]:
        """What the table's rows are; filling up to a day is not measured."""
        return [
            Scenario("166 dates from nothing", lambda: copy(self._start, self._home), lambda: self._to(LAST)),
            Scenario("its 20th date, a new day", lambda: self._filled_to(EARLY[0]), lambda: self._to(EARLY[1])),
            Scenario("its 160th date, a new day", lambda: self._filled_to(LATE[0]), lambda: self._to(LATE[1])),
            Scenario("the same beside 19 other seasons", lambda: self._beside_others(LATE[0]), lambda: self._to(LATE[1])),
            Scenario("one box score of 2025-11-20 corrected", lambda: self._corrected(LATE[0]), lambda: self._to(LATE[0])),
        ]

    def _to(self, day: str, home: Path | None = None) -> Taken:
        return self._run(*_window(day), home=home)

    def _filled_to(self, day: str) -> None:
        if not self._by_day[day].exists():
            copy(self._start, self._by_day[day])
            self._to(day, self._by_day[day])
        copy(self._by_day[day], self._home)
        self._run("plan", *_window(day))  # as in Ours

    def _beside_others(self, day: str) -> None:
        self._filled_to(day)
        statements = []
        for table in tables.schema().values():
            if table.date:
                earlier = {table.date: f"CAST({table.date} - INTERVAL (n) YEAR AS DATE) AS {table.date}"}
                columns = ", ".join(earlier.get(name, name) for name in table.column_names)
                statements.append(f"INSERT INTO {table.name} SELECT {columns} FROM {table.name}, range(1, {OTHERS + 1}) AS years(n)")
        # In a process of its own: a process's peak is never told as less than that of the one that started it.
        words = [sys.executable, "-c", INSERT, str(self._home / "season.duckdb")]
        subprocess.run(words, input=";".join(statements), text=True, check=True)

    def _corrected(self, day: str) -> None:
        self._filled_to(day)
        correct_box_score(self._home)


def _window(day: str) -> list[str]:
    """What says that the season is to be filled up to a day."""
    return ["--season", PLAN_SEASON.name, "--start-date", str(PLAN_SEASON.opening_night), "--end-date", day]
