"""Commands that run notebooks: all that is needed, what an earlier run set out to do, or what a repair dirties."""

import shlex
import sys
from argparse import Namespace

from nbhelpers.commands.correcting import operator
from nbhelpers.commands.windows import opened, window
from nbhelpers.errors import BadInput, Explained
from nbhelpers.season import season_year
from nbhelpers.settings import Settings

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def run(chosen: Settings, given: Namespace) -> int:
    """Run the notebooks that have work, in order, and stop at the first that fails."""
    if given.seasons:
        return _run_seasons(chosen, given)
    from nbhelpers import build
    from nbhelpers.runs import notebooks, runner
    from nbhelpers.runs.terminal import Terminal

    _require_known(given.accept or [], given.reason)
    paths = notebooks.notebook_paths(given.first, given.last, given.with_predictions)
    terminal = Terminal()
    accepted = dict.fromkeys(given.accept, f"{given.reason.strip()} ({operator(given)})") if given.accept else {}
    repair = given.repair or ("" if given.full else build.WRONG)  # what the notebooks rebuild; "" is every date
    parameters = {"min_feature_rows": given.min_feature_rows, "accept": accepted, "repair": repair}
    dates = window(chosen, given)
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        cost.require_budget(chosen, dates, [notebooks.step(path) for path in paths], given)
    this = runner.Run(chosen, dates, paths, parameters, terminal)
    code = this.execute()
    given.finished.append((this.manifest | {"exit_code": code}, this.folder))
    terminal.closing(this, code, shlex.join(["python", "run_backfill.py", *sys.argv[1:]]))
    return code


def _run_seasons(chosen: Settings, given: Namespace) -> int:
    """Run one season after another, each from its opening night to its end, or to the first that stops; the worst exit code."""
    names, codes = _season_names(given.seasons), {}
    for name in names:
        print(f"\nSeason {name}", flush=True)
        of_season = {"seasons": None, "season": name, "start_date": None, "end_date": None}
        try:
            codes[name] = run(chosen, Namespace(**vars(given) | of_season))
        except Explained as problem:
            print(problem, file=sys.stderr)
            codes[name] = problem.exit_code
        if codes[name] and not given.keep_going:
            break
    print("\nSeasons: " + ", ".join(f"{name} {'done' if codes.get(name) == 0 else _ended(codes.get(name))}" for name in names))
    return max(codes.values())


def _ended(code: int | None) -> str:
    return "not run" if code is None else f"stopped (exit {code})"


def _season_names(seasons: str) -> list[str]:
    """The seasons from one to another, both included.

    >>> _season_names("2022-23..2024-25")
    ['2022-23', '2023-24', '2024-25']
    """
    first, dots, last = seasons.partition("..")
    years = range(season_year(first), season_year(last if dots else first) + 1)
    if not years:
        raise BadInput(f"seasons {seasons!r} end before they begin.", then="write them as 2022-23..2025-26, the earlier first.")
    return [f"{year}-{(year + 1) % 100:02}" for year in years]


def resume(chosen: Settings, given: Namespace) -> int:
    """Go on with what a run set out to do; what is done by then is found out from the data."""
    from nbhelpers import build
    from nbhelpers.runs import chain

    candidates = [chain.manifest_of(folder) for folder in chain.folders(chosen.runs) if given.run_id in (None, folder.name)]
    if not candidates or candidates[-1] is None:
        raise BadInput(
            f"no run {given.run_id or ''} in {chosen.runs} whose record can be read.", then="see its folders, or start one without resume."
        )
    manifest = candidates[-1]
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
