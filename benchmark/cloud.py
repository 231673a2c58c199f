"""What a season costs in BigQuery: jobs, calls and bytes of the demo's, counted by the stand-in that the tests have before an emulator.

The emulator's own time tells nothing of Google's: latency and money are estimated from the counts. These hardly depend on the
number of dates, so the first weeks stand for a season; each season has partitions of its own, so twenty are twenty times one.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmark.measuring import take
from nbhelpers import simulation
from nbhelpers.settings import PRICE, ROOT

SECONDS_A_JOB, SECONDS_A_CALL = 2.5, 0.3  # one after the other, as measured of interactive queries and of looks at tables
TIB = 2**40
SEASONS = (1, 20)
ALL_STEPS = ("--with-predictions", "--end-date", "2025-11-06")  # two days into the composite factors


def main() -> None:
    """Print what filling a season sends, and what a run with nothing to do does; a word where there is no emulator."""
    sys.path.insert(0, str(ROOT / "tests"))
    import emulators  # of the tests, as the stand-in is

    if not (emulators.ENVIRONMENT / ".ready").exists():
        print(f"BigQuery is not counted: make {emulators.ENVIRONMENT.name}/.ready installs its emulator.")
        return
    with tempfile.TemporaryDirectory() as folder, _cloud(Path(folder)) as (strict, environment):
        print("| BigQuery, estimated | jobs | other calls | GiB billed, at least | latency | money |\n" + "| --- " * 6 + "|")
        for name in ("a season from nothing", "nothing to do"):
            take([sys.executable, str(ROOT / "run_backfill.py"), *ALL_STEPS], ROOT, environment)
            sent = strict.sent()
            jobs, calls, billed = len(sent.jobs), sent.metadata_calls, sent.least_billed()
            for seasons in SEASONS:
                print(_row(f"{name}, seasons: {seasons}", seasons, jobs, calls, billed))


@contextmanager
def _cloud(folder: Path) -> Iterator[tuple]:
    """The stand-in, and the environment in which a run finds it, a bucket and the demo's sources."""
    import emulators
    from strict import standing_before

    with ExitStack() as stack:
        strict = stack.enter_context(standing_before(stack.enter_context(emulators.bigquery())))
        storage = stack.enter_context(emulators.storage())
        simulation.write(folder / "source")
        sources = stack.enter_context(simulation.serving(folder / "source", requests_per_minute=10**6))
        yield strict, os.environ | {
            "BACKFILL_HOME": str(folder), "BACKFILL_PROFILE": "gcp", "BACKFILL_LOCATION": "US",
            "GOOGLE_CLOUD_PROJECT": emulators.PROJECT, "BACKFILL_BUCKET": f"gs://{emulators.BUCKET}/season",
            "BIGQUERY_EMULATOR_HOST": strict.address, "STORAGE_EMULATOR_HOST": storage,
            "BALLDONTLIE_API_KEY": "simulated", "BDL_BASE_URL": sources, "NBA_CDN_BASE_URL": sources, "BDL_RATE": "600",
        }  # fmt: skip


def _row(name: str, seasons: int, jobs: int, calls: int, billed: int) -> str:
    """A line of the table, of so many seasons that each take as much.

    >>> _row("a season", 2, 100, 200, 2**30)
    '| a season | 200 | 400 | 2.0 | 10.3 min | $0.01 |'
    """
    minutes = (jobs * SECONDS_A_JOB + calls * SECONDS_A_CALL) / 60
    cells = (jobs * seasons, calls * seasons, f"{seasons * billed / 2**30:.1f}", f"{seasons * minutes:.1f} min")
    return f"| {name} | {' | '.join(map(str, cells))} | ${seasons * billed / TIB * PRICE:.2f} |"
