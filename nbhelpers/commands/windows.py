"""Which dates of which season a command is about, and a session on them."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nbhelpers import season
from nbhelpers.errors import BadInput
from nbhelpers.season import Window, season_year
from nbhelpers.settings import Settings

if TYPE_CHECKING:
    from nbhelpers.session import Session


def window(chosen: Settings, options: Namespace, may_ask: bool = False) -> Window:
    """The window that was asked for; with `may_ask`, the season's schedule is asked for where none is stored or its end is wanted."""
    from nbhelpers import notebook

    _default_to_the_plans_window(chosen, options)
    return notebook.window(chosen, options.start_date, options.end_date, options.season, may_ask)


def opened(chosen: Settings, options: Namespace) -> "Session":
    """A session on what was asked for, with nothing of a run."""
    from nbhelpers import notebook

    _default_to_the_plans_window(chosen, options)
    places = (str(chosen.bucket), str(chosen.warehouse), str(chosen.runs))
    dates = (options.start_date, options.end_date, options.season)
    return notebook.start(*dates, chosen.profile, *places, may_ask=False, may_restate=options.full)


def _default_to_the_plans_window(chosen: Settings, options: Namespace) -> None:
    """Fill in what was not said: the plan's window, or the whole of a season that was named ("" is its own start or end)."""
    is_named = options.season is not None and not chosen.is_simulated  # the demo is as long as the plan's window
    options.season = options.season or season.DEFAULT_SEASON
    options.start_date = options.start_date or ("" if is_named else season.DEFAULT_START)
    options.end_date = options.end_date or ("" if is_named else season.DEFAULT_END)


def season_names(seasons: str) -> list[str]:
    """The seasons from one to another, both included.

    >>> season_names("2022-23..2024-25")
    ['2022-23', '2023-24', '2024-25']
    """
    first, dots, last = seasons.partition("..")
    years = range(season_year(first), season_year(last if dots else first) + 1)
    if not years:
        raise BadInput(f"seasons {seasons!r} end before they begin.", then="write them as 2022-23..2025-26, the earlier first.")
    return [f"{year}-{(year + 1) % 100:02}" for year in years]


def of_season(options: Namespace, name: str) -> Namespace:
    """What was asked for, of one season alone and the whole of it."""
    return Namespace(**vars(options) | {"seasons": None, "season": name, "start_date": None, "end_date": None})
