"""What `run_backfill.py` can be asked to do, a function a command: settings and arguments in, exit code out.

Imports: build, drill, errors, gates, lineage, notebook, runs, season, session, settings, sql, survey, wording.
"""

import json
import shlex
import sys
import time
from argparse import Namespace
from contextlib import suppress

from nbhelpers import notebook, season, session
from nbhelpers.errors import BadInput, Locked
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.wording import many

# Heavy parts are imported where they are used: papermill alone takes two seconds, and plan and status do without.


def run(chosen: Settings, given: Namespace) -> int:
    """Run the notebooks in order and stop at the first that fails."""
    from nbhelpers.runs import notebooks, runner
    from nbhelpers.runs.terminal import Terminal

    _require_known(given.accept or [], given.reason)
    paths = notebooks.notebook_paths(given.first, given.last, given.with_predictions)
    say = Terminal()
    accepted = dict.fromkeys(given.accept or [], given.reason or "")
    parameters = {"min_feature_rows": given.min_feature_rows, "accept": accepted, "repair": given.repair}
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        cost.require_budget(chosen, window(chosen, given), [notebooks.step(path) for path in paths], given)
    this = runner.Run(chosen, window(chosen, given), paths, parameters, say)
    code = this.execute()
    say.closing(this, code, shlex.join(["python", "run_backfill.py", *sys.argv[1:]]))
    return code


def resume(chosen: Settings, given: Namespace) -> int:
    """Go on with what a run set out to do; what is done by then is found out from the data."""
    from nbhelpers import build
    from nbhelpers.runs import chain

    wanted = [folder for folder in chain.folders(chosen.runs) if given.run_id in (None, folder.name)]
    if not wanted:
        raise BadInput(f"no run {given.run_id or ''} in {chosen.runs}.", then="see its folders, or start one without resume.")
    manifest = json.loads((wanted[-1] / "manifest.json").read_text(encoding="utf-8"))
    steps = [int(entry["name"][:2]) for entry in manifest["notebooks"]]
    given.season, given.first, given.last = manifest["season"], min(steps), max(steps)
    given.start_date, given.end_date = manifest["window"]["start_date"], manifest["window"]["end_date"]
    given.with_predictions = 40 in steps
    given.repair = manifest.get("repair") or build.WRONG  # what is published, audited and up to date is done
    print(f"Resuming {manifest['run_id']}, which ended {manifest['status']}.")
    return run(chosen, given)


def plan(chosen: Settings, given: Namespace) -> int:
    """Tell what a run would fetch and build, for which dates and why."""
    from nbhelpers import survey

    here = opened(chosen, given)
    work = survey.plan(here)
    print(f"{work}\n\n{work.tables.to_string(index=False)}" if len(work.tables) else work)
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        expected = cost.estimate(here, cost.STEPS)
        print(f"\n{expected}, {cost.money(expected, given.price)}")
    return 0


def repair(chosen: Settings, given: Namespace) -> int:
    """Show what is wrong, or what a date or a table dirties, then rebuild those dates in order, gates and all."""
    from nbhelpers import build, survey
    from nbhelpers.build import repairs

    here = opened(chosen, given)
    wanted = repairs.rebuild_plan(here, given.date or "", given.table or "")
    if not wanted:
        print(repairs.NOTHING)
        return 0
    if wanted.what == build.WRONG:
        print(f"{survey.plan(here).tables.to_string(index=False)}\n")
    print(f"{wanted}\n", flush=True)
    given.repair, given.first = wanted.what, given.first or wanted.first_step
    given.start_date, given.end_date = str(wanted.window.start_date), str(wanted.window.end_date)
    given.with_predictions = given.with_predictions or repairs.has_predictions(here)
    return run(chosen, given)


def undo(chosen: Settings, given: Namespace) -> int:
    """Put back what a run replaced, and void its receipts."""
    from nbhelpers.lineage import undo as history

    put_back = history.undo(opened(chosen, given), _run_id(given))
    print(f"Undone: {given.run_id}. Its receipts are void.")
    print(put_back.to_string(index=False) if len(put_back) else "It had replaced nothing.")
    return 0


def diff(chosen: Settings, given: Namespace) -> int:
    """Tell what a run changed, per table and date."""
    from nbhelpers.lineage import undo as history

    changed = history.diff(opened(chosen, given), _run_id(given))
    print(changed.to_string(index=False) if len(changed) else f"Run {given.run_id} changed no value.")
    return 0


