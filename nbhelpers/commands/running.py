"""Commands that run notebooks: all that is needed, what an earlier run set out to do, or what a repair dirties."""

import json
import shlex
import sys
from argparse import Namespace

from nbhelpers.commands.correcting import operator
from nbhelpers.commands.windows import opened, window
from nbhelpers.errors import BadInput
from nbhelpers.settings import Settings

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def run(chosen: Settings, given: Namespace) -> int:
    """Run the notebooks that have work, in order, and stop at the first that fails."""
    from nbhelpers import build
    from nbhelpers.runs import notebooks, runner
    from nbhelpers.runs.terminal import Terminal

    _require_known(given.accept or [], given.reason)
    paths = notebooks.notebook_paths(given.first, given.last, given.with_predictions)
    say = Terminal()
    asked = window(chosen, given, may_ask=True)
    accepted = dict.fromkeys(given.accept, f"{given.reason.strip()} ({operator(given)})") if given.accept else {}
    repair = given.repair or ("" if given.full else build.WRONG)  # what the notebooks rebuild; "" is every date
    parameters = {"min_feature_rows": given.min_feature_rows, "accept": accepted, "repair": repair}
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        cost.require_budget(chosen, asked, [notebooks.step(path) for path in paths], given)
    this = runner.Run(chosen, asked, paths, parameters, say)
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


def _require_known(accepted: list[str], reason: str | None) -> None:
    from nbhelpers import gates
    from nbhelpers.sql import tables

    known = {check.name for layer in tables.LAYERS for check in gates.checks(tables.gate_of(layer)) if check.severity != "plan"}
    for name in accepted:
        if name not in known:
            raise BadInput(f"no check that can stop a gate is called {name!r}.", then=f"the names are: {', '.join(sorted(known))}.")
    if accepted and not (reason or "").strip():
        raise BadInput("--accept without --reason.", "an override that nobody can explain is a silent one", 'add --reason "...".')
