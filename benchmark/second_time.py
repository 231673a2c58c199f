"""What it costs to do everything twice: rows computed again beside their steps, objects read again beside their loading."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmark.season import lay_out
from nbhelpers import build, gates
from nbhelpers.sql import tables

LAYERS = (2, 3)


def sentence(filled: Path) -> str:
    """How long the steps of a filled season take to compute and the loading to read, and how long the second time."""
    session = lay_out(filled)
    steps = sorted({output.step for layer in LAYERS for output in tables.layer_outputs(layer)})
    loaded = _seconds(lambda: build.load(session))
    read_again = _seconds(lambda: gates.Audit(session, 19, is_whole=True).run("as_stored"))
    built = sum(_seconds(lambda number=number: build.compute(session, number)) for number in steps)
    computed_again = sum(
        _seconds(lambda layer=layer: gates.Audit(session, tables.gate_of(layer), is_whole=True).run("recomputed")) for layer in LAYERS
    )
    session.warehouse.drop_staging()
    return (
        f"Every row of steps {steps[0]} to {steps[-1]}: computed and staged in {built:.1f} s, computed again and compared in "
        f"{computed_again:.1f} s. Every object: loaded in {loaded:.1f} s, read again and compared in {read_again:.1f} s."
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
