"""What a command takes: time, processor time and memory."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """What a command, with all that it started, took; memory is that of its largest process."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def take(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> Taken:
    """Run a command to its end in a folder; RuntimeError with its last lines where it fails."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | dict(environment or {}), stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output.read()[-3000:]}")
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Scenario:
    """Something to do with a season: what is laid out before, unmeasured, and the command that is measured."""

    name: str
    prepare: Callable[[], None]
    run: Callable[[], Taken]


def medians(columns: Mapping[str, list[Scenario]], repetitions: int) -> dict[str, dict[str, Taken]]:
    """The median of each measure of each scenario of each column, all of them `repetitions` times.

    The columns take turns: where the machine has grown slower meanwhile, it has for all of them.
    """
    measured: dict[str, dict[str, list[Taken]]] = {name: {of.name: [] for of in scenarios} for name, scenarios in columns.items()}
    for _ in range(repetitions):
        for name, scenarios in columns.items():
            for scenario in scenarios:
                scenario.prepare()
                measured[name][scenario.name].append(scenario.run())
    return {
        name: {scenario: Taken(*map(statistics.median, zip(*runs, strict=True))) for scenario, runs in column.items()}
        for name, column in measured.items()
    }
