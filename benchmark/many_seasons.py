"""What twenty seasons cost, one after another into one warehouse: the demo's objects, each season's a year before the next's."""

import re
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmark.measuring import Scenario, Taken, take
from benchmark.ours import ROOT, Ours
from benchmark.season import copy
from nbhelpers.season import DEFAULT_SEASON

SEASONS = 20
NEWEST = int(DEFAULT_SEASON[:4])
# A season's name, the year in an NBA game id, and years: in dates, in stamps and alone.
SEASON = re.compile(DEFAULT_SEASON)
GAME = re.compile(rf"(?<!\d)00(\d){NEWEST % 100}(\d{{5}})(?!\d)")
YEAR = re.compile(rf"(?<![\d.])({NEWEST}|{NEWEST + 1})(?=-\d|\d{{4}}(?:[_/T]|\b)|\b)")


class ManySeasons(Ours):
    """A bucket with as many seasons, none of which is simulated as far as anybody can tell, and a source of the newest schedule."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        filled, self._bucket = self.fill(), folder / "bucket"
        for years in range(SEASONS):
            for stored in (filled / "bucket").rglob("*.json"):
                copied = self._bucket / earlier(stored.relative_to(filled / "bucket").as_posix(), years)
                copied.parent.mkdir(parents=True, exist_ok=True)
                copied.write_text(earlier(stored.read_text(encoding="utf-8"), years), encoding="utf-8")
        self._cdn = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=filled / "source"))
        threading.Thread(target=self._cdn.serve_forever, daemon=True).start()

    def scenarios(self) -> list[Scenario]:
        """The first season alone, and all of them."""
        oldest = NEWEST - SEASONS + 1
        return [
            Scenario("one season from nothing", self._clear, lambda: self._filled(oldest, oldest)),
            Scenario(f"{SEASONS} seasons from nothing", self._clear, lambda: self._filled(oldest, NEWEST)),
        ]

    def _clear(self) -> None:
        copy(self._start, self._home)  # the warehouse and the records of what was filled before go
        (self._home / "season.duckdb").unlink(missing_ok=True)

    def _filled(self, first: int, last: int) -> Taken:
        words = ["--profile", "local", "--bucket", str(self._bucket), "--warehouse", str(self._home / "season.duckdb")]
        words += ["--runs", str(self._home / "runs"), "--seasons", f"{_season(first)}..{_season(last)}"]
        source = {"NBA_CDN_BASE_URL": f"http://127.0.0.1:{self._cdn.server_port}"}
        return take([sys.executable, str(ROOT / "run_backfill.py"), *words], ROOT, source)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def earlier(text: str, years: int) -> str:
    """An object's text, or its key, as of a season some years earlier.

    >>> earlier('{"gameId":"0022500226","date":"2025-11-20T00:00:00Z","season":"2025-26","id":12025}', 2)
    '{"gameId":"0022300226","date":"2023-11-20T00:00:00Z","season":"2023-24","id":12025}'
    """
    parts = [YEAR.sub(lambda found: str(int(found[1]) - years), part) for part in SEASON.split(text)]
    return GAME.sub(lambda found: f"00{found[1]}{(NEWEST - years) % 100:02d}{found[2]}", _season(NEWEST - years).join(parts))


def _season(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"
