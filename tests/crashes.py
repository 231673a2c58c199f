"""kill -9 at random moments of a run, again while it resumes, then a run to the end: what must hold after each.

    python tests/crashes.py --moments 500 --seed 7

The runs are real but for the notebooks, whose steps are called directly, and the checks, which ask nothing; every write of staging, publishing and the record is a place to die before or after.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from io import StringIO
from pathlib import Path

import nbformat
import pyarrow.parquet as pq
from rich.console import Console
from tiny import Tiny, day

from nbhelpers import build, gates, lineage
from nbhelpers.gates import audit
from nbhelpers.runs import chain, notebooks, outcomes, receipts, record, report, runner, verification
from nbhelpers.runs.journal import Journal
from nbhelpers.runs.terminal import Terminal
from nbhelpers.sql import tables
from nbhelpers.warehouse import partitions
from nbhelpers.warehouse.duckdb.staging import StagingFolder
from nbhelpers.warehouse.duckdb.transaction import DuckDBTransaction

STEPS = (11, 19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39)
FEW_STEPS = (11, 19, 20, 29)  # all that a run does to files, in a tenth of the time
SEAMS = [
    (pq, "write_table"), (DuckDBTransaction, "insert"), (DuckDBTransaction, "_put"),
    (StagingFolder, "discard"), (StagingFolder, "drop"), (Journal, "write"),
    (record, "save"), (record, "keep_copy"), (record, "end"), (report, "build"), (os, "replace"), (os, "fsync"),
]  # fmt: skip


class Countdown:
    """Dies, as by kill -9, at the nth of the seams that are passed; counts them in any case."""

    def __init__(self, moment: int):
        self.moment, self.passed = moment, 0
        for owner, name in SEAMS:
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, act):
        def acted(*words, **more):
            self._pass()
            done = act(*words, **more)
            self._pass()
            return done

        return acted

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


class Run(runner.Run):
    """A run whose notebooks are not executed: their steps are called."""

    def __init__(self, tiny: Tiny, steps: tuple[int, ...]):
        self.tiny = tiny
        paths = [path for number in steps for path in notebooks.notebook_paths(number, number, False)]
        super().__init__(tiny.settings, tiny.session().window, paths, {}, Terminal(Console(file=StringIO())), None)

    def _execute_all(self) -> int:
        for path in self.paths:
            self._execute_notebook(path, None)
        return 0

    def _outcome(self, path, copy, parameters, kernel) -> outcomes.Outcome:
        nbformat.write(nbformat.v4.new_notebook(), copy)
        session, number = self._session(), notebooks.step(path)
        if number == 11:
            self.tiny.warehouse = session.warehouse
            self.tiny.stage_raw(session)
        elif number % 10 == 9:
            gates.Audit(session, number).publish()
        else:
            build.step(session, number)
        return outcomes.Outcome("done", 0, "done")


def season(folder: Path) -> Tiny:
    """BOS at LAL on seven days, noted but not yet loaded."""
    tiny = Tiny(folder)
    for n in (0, 2, 4, 6, 8, 10, 16):
        tiny.play(day(n), "BOS", "LAL", official={})
    tiny.store_schedule()
    return tiny


def run(folder: Path, steps: tuple[int, ...], moment: int = 0) -> int:
    """Run to the end, or to a moment; returns how many seams were passed."""
    countdown = Countdown(moment)
    code = Run(season(folder), steps).execute()
    if code:
        raise SystemExit(f"ended with {code}")
    return countdown.passed


def look(folder: Path) -> dict:
    """What is published, and what of it no receipt stands for: a layer is published whole or not at all."""
    tiny = season(folder)
    session = tiny.session()
    log, published, half = lineage.log_entries(session), {}, []
    for output in tables.outputs():
        if output.layer > 3:
            continue
        held = session.warehouse.fingerprints(output)
        published[output.name] = {str(when): list(vars(content).values()) for when, content in held.items()}
        for when in session.window.dates():
            entry, content = log.get((output.name, when)), lineage.content_at(held, when)
            if (entry["fingerprint"] if entry else partitions.EMPTY) != content.fingerprint:
                half.append(f"{output.name} of {when}")
    told = {receipt["receipt_id"] for manifest in chain.manifests(tiny.settings.runs) for receipt in manifest["receipts"]}
    unrecorded = [receipt["receipt_id"] for receipt in receipts.published_receipts(session) if receipt["receipt_id"] not in told]
    problems = verification.problems(tiny.settings.runs)
    problems += verification.receipt_problems(chain.manifests(tiny.settings.runs), receipts.published_receipts(session), tiny.settings.recorded())
    return {"published": published, "half": half, "unrecorded": unrecorded, "problems": problems}


def apart(act, *words):
    """What a function returns, called in a process of its own; the signal that ended that process, negated."""
    with tempfile.TemporaryFile("w+") as answer:
        child = os.fork()
        if not child:
            try:
                json.dump(act(*words), answer)
                answer.flush()
                os._exit(0)
            except BaseException as problem:
                print(repr(problem), file=sys.stderr, flush=True)
                os._exit(9)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            return code
        answer.seek(0)
        return json.load(answer)


def main(moments: int, seed: int, steps: tuple[int, ...] = STEPS) -> list[str]:
    """What did not hold; nothing, if all is well."""
    audit.checks = lambda gate: []
    chance, found = random.Random(seed), []
    with tempfile.TemporaryDirectory(prefix="crashes") as base:
        whole = Path(base) / "whole"
        whole.mkdir()
        seams = apart(run, whole, steps)
        expected = apart(look, whole)
        if seams < 50 or expected["half"] or expected["problems"] or not any(expected["published"].values()):
            found.append(f"an uninterrupted run is not well: {seams} seams, {expected['half']}, {expected['problems']}")
        for nth in range(moments):
            folder = Path(base) / str(nth)
            folder.mkdir()
            first, second = chance.randint(1, seams), chance.randint(1, seams)
            for moment in (first, second):
                died = apart(run, folder, steps, moment)
                if died != -signal.SIGKILL and moment == first:
                    found.append(f"{first}, {second}: ended with {died} instead of being killed")
            left = apart(look, folder)
            if left["half"]:
                found.append(f"{first}, {second}: half-published: {left['half'][:3]}")
            apart(run, folder, steps)
            left = apart(look, folder)
            if left["published"] != expected["published"]:
                found.append(f"{first}, {second}: the run after it does not end with the tables of an uninterrupted one")
            if left["problems"] or left["unrecorded"]:
                found.append(f"{first}, {second}: {left['problems']} {left['unrecorded']}")
            shutil.rmtree(folder)
    return found


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--moments", type=int, default=25)
    asked.add_argument("--seed", type=int, default=25)
    given = asked.parse_args()
    wrong = main(given.moments, given.seed)
    print("\n".join(wrong) or f"{given.moments} moments, twice each: nothing lost, nothing half-published.")
    sys.exit(bool(wrong))
