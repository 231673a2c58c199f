#!/usr/bin/env python3
"""Fill a season of NBA data layer by layer, and stop whenever a gate fails.

Without arguments: the demo, a simulated season in ./demo, no account and no network needed.
"""

import argparse
import os
import signal
import sys
import traceback

from nbhelpers import settings
from nbhelpers.commands import COMMANDS
from nbhelpers.errors import Explained, unwritable
from nbhelpers.season import DEFAULT_END, DEFAULT_SEASON, DEFAULT_START

EXIT_CODES = """\
Exit codes: 0 done, 1 a gate stopped it, 2 bad arguments, 3 broken (kernel, network, warehouse), 4 over budget,
5 another run holds the lock, 130/143 interrupted.
A setting is taken from its flag, else from the environment, else from the profile. The key of BallDontLie comes
from {key} only."""


def arguments() -> argparse.ArgumentParser:
    """Every command and setting."""
    commands = "\n".join(f"  {name:<9} {command.__doc__}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\ncommands:\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXIT_CODES.format(key=settings.KEY_VARIABLE),
    )
    add = parser.add_argument
    add("command", nargs="?", default="run", choices=COMMANDS, metavar="COMMAND", help="one of those above; default run")
    add("run_id", nargs="?", metavar="RUN_ID", help="with undo and diff, and for resume (default: the newest run)")
    add("--profile", help=f"{' or '.join(settings.PROFILES)} (BACKFILL_PROFILE; default demo)")
    add("--season", help=f"default {DEFAULT_SEASON}; one that is named without dates is filled from opening night to yesterday")
    add("--start-date", metavar="DATE", help=f"first game date, included; default {DEFAULT_START}")
    add("--end-date", metavar="DATE", help=f"last game date, included; default {DEFAULT_END}")
    add("--from", dest="first", type=int, default=0, metavar="STEP", help="first notebook to run, such as 30")
    add("--to", dest="last", type=int, default=99, metavar="STEP", help="last notebook to run, such as 39")
    add("--with-predictions", action="store_true", help="also run the optional steps 40 and 49")
    add("--min-feature-rows", type=int, default=50, metavar="N", help="dates with fewer get no predictions; default 50")
    add("--accept", action="append", metavar="CHECK", help="pass by a failing check, on record; taints what stands on it")
    add("--reason", metavar="TEXT", help="with --accept: why")
    add("--date", metavar="DATE", help="with repair: the date to rebuild, and all that it dirties")
    add("--table", metavar="NAME", help="with repair: the table to rebuild, such as TDZA, and all that it dirties")
    add("--only", metavar="IDS", help="with drill: some of the faults, such as P1,P2")
    add("--watch", type=float, metavar="MINUTES", help="with status: look again every so many minutes")
    add("--bdl-rate", type=int, metavar="N", help="BallDontLie requests a minute (BDL_RATE; default: as its headers say)")
    add("--bdl-base-url", metavar="URL", help="(BDL_BASE_URL)")
    add("--cdn-base-url", metavar="URL", help="(NBA_CDN_BASE_URL)")
    add("--bucket", metavar="PATH", help="folder of the object store, or gs://BUCKET (BACKFILL_BUCKET)")
    add("--warehouse", metavar="PATH", help="DuckDB file (BACKFILL_WAREHOUSE)")
    add("--commands", metavar="FILE", help="TOML file of steps' own commands, in place of the runbook's SQL (BACKFILL_COMMANDS)")
    add("--project", metavar="P", help="profile gcp: the Google Cloud project (GOOGLE_CLOUD_PROJECT)")
    add("--location", metavar="L", help="profile gcp: where its datasets are, such as US (BACKFILL_LOCATION)")
    add("--dataset-prefix", metavar="X_", help="profile gcp: names of its own for a rehearsal (BACKFILL_DATASET_PREFIX)")
    add("--max-bytes", type=int, metavar="N", help="profile gcp: refuse a run estimated to bill more, and any single job that would")
    add("--max-cost", type=float, metavar="USD", help="profile gcp: refuse a run estimated to cost more")
    add("--price", type=float, default=6.25, metavar="USD", help="of a TiB billed; default %(default)s, on demand in the US")
    add("--runs", metavar="DIR", help="folder of the runs (BACKFILL_RUNS)")
    parser.set_defaults(repair="")  # what the notebooks rebuild: repair and resume say
    return parser


def main(words: list[str] | None = None) -> int:
    """Do what was asked; every mistake ends in a line that says what to do, and in an exit code."""
    given = arguments().parse_args(words)
    for name in ("bdl_base_url", "cdn_base_url", "bdl_rate", "project", "location", "dataset_prefix", "max_bytes"):
        if getattr(given, name) is not None:
            os.environ[settings.ENVIRONMENT[name]] = str(getattr(given, name))  # for the kernels too
    signal.signal(signal.SIGTERM, _terminated)
    try:
        if given.commands:
            os.environ[settings.ENVIRONMENT["commands"]] = os.path.abspath(given.commands)
        places = {name: _from_here(getattr(given, name)) for name in ("bucket", "warehouse", "runs")}
        return COMMANDS[given.command](settings.load(profile=given.profile, **places), given)
    except Explained as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt as stop:
        return stop.args[0] if stop.args else 130
    except OSError as problem:
        print(unwritable(problem), file=sys.stderr)
    except Exception:  # Python's own code for it would be 1, which says that a gate stopped
        traceback.print_exc()
    return 3


def _from_here(path: str | None) -> str | None:
    return os.path.abspath(path) if path and "://" not in path else path


def _terminated(*_) -> None:
    raise KeyboardInterrupt(143)


if __name__ == "__main__":
    sys.exit(main())
