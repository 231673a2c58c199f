"""Commands that only look: at what is to do, at the tables now, at what a run changed, at the audit trail."""

import sys
import time
from argparse import Namespace
from contextlib import suppress
from typing import TYPE_CHECKING

from nbhelpers.commands.windows import of_season, opened, season_names, window
from nbhelpers.console import has_colours, tell, tell_rows, width
from nbhelpers.errors import BadInput, Explained, Locked
from nbhelpers.settings import Settings
from nbhelpers.wording import in_columns, many

FULL = 79  # columns that the widest tables take; in fewer they say less
CLEAR, RED, YELLOW, PLAIN = "\x1b[H\x1b[2J", "\x1b[31m", "\x1b[33m", "\x1b[0m"

if TYPE_CHECKING:
    from nbhelpers.session import Session

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def plan(chosen: Settings, options: Namespace) -> int:
    """Tell what a run would fetch and build, for which dates and why."""
    from nbhelpers import survey

    here = opened(chosen, options)
    work = survey.plan(here)
    tell(work)
    tell_tables(work.tables)
    if chosen.is_cloud:
        from nbhelpers.runs import cost

        expected = cost.estimate(here, cost.STEPS)
        tell(f"\n{expected}, {cost.money(expected, here.settings.price)}")
    return 0


def status(chosen: Settings, options: Namespace) -> int:
    """The monitor: every table now, and how the newest run is doing."""
    from nbhelpers import runs, session, survey
    from nbhelpers.simulation import DISCLAIMER

    redraws = options.watch and sys.stdout.isatty()
    while True:
        here = opened(chosen, options)
        tables, failures = survey.table_summaries(here), survey.failure_categories(here)
        if redraws:  # what was found is there before the old is wiped out, with what says that it is invented
            print(f"{CLEAR}{DISCLAIMER}\n" if chosen.is_simulated else CLEAR, end="")
        tell(f"{session.now():%Y-%m-%d %H:%M:%S} UTC, {here.window}, {chosen.warehouse}")
        tell(f"{runs.latest_run(chosen.runs, session.now()) or 'no run yet'}\n")
        print(_narrow(tables), end="\n\n")
        tell(f"Failures recorded: {_counted(failures)}." if len(failures) else "No failures are recorded.")
        if not options.watch:
            return 0
        tell(f"\nLooks again every {options.watch:g} min; Ctrl-C ends it.")
        time.sleep(options.watch * 60)


def _counted(failures) -> str:
    """How many failures of each category each stage has, in a line."""
    return ", ".join(f"{row.processor} {row.failures:,} {row.category}" for row in failures.itertuples())


def tell_tables(work) -> None:
    """Print what is to be built, a line a table and reason; nothing where there is nothing."""
    from nbhelpers import survey

    shorts = {full: short for short, full in survey.full_names().items()}
    rows = [[row.step, shorts[row.table.partition(".")[2]], row.dates, row.first, row.last, row.reason] for row in work.itertuples()]
    if rows:
        tell()
        tell_rows(list(work.columns), rows)


def diff(chosen: Settings, options: Namespace) -> int:
    """Tell what a run changed, per table and date."""
    from nbhelpers.lineage import undo as history

    changed = history.diff(opened(chosen, options), run_id(options))
    if changed.empty:
        tell(f"Run {options.run_id} changed no value.")
        return 0
    heads = ["table", "dates", "first", "last", "added", "removed", "changed"]
    rows = [[table, len(mine), *_ends(mine.date), *_sums(mine)] for table, mine in changed.groupby("table", sort=False)]
    tell_rows(heads, [*rows, ["all", changed.date.nunique(), *_ends(changed.date), *_sums(changed)]])
    if options.dates:
        tell()
        tell_rows(list(changed.columns), changed.to_numpy().tolist())
    tell(f"\nTo take all of it back: python run_backfill.py undo {options.run_id}{'' if options.dates else '; each date: --dates'}")
    return 0


def _ends(dates) -> list[str]:
    """The first and the last of some dates; in a narrow terminal without the year, which the season tells."""
    is_narrow = (width() or FULL) < FULL
    return [f"{day:%m-%d}" if is_narrow else str(day) for day in (dates.min(), dates.max())]


def _sums(changed) -> list[str]:
    return [f"{changed[name].sum():,}" for name in ("added", "removed", "changed")]


