"""The scenarios of this project: the demo from nothing, nothing to do, a new day, and what a source corrects."""

import sys
from pathlib import Path

from benchmark.measuring import Scenario, Taken, take
from benchmark.season import DAY_BEFORE, copy, correct_box_score, correct_play_by_play, lay_out

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-3,9]*.ipynb"))
PAPERMILL = """\
import sys, papermill
for path in sys.argv[2:]:
    papermill.execute_notebook(path, f"{sys.argv[1]}/{path.rsplit('/', 1)[1]}", cwd=path.rsplit("/", 1)[0], progress_bar=False)
"""


class Ours:
    """The demo in a folder, put back to its starting point, or to a filled season, before each scenario."""

    def __init__(self, folder: Path):
        self._start, self._filled, self._home = folder / "start", folder / "filled", folder / "home"
        lay_out(self._start)

    def fill(self) -> Path:
        """Fill the season once, for what begins with a filled one; returns its folder."""
        copy(self._start, self._filled)
        self._run(home=self._filled)
        return self._filled

    def scenarios(self) -> list[Scenario]:
        """What the table's rows are."""
        return [
            Scenario("from nothing", lambda: copy(self._start, self._home), self._run),
            Scenario("nothing to do", self._as_filled, self._run),
            Scenario("one box score corrected", self._with_box_score, self._run),
            Scenario("one play-by-play corrected", self._with_play_by_play, self._run),
            Scenario("one new day at the end", self._without_last_day, self._run),
        ]

    def papermill(self) -> list[Scenario]:
        """The same notebooks by papermill alone, a cold kernel each."""
        words = [sys.executable, "-c", PAPERMILL, str(self._home), *map(str, NOTEBOOKS)]
        return [Scenario("from nothing", lambda: copy(self._start, self._home), lambda: take(words, ROOT, self._environment(self._home)))]

    def _as_filled(self) -> None:
        copy(self._filled, self._home)
        self._run("plan")  # a season that stays where it is was looked at before; a copy's files are new to whoever knows files

    def _with_box_score(self) -> None:
        self._as_filled()
        correct_box_score(self._home)

    def _with_play_by_play(self) -> None:
        self._as_filled()
        correct_play_by_play(self._home)

    def _without_last_day(self) -> None:
        copy(self._start, self._home)
        self._run("--end-date", DAY_BEFORE)

    def _run(self, *words: str, home: Path | None = None) -> Taken:
        return take([sys.executable, str(ROOT / "run_backfill.py"), *words], ROOT, self._environment(home or self._home))

    def _environment(self, home: Path) -> dict[str, str]:
        return {"BACKFILL_HOME": str(home), "BACKFILL_PROFILE": "demo"}
