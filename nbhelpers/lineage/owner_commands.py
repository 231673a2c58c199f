"""Steps that their owner's own command does in place of the runbook's SQL: where a pipeline is there already.

The commands stand in a TOML file, one a step, with {start_date} and {end_date} where the dates go (both included):

    [commands]
    20 = "python backfill_jobs/player_game_summary.py --start-date {start_date} --end-date {end_date}"

They write to the published tables themselves, so a gate cannot hold their rows back; it still stops what comes after.
"""

import contextlib
import hashlib
import os
import queue
import shlex
import signal
import subprocess
import threading
import tomllib
from collections import deque
from collections.abc import Callable
from functools import cache
from pathlib import Path

from nbhelpers.errors import BadInput, Broken
from nbhelpers.season import Window
from nbhelpers.settings import KEY_VARIABLE

SILENT_MINUTES = 30  # a command that has printed nothing for so long hangs
LAST_LINES = 5  # of a command that failed, told in its error


def command(commands: Path | None, step: int) -> str | None:
    """The template of a step's own command, or None where the runbook's SQL does it."""
    return _commands(commands).get(step) if commands else None


def code_version(template: str) -> str:
    """A short hash of a command, in place of that of a query."""
    return hashlib.sha256(template.encode()).hexdigest()[:12]


def run(template: str, window: Window, say: Callable[[str], None] = print, silent_minutes: float = SILENT_MINUTES) -> None:
    """Run a step's command over a window, saying its lines as they come.

    Raises Broken where it cannot be started, ends with another status than 0, or says nothing for too long.
    """
    words = shlex.split(template.format(start_date=window.start_date, end_date=window.end_date))
    around = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}  # the key is the runbook's own
    try:
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, env=around
        )
    except OSError as problem:
        raise _failed(template, f"cannot be started: {problem.strerror}", []) from None
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process, lines), daemon=True).start()
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        while (line := lines.get(timeout=silent_minutes * 60)) is not None:
            last.append(line)
            say(line)
    except queue.Empty:
        _end(process)
        raise _failed(template, f"has said nothing for {silent_minutes:g} minutes, and was ended", last) from None
    except BaseException:  # interrupted: what it started ends with it
        _end(process)
        raise
    if process.wait():
        raise _failed(template, f"ended with status {process.returncode}", last)


def _read(process: subprocess.Popen, lines: queue.SimpleQueue) -> None:
    for line in process.stdout or ():
        lines.put(line.rstrip("\n"))
    lines.put(None)


def _end(process: subprocess.Popen) -> None:
    """End a command and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failed(template: str, how: str, last: deque[str] | list[str]) -> Broken:
    return Broken(
        "\n".join([f"the command {template!r} {how}.", *(f"  {line}" for line in last)]),
        "its tables may be half written; no gate has passed them, so nothing above will be built on them",
        "see what it says, mend it, and run again from this step.",
    )


@cache
def _commands(path: Path) -> dict[int, str]:
    try:
        templates = tomllib.loads(path.read_text(encoding="utf-8"))["commands"]
        found = {int(step): str(template) for step, template in templates.items()}
        for template in found.values():
            shlex.split(template.format(start_date="", end_date=""))
    except OSError as problem:
        raise BadInput(f"commands file {path} cannot be read: {problem.strerror}.", then="give a TOML file: --commands FILE.") from None
    except (ValueError, KeyError, AttributeError, IndexError, tomllib.TOMLDecodeError) as problem:
        raise BadInput(
            f"commands file {path} is not as it should be: {type(problem).__name__} {problem}.",
            "a step whose command is misread would be done by another",
            'write a table [commands] with lines such as 20 = "... --start-date {start_date} --end-date {end_date}".',
        ) from None
    return found
