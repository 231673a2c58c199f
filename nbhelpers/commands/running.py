"""Commands that run notebooks: all that is needed, what an earlier run set out to do, or what a repair dirties."""

import shlex
import sys
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from nbhelpers.commands.correcting import operator
from nbhelpers.commands.looking import compare, tell_tables
from nbhelpers.commands.windows import of_season, opened, season_names, window
from nbhelpers.console import tell
from nbhelpers.errors import BadInput, Explained
from nbhelpers.settings import Settings

if TYPE_CHECKING:
    from nbhelpers.runs.forking import KernelParent

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def run(chosen: Settings, options: Namespace) -> int:
    """Run the notebooks that have work, in order, and stop at the first that fails."""
    if options.seasons:
        return _run_seasons(chosen, options)
    from nbhelpers.runs.forking import KernelParent

    # The kernels' parent imports while we find out whether there is work for one.
    with KernelParent(*["nbhelpers.simulation.demo"] * chosen.is_simulated) as parent:
        return _run(chosen, options, parent)


def _run(chosen: Settings, options: Namespace, parent: "KernelParent") -> int:
    from nbhelpers import build, lineage, session
    from nbhelpers.runs import needs, notebooks, runner
    from nbhelpers.runs.terminal import Terminal

    _require_known(options.accept or [], options.reason)
    paths = notebooks.notebook_paths(options.first, options.last, options.with_predictions)
    terminal = Terminal()
    accepted = dict.fromkeys(options.accept, f"{options.reason.strip()} ({operator(options)})") if options.accept else {}
    repair = options.repair or ("" if options.full else build.WRONG)  # what the notebooks rebuild; "" is every date
    parameters = {"min_feature_rows": options.min_feature_rows, "accept": accepted, "repair": repair}
    dates = window(chosen, options, may_ask=True)
    here = lineage.with_own_lines(session.opened(dates, chosen, session.BY_HAND))
    here.warehouse.check()
    restated = lineage.changed_lines(here, (options.full or options.restates) and options.first <= needs.LOAD)
    kept = f"the season was filled by --lines {here.settings.lines}, and stays so." if here.settings.lines != chosen.lines else ""
    if restated or kept:
        terminal.note(restated or kept)
    chosen = here.settings
    if notebooks.leaves_out_steps(paths):
        needs.require_steps_of_gates(here, paths)
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        cost.require_budget(chosen, dates, [notebooks.step(path) for path in paths])
    this = runner.Run(chosen, dates, paths, parameters, terminal, parent)
    this.manifest["restates"] = bool(restated)
    code = this.execute()
    options.finished.append((this.manifest | {"exit_code": code}, this.folder))
    terminal.closing(this, code, shlex.join(["python", "run_backfill.py", *sys.argv[1:]]))
    return code


def _run_seasons(chosen: Settings, options: Namespace) -> int:
    """Run one season after another, each from its opening night to its end, or to the first that stops; the worst exit code."""
    names, codes = season_names(options.seasons), {}
    for name in names:
        tell(f"\nSeason {name}")
        try:
            codes[name] = run(chosen, of_season(options, name))
        except Explained as problem:
            tell(problem, sys.stderr)
            codes[name] = problem.exit_code
        if codes[name] and not options.keep_going:
            break
    compare(chosen, options)
    tell("\nSeasons: " + ", ".join(f"{name} {'done' if codes.get(name) == 0 else _ended(codes.get(name))}" for name in names))
    return max(codes.values())


def _ended(code: int | None) -> str:
    return "not run" if code is None else f"stopped (exit {code})"


def resume(chosen: Settings, options: Namespace) -> int:
    """Go on with what a run set out to do; what is done by then is found out from the data."""
    from nbhelpers import build
    from nbhelpers.runs import chain

    candidates = [chain.manifest_of(folder) for folder in chain.folders(chosen.runs) if options.run_id in (None, folder.name)]
    if not candidates or candidates[-1] is None:
        raise BadInput(
            f"no run {options.run_id or ''} in {chosen.runs} whose record can be read.",
            then="see its folders, or start one without resume.",
        )
    manifest = candidates[-1]
    steps = [int(entry["name"][:2]) for entry in manifest["notebooks"]]
    options.season, options.first, options.last = manifest["season"], min(steps), max(steps)
    options.start_date, options.end_date = manifest["window"]["start_date"], manifest["window"]["end_date"]
    options.with_predictions = 40 in steps
    options.repair = manifest.get("repair") or build.WRONG  # what is published, audited and up to date is done
    if manifest.get("restates"):
        options.restates, chosen = True, replace(chosen, lines=manifest["settings"]["lines"], lines_given=True)
    tell(f"Resuming {manifest['run_id']}, which ended {manifest['status']}.")
    return run(chosen, options)


def repair(chosen: Settings, options: Namespace) -> int:
    """Show what is wrong, or what a date or a table dirties, then rebuild those dates in order, gates and all."""
    from nbhelpers import build, survey
    from nbhelpers.build import repairs

    here = opened(chosen, options)
    rebuilding = repairs.rebuild_plan(here, options.date or "", options.table or "")
    if not rebuilding:
        tell(repairs.NOTHING)
        return 0
    if rebuilding.what == build.WRONG:
        tell_tables(survey.plan(here).tables)
    tell(f"\n{rebuilding}\n")
    options.repair, options.first = rebuilding.what, options.first or rebuilding.first_step
    options.start_date, options.end_date = str(rebuilding.window.start_date), str(rebuilding.window.end_date)
    options.with_predictions = options.with_predictions or repairs.has_predictions(here)
    return run(chosen, options)


def _require_known(accepted: list[str], reason: str | None) -> None:
    from nbhelpers import gates
    from nbhelpers.sql import tables

    known = {check.name for layer in tables.LAYERS for check in gates.checks(tables.gate_of(layer)) if check.severity != "plan"}
    for name in accepted:
        if name not in known:
            raise BadInput(f"no check that can stop a gate is called {name!r}.", then=f"the names are: {', '.join(sorted(known))}.")
    if accepted and not (reason or "").strip():
        raise BadInput("--accept without --reason.", "an override that nobody can explain is a silent one", 'add --reason "...".')
