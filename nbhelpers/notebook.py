"""What a notebook starts with: its parameters checked, its season opened, the demo laid out where nothing is there yet.

Imports: lineage, season, session, settings, simulation.
"""

from functools import cached_property

import pandas as pd

from nbhelpers import season, settings
from nbhelpers.lineage import overrides
from nbhelpers.session import BY_HAND, Session, opened, today


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
) -> NotebookSession:
    """A session from a notebook's parameters. In the demo, the plan's starting state is laid out if nothing is there."""
    pd.set_option("display.max_colwidth", 300)  # evidence that is cut off is none
    window = season.window(start_date, end_date, season_name, today=today())
    chosen = settings.load(profile=profile, bucket=bucket, warehouse=warehouse, runs=runs, bdl_rate=bdl_rate)
    own = opened(window, chosen, run_id or BY_HAND)
    session = NotebookSession(own.window, own.settings, own.warehouse, own.run_id)
    if chosen.is_simulated:
        from nbhelpers.simulation import demo  # only the demo pays for importing the simulation

        print(demo.prepare(session))
    session.warehouse.check()
    return session
