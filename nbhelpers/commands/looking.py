"""Commands that only look: at what is to do, at the tables now, at what a run changed, at the audit trail."""

import time
from argparse import Namespace
from contextlib import suppress

from nbhelpers.commands.windows import opened, window
from nbhelpers.errors import BadInput, Locked
from nbhelpers.settings import Settings
from nbhelpers.wording import many

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


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


def status(chosen: Settings, given: Namespace) -> int:
    """The monitor: every table now, and how the newest run is doing."""
    from nbhelpers import runs, session, survey

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


def diff(chosen: Settings, given: Namespace) -> int:
    """Tell what a run changed, per table and date."""
    from nbhelpers.lineage import undo as history

    changed = history.diff(opened(chosen, given), run_id(given))
    print(changed.to_string(index=False) if len(changed) else f"Run {given.run_id} changed no value.")
    return 0


def verify(chosen: Settings, given: Namespace) -> int:
    """Check the runs' records offline: manifests, notebooks, journals, reports and receipts; one changed byte shows."""
    from nbhelpers import session
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


def run_id(given: Namespace) -> str:
    """The run that a command is about; BadInput where none was named."""
    if not given.run_id:
        raise BadInput(f"{given.command} which run?", then=f"python run_backfill.py {given.command} RUN_ID; the runs folder has the ids.")
    return given.run_id