def verify(chosen: Settings, given: Namespace) -> int:
    """Check the runs' records offline: manifests, notebooks, journals, reports and receipts; one changed byte shows."""
    from nbhelpers.runs import abandoned, chain, receipts, verification

    here = session.opened(window(chosen, given), chosen, session.BY_HAND)
    if chain.unchained(chosen.runs):
        with suppress(Locked), here.warehouse.hold("verify"):  # while a run writes, no record is completed
            for line in abandoned.complete_records(here, "verify"):
                print(f"Note: {line}")
    found, held = verification.problems(chosen.runs), "its receipts were not compared"
    if chosen.is_cloud or chosen.warehouse.exists():
        there = receipts.published_receipts(here)
        found += verification.receipt_problems(chain.manifests(chosen.runs), there, chosen.recorded())
        held = many(len(there), "receipt")
    if given.run_id:
        if given.run_id not in [folder.name for folder in chain.folders(chosen.runs)] and not any(given.run_id in line for line in found):
            raise BadInput(f"no run {given.run_id} in {chosen.runs}.", then="see its folders for the names of runs.")
        found = [line for line in found if line.startswith((given.run_id, chain.CHAIN))]
    for problem in found:
        print(problem)
    checked, problems = many(len(chain.lines(chosen.runs)), "run"), many(len(found), "problem")
    print(f"{checked} in {chosen.runs}; in {here.warehouse} {held}: {problems}.")
    return 1 if found else 0


def status(chosen: Settings, given: Namespace) -> int:
    """The monitor: every table now, and how the newest run is doing."""
    from nbhelpers import runs, survey

    while True:
        here = opened(chosen, given)
        print(f"{session.now():%Y-%m-%d %H:%M} UTC, {here.window}, {chosen.warehouse}")
        print(runs.latest_run(chosen.runs, session.now()) or "no run yet", end="\n\n")
        print(survey.table_summaries(here).to_string(index=False), end="\n\n")
        failures = survey.failure_categories(here)
        print(failures.to_string(index=False) if len(failures) else "no failures recorded", end="\n\n", flush=True)
        if not given.watch:
            return 0
        time.sleep(given.watch * 60)


def rehearse(chosen: Settings, given: Namespace) -> int:
    """The plan's out-of-order scenarios in a scratch copy, each seen to stop."""
    from nbhelpers.drill import rehearsal

    return rehearsal.walk(chosen, window(chosen, given))


def drill(chosen: Settings, given: Namespace) -> int:
    """Plant every known fault in scratch copies of a healthy season and show which check catches it."""
    from nbhelpers import drill as fire

    return fire.walk(chosen, window(chosen, given), [name.strip() for name in given.only.split(",")] if given.only else None)


def window(chosen: Settings, given: Namespace) -> Window:
    """The window that was asked for."""
    _default_to_the_plans_window(chosen, given)
    return notebook.window(chosen, given.start_date, given.end_date, given.season)


def _default_to_the_plans_window(chosen: Settings, given: Namespace) -> None:
    """Fill in what was not said: the plan's window, or the whole of a season that was named ("" is its own start or end)."""
    is_named = given.season is not None and not chosen.is_simulated  # the demo is as long as the plan's window
    given.season = given.season or season.DEFAULT_SEASON
    given.start_date = given.start_date or ("" if is_named else season.DEFAULT_START)
    given.end_date = given.end_date or ("" if is_named else season.DEFAULT_END)


def opened(chosen: Settings, given: Namespace) -> Session:
    """A session on what was asked for, with nothing of a run."""
    _default_to_the_plans_window(chosen, given)
    places = (str(chosen.bucket), str(chosen.warehouse), str(chosen.runs))
    return notebook.start(given.start_date, given.end_date, given.season, chosen.profile, *places)


def _require_known(accepted: list[str], reason: str | None) -> None:
    from nbhelpers import gates
    from nbhelpers.sql import tables

    known = {check.name for layer in tables.LAYERS for check in gates.checks(tables.gate_of(layer)) if check.severity == "fail"}
    for name in accepted:
        if name not in known:
            raise BadInput(f"no check that can stop a gate is called {name!r}.", then=f"the names are: {', '.join(sorted(known))}.")
    if accepted and not (reason or "").strip():
        raise BadInput("--accept without --reason.", "an override that nobody can explain is a silent one", 'add --reason "...".')


def _run_id(given: Namespace) -> str:
    if not given.run_id:
        raise BadInput(f"{given.command} which run?", then=f"python run_backfill.py {given.command} RUN_ID; the runs folder has the ids.")
    return given.run_id


COMMANDS = {
    command.__name__: command for command in (run, plan, status, resume, repair, undo, diff, verify, rehearse, drill)
}