def _narrow(tables) -> str:
    """The tables' summaries in 80 columns: without the number of dates, which the coverage tells, states that are wrong in colour.

    In fewer columns also without what is only good to know.
    """
    short = tables.drop(columns="dates").rename(columns={"contaminated": "contam.", "unaudited": "unaud.", "bootstrap": "early"})
    if (width() or FULL) < FULL:
        short = short.drop(columns=["newest", "rows", "early"])
    text = in_columns(list(short.columns), short.to_numpy().tolist())
    if not has_colours():
        return text
    head, *lines = text.splitlines()
    is_wrong = (tables.gap + tables.contaminated + tables.unaudited) > 0
    colours = [RED if row.contaminated else YELLOW if wrong else "" for row, wrong in zip(tables.itertuples(), is_wrong, strict=True)]
    return "\n".join([head, *(f"{colour}{line}{PLAIN if colour else ''}" for line, colour in zip(lines, colours, strict=True))])


def gaps(chosen: Settings, options: Namespace) -> int:
    """List the games that are accepted as missing: by whom, when and why."""
    from nbhelpers.lineage import gaps as accepted

    found = accepted.gaps(opened(chosen, options))
    if len(found):
        tell_rows(list(found.columns), found.astype(str).to_numpy().tolist())
    else:
        tell("No gap is accepted.")
    return 0


def verify(chosen: Settings, options: Namespace) -> int:
    """Check the runs' records, the receipts, the partition log and the published rows against one another; --data asks the gates too."""
    from nbhelpers import lineage, session
    from nbhelpers.runs import abandoned, chain, data_verification, verification

    here = lineage.with_own_lines(session.opened(window(chosen, options), chosen, session.BY_HAND))
    if chain.unchained(chosen.runs):
        with suppress(Locked), here.warehouse.hold("verify"):  # while a run writes, no record is completed
            for line in abandoned.complete_records(here, "verify"):
                tell(f"Note: {line}")
    found, compared = verification.problems(chosen.runs), "its receipts and rows were not compared"
    if chosen.is_cloud or chosen.warehouse.exists():
        more, compared = _warehouse_problems(chosen, here)
        found += more
        if options.data:
            found += data_verification.examined_anew(here)
    if options.run_id:
        names = [folder.name for folder in chain.folders(chosen.runs)]
        if options.run_id not in names and not any(options.run_id in line for line in found):
            raise BadInput(f"no run {options.run_id} in {chosen.runs}.", then="see its folders for the names of runs.")
        found = [line for line in found if options.run_id in line or line.startswith(chain.CHAIN)]
    for problem in found:
        tell(problem)
    checked, problems = many(len(chain.lines(chosen.runs)), "run"), many(len(found), "problem")
    tell(f"{checked} in {chosen.runs}; in {here.warehouse} {compared}: {problems}.")
    return 1 if found else 0


def _warehouse_problems(chosen: Settings, here: "Session") -> tuple[list[str], str]:
    """Where the warehouse is not as the records say, and what was compared, in words."""
    from nbhelpers.runs import chain, data_verification, receipts, verification

    published, recorded = receipts.published_receipts(here), chain.manifests(chosen.runs)
    mine = [manifest for manifest in recorded if verification.is_same_warehouse(manifest["settings"], chosen.recorded())]
    known = {folder.name for folder in chain.folders(chosen.runs)} | {link.get("run_id", "") for link in chain.links(chosen.runs)}
    found = verification.receipt_problems(recorded, published, chosen.recorded())
    found += data_verification.unrecorded_receipts(published, known)
    found += data_verification.log_problems(here, mine)
    found += data_verification.partition_problems(here)
    return found, f"{many(len(published), 'receipt')} and every published partition of {here.window.season.name}"


def compare(chosen: Settings, options: Namespace) -> int:
    """Lay the seasons of --seasons side by side in one page: coverage, failures, critical fields by week."""
    from nbhelpers import session
    from nbhelpers.runs import seasons

    if not options.seasons:
        raise BadInput("compare which seasons?", then="python run_backfill.py compare --seasons 2022-23..2025-26")
    sessions, problems = [], dict[str, str]()
    for name in season_names(options.seasons):
        try:
            sessions.append(opened(chosen, of_season(options, name)))
        except Explained as problem:
            problems[name] = problem.what
    page = seasons.build(sessions, problems, chosen.runs, session.now())
    tell(f"Side by side: {page}")
    return 0


def run_id(options: Namespace) -> str:
    """The run that a command is about; BadInput where none was named."""
    if not options.run_id:
        command = options.command
        raise BadInput(f"{command} which run?", then=f"python run_backfill.py {command} RUN_ID; the runs folder has the ids.")
    return options.run_id
