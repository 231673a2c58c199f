#!/usr/bin/env python3
"""Fill a season of NBA data layer by layer, and stop whenever a gate fails: python run_backfill.py --help."""

import argparse
import io
import os
import signal
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
SIGNALS = (signal.SIGINT, signal.SIGTERM)
INTERRUPTED = """\
Interrupted. Nothing half-done was published.
What to do: type the same again; it goes on from the data."""


def main(words: list[str] | None = None) -> int:
    """Do what was asked, tell whom --on-end names, and give the exit code."""
    from nbhelpers.commands import COMMANDS, parser, tell_end
    from nbhelpers.console import tell

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no more than ASCII is no reason to end
    given = parser(COMMANDS).parse_args(words)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminated)
    code, message = _done(given)
    if message:
        tell(message, sys.stderr)
    tell_end(given, code, message)
    return code


def _done(given: argparse.Namespace) -> tuple[int, str]:
    """Do what was asked; every mistake ends in words that say what to do, and in an exit code."""
    from nbhelpers import settings
    from nbhelpers.commands import COMMANDS
    from nbhelpers.errors import Explained, unwritable

    cloud = ("project", "location", "dataset_prefix", "billing_project", "labels", "max_bytes", "max_cost", "price")
    for name in ("bdl_base_url", "cdn_base_url", "bdl_rate", "lines", *cloud):
        if getattr(given, name) is not None:
            os.environ[settings.ENVIRONMENT[name]] = str(getattr(given, name))  # for the kernels too
    try:
        if given.commands:
            os.environ[settings.ENVIRONMENT["commands"]] = os.path.abspath(given.commands)
        places = {name: _from_here(getattr(given, name)) for name in ("bucket", "warehouse", "runs")}
        return COMMANDS[given.command](settings.load(profile=given.profile, **places), given), ""
    except Explained as problem:
        return problem.exit_code, str(problem)
    except KeyboardInterrupt as stop:
        return (stop.args[0] if stop.args else 130), INTERRUPTED
    except OSError as problem:
        return 3, str(unwritable(problem))
    except Exception:  # Python's own code for it would be 1, which says that a gate stopped
        import traceback

        return 3, traceback.format_exc()


def start_bare() -> None:
    """Start this program once more with nothing of its surroundings (nbhelpers/isolation.py); a signal meanwhile is answered after."""
    if not (sys.flags.isolated and sys.flags.no_site):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        os.execv(sys.executable, [sys.executable, "-I", "-S", os.path.abspath(__file__), *sys.argv[1:]])
    for number in SIGNALS:
        signal.signal(number, _interrupted_at_once)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    sys.path.insert(0, ROOT)
    from nbhelpers import isolation

    isolation.add_packages()


def _interrupted_at_once(number: int, _frame: object) -> None:
    """Say in words that a signal came before anything was begun, and end."""
    os.write(2, f"{INTERRUPTED}\n".encode())
    os._exit(128 + number)


def _terminated(*_: object) -> None:
    raise KeyboardInterrupt(143)


def _from_here(path: str | None) -> str | None:
    return os.path.abspath(path) if path and "://" not in path else path


if __name__ == "__main__":
    start_bare()
    sys.exit(main())
