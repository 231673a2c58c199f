"""Which dates of which season a command is about, and a session on them."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nbhelpers import season
from nbhelpers.season import Window
from nbhelpers.settings import Settings

if TYPE_CHECKING:
    from nbhelpers.session import Session


def window(chosen: Settings, given: Namespace, may_ask: bool = False) -> Window:
    """The window that was asked for; with `may_ask`, of a season whose schedule is asked for where none is stored."""
    from nbhelpers import notebook

    _default_to_the_plans_window(chosen, given)
    return notebook.window(chosen, given.start_date, given.end_date, given.season, may_ask)


def opened(chosen: Settings, given: Namespace) -> "Session":
    """A session on what was asked for, with nothing of a run."""
    from nbhelpers import notebook

    _default_to_the_plans_window(chosen, given)
    places = (str(chosen.bucket), str(chosen.warehouse), str(chosen.runs))
    return notebook.start(given.start_date, given.end_date, given.season, chosen.profile, *places, may_ask=False)


def _default_to_the_plans_window(chosen: Settings, given: Namespace) -> None:
    """Fill in what was not said: the plan's window, or the whole of a season that was named ("" is its own start or end)."""
    is_named = given.season is not None and not chosen.is_simulated  # the demo is as long as the plan's window
    given.season = given.season or season.DEFAULT_SEASON
    given.start_date = given.start_date or ("" if is_named else season.DEFAULT_START)
    given.end_date = given.end_date or ("" if is_named else season.DEFAULT_END)
