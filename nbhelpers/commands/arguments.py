"""Every word that the command line understands."""

import argparse
import shutil
from collections.abc import Callable

from nbhelpers.console import NARROWEST
from nbhelpers.season import DEFAULT_END, DEFAULT_SEASON, DEFAULT_START
from nbhelpers.settings import KEY_VARIABLE, LINES, PRICE, PROFILES
from nbhelpers.wording import hanging

DESCRIPTION = """\
Fill a season of NBA data layer by layer, and stop whenever a gate fails.

Without arguments: the demo, a simulated season in ./demo, no account and no network needed.
"""
EXIT_CODES = """\
Exit codes: 0 done, 1 a gate stopped it, 2 bad arguments, 3 broken (kernel, network, warehouse), 4 over budget, \
5 another run holds the lock, 130/143 interrupted.
A setting is taken from its flag, else from the environment, else from the profile. The key of BallDontLie comes \
from {key} only."""


def parser(commands: dict[str, Callable]) -> argparse.ArgumentParser:
    """Every command and setting."""
    wide = max(shutil.get_terminal_size().columns, NARROWEST) - 2  # as argparse itself takes it
    lines = "\n".join(hanging(f"  {name:<12} {command.__doc__}", wide, 13) for name, command in commands.items())
    description = "\n".join(hanging(line, wide, 0) for line in DESCRIPTION.splitlines())
    found = argparse.ArgumentParser(
        description=f"{description}\n\ncommands:\n{lines}",
        usage="%(prog)s [COMMAND] [RUN_ID] [WHAT] [settings]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(hanging(line, wide, 0) for line in EXIT_CODES.format(key=KEY_VARIABLE).splitlines()),
    )
    add = found.add_argument
    add("command", nargs="?", default="run", choices=commands, metavar="COMMAND", help="one of those above; default run")
    add("run_id", nargs="?", metavar="RUN_ID", help="with undo and diff, for resume (default: the newest run); with the gaps a GAME")
    add("what", nargs="?", metavar="WHAT", help="with accept-gap and withdraw-gap: box_score or play_by_play")
    add("--profile", help=f"{' or '.join(PROFILES)} (BACKFILL_PROFILE; default demo)")
    add("--season", help=f"default {DEFAULT_SEASON}; one that is named without dates is filled from opening night to yesterday")
    add("--seasons", metavar="A..B", help="such as 2022-23..2025-26: one after another into one warehouse, to the first that stops")
    add("--keep-going", action="store_true", help="with --seasons: go on with the next season where one stops")
    add("--on-end", metavar="COMMAND", help="a command that is given the verdict as JSON on its standard input, whatever the exit code")
    add("--start-date", metavar="DATE", help=f"first game date, included; default {DEFAULT_START}")
    add("--end-date", metavar="DATE", help=f"last game date, included; default {DEFAULT_END}")
    add("--from", dest="first", type=int, default=0, metavar="STEP", help="first notebook to run, such as 30")
    add("--to", dest="last", type=int, default=99, metavar="STEP", help="last notebook to run, such as 39")
    add("--full", action="store_true", help="build and audit every date, whether anything has changed or not")
    add("--with-predictions", action="store_true", help="also run the optional steps 40 and 49")
    add("--min-feature-rows", type=int, default=50, metavar="N", help="dates with fewer get no predictions; default 50")
    add("--accept", action="append", metavar="CHECK", help="pass by a failing check, on record; taints what stands on it")
    add("--reason", metavar="TEXT", help="with --accept and accept-gap: why")
    add("--by", metavar="NAME", help="with --accept and accept-gap: who stands for it; default the user of this machine")
    add("--date", metavar="DATE", help="with repair: the date to rebuild, and all that it dirties")
    add("--table", metavar="NAME", help="with repair: the table to rebuild, such as TDZA, and all that it dirties")
    add("--older-than", type=int, metavar="DAYS", help="with prune: what was replaced longer ago than that")
    add("--dates", action="store_true", help="with diff: each date as well")
    add("--only", metavar="IDS", help="with drill: some of the faults, such as P1,P2")
    add("--mutants", type=int, default=0, metavar="N", help="with drill: so many faults of data that nobody wrote down")
    add("--body-mutants", type=int, default=0, metavar="N", help="with drill: so many faults in what the sources answered")
    add("--code-mutants", type=int, default=0, metavar="N", help="with drill: so many queries with one thing changed")
    add("--seed", type=int, default=0, metavar="S", help="with --mutants: what chooses them; default 0")
    add("--column", metavar="NAME", help="with --mutants: of this column alone; --table: of this table alone")
    add("--data", action="store_true", help="with verify: ask every check of every gate of all that is published once more")
    add("--watch", type=float, metavar="MINUTES", help="with status: look again every so many minutes")
    add("--bdl-rate", type=int, metavar="N", help="BallDontLie requests a minute (BDL_RATE; default: as its headers say)")
    add(
        "--lines",
        metavar="|".join(LINES),
        help="whose lines count, BallDontLie's or the NBA's (BACKFILL_LINES; default: bdl with a key, else nba)",
    )
    add("--bdl-base-url", metavar="URL", help="(BDL_BASE_URL)")
    add("--cdn-base-url", metavar="URL", help="(NBA_CDN_BASE_URL)")
    add("--bucket", metavar="PATH", help="folder of the object store, or gs://BUCKET (BACKFILL_BUCKET)")
    add("--warehouse", metavar="PATH", help="DuckDB file (BACKFILL_WAREHOUSE)")
    add("--commands", metavar="FILE", help="TOML file of steps' own commands, in place of the runbook's SQL (BACKFILL_COMMANDS)")
    add("--project", metavar="P", help="profile gcp: the Google Cloud project (GOOGLE_CLOUD_PROJECT)")
    add("--location", metavar="L", help="profile gcp: where its datasets are, such as US (BACKFILL_LOCATION)")
    add("--dataset-prefix", metavar="X_", help="profile gcp: names of its own for a rehearsal (BACKFILL_DATASET_PREFIX)")
    add("--billing-project", metavar="P", help="profile gcp: the project that pays for the jobs, where it is another")
    add("--labels", metavar="K=V,…", help="profile gcp: labels of your own on every job, such as team=data,purpose=backfill")
    add("--max-bytes", type=int, metavar="N", help="profile gcp: refuse a run estimated to bill more, and any single job that would")
    add("--max-cost", type=float, metavar="USD", help="profile gcp: refuse a run estimated to cost more, and stop one that comes to it")
    add("--price", type=float, metavar="USD", help=f"of a TiB billed; default {PRICE}, on demand in the US")
    add("--runs", metavar="DIR", help="folder of the runs (BACKFILL_RUNS)")
    found.set_defaults(repair="")  # what the notebooks rebuild: repair and resume say
    found.set_defaults(restates=False)  # the season by other lines than it was filled by: what resume goes on with
    found.set_defaults(finished=[])  # the runs that have ended: manifest and folder
    return found
