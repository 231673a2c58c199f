"""What a notebook starts with: its parameters checked, its season opened, the demo laid out where nothing is there yet.

Imports: build, errors, lineage, runs, season, session, settings, simulation, sources, store.
"""

from functools import cached_property

import pandas as pd

from nbhelpers import lineage, season, settings
from nbhelpers.errors import BadInput
from nbhelpers.lineage import overrides
from nbhelpers.season import Season, Window
from nbhelpers.session import BY_HAND, Session, opened, today
from nbhelpers.settings import Settings
from nbhelpers.sources.holdings import stored_season
from nbhelpers.store import open_store


class NotebookSession(Session):
    """A session with what its charts bear beside their titles."""

    @cached_property
    def marks(self) -> list[str]:
        """That the season is SIMULATED, and that somebody accepted a failure or a gap in it."""
        return overrides.marks(self)


def start(
    start_date: str,
    end_date: str,
    season_name: str,
    profile: str = "",
    bucket: str = "",
    warehouse: str = "",
    runs: str = "",
    run_id: str = "",
    bdl_rate: int = 0,
    may_ask: bool = True,
    may_restate: bool = False,
) -> NotebookSession:
    """A session from a notebook's parameters. In the demo, the plan's starting state is laid out if nothing is there.

    With `may_ask`, a season of which no schedule is stored is asked for. BadInput by hand for other lines than the season was
    filled by, unless it may restate them; a run has asked before.
    """
    pd.set_option("display.max_colwidth", 300)  # evidence that is cut off is none
    chosen = settings.load(profile=profile, bucket=bucket, warehouse=warehouse, runs=runs, bdl_rate=bdl_rate)
    own = lineage.with_own_lines(opened(window(chosen, start_date, end_date, season_name, may_ask), chosen, run_id or BY_HAND))
    if chosen.lines_given and not run_id:
        lineage.changed_lines(own, may_restate)
    session = NotebookSession(own.window, own.settings, own.warehouse, own.run_id)
    if run_id and not chosen.commands:  # its run lets nobody else write, but what a command of the owner's does by itself
        session.warehouse.stay_open()
    if chosen.is_simulated:
        from nbhelpers.simulation import demo  # only the demo pays for importing the simulation

        print(demo.prepare(session))
    session.warehouse.check()
    return session


def monitor(run: NotebookSession, seconds: float = 20) -> None:
    """Show how the newest run and every table are; while that run is at work, again every so many seconds."""
    from nbhelpers.runs import monitor as looking

    looking.follow(run, run.marks, seconds)


def contents(run: NotebookSession) -> pd.DataFrame:
    """The notebooks with what the newest run made of each: notebook, what it is, status, summary, record."""
    from nbhelpers.runs import monitor as looking

    return looking.contents(run)


def window(chosen: Settings, start_date: str, end_date: str, season_name: str, may_ask: bool = True) -> Window:
    """The window that was asked for, in its season as its schedule tells it; "" is the season's own start or end.

    The schedule is the stored one. With `may_ask` it is asked for where none is stored, or where a season's own end is
    wanted, which a schedule of some weeks ago may not tell.
    """
    of = _season(chosen, season_name, start_date, end_date, may_ask)
    return season.window(start_date, end_date, of, today=today())


def _season(chosen: Settings, name: str, start_date: str, end_date: str, may_ask: bool) -> Season:
    """The season of that name: the plan's own for the plan's dates, else as its schedule tells it. BadInput where none does."""
    season.season_year(name)
    if chosen.is_simulated and name != season.DEFAULT_SEASON:
        raise BadInput(f"the demo invents season {season.DEFAULT_SEASON}, not {name}.", then="add --profile local for a real season.")
    is_plans = name == season.DEFAULT_SEASON
    stored = None if is_plans and start_date and end_date else stored_season(open_store(chosen.bucket), name)
    if may_ask and not chosen.is_simulated and (not end_date or not (stored or is_plans)):
        from nbhelpers.build import find_season  # only who asks pays for importing what asks

        return find_season(chosen, name, season.day("end_date", end_date) if end_date else None)
    if stored:
        return stored
    if is_plans:
        return season.PLAN_SEASON
    raise BadInput(
        f"{chosen.bucket} holds no schedule of {name}, and only a schedule tells when a season opens.",
        "every window starts at opening night, which cannot be guessed",
        f"python run_backfill.py --profile {chosen.profile} --season {name} --to 10 fetches it.",
    )
