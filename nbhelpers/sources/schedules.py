"""Which schedule a season has: the NBA's file of the season that it is in; of any other, one made from box scores.

The file is of one season, and from each August on of the next.
"""

from collections.abc import Callable
from datetime import date, datetime

from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw import OddGame
from nbhelpers.raw import games as games_of
from nbhelpers.season import Window, season_year
from nbhelpers.sources.holdings import Unreadable, newest_schedule
from nbhelpers.sources.making import ScheduleMaker
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import Listener
from nbhelpers.sources.schedule import Schedule, store_schedule, without_meta
from nbhelpers.sources.web import field as field_of
from nbhelpers.store import objects
from nbhelpers.store.objects import Store


def covering(store: Store, cdn: NbaCdn, window: Window, now: datetime, tell: Listener, broken: Unreadable) -> Schedule:
    """The schedule of a window's season, as `find`; Broken, and nothing stored, where it does not reach over the window."""
    return find(store, cdn, window.season.name, window.end_date, now, tell, broken, lambda schedule: schedule.require_cover(window))


def find(
    store: Store,
    cdn: NbaCdn,
    season: str,
    through: date,
    now: datetime,
    tell: Listener,
    broken: Unreadable,
    require: Callable[[Schedule], None] = lambda schedule: None,
) -> Schedule:
    """The season's schedule up to `through` at least: asked for, made or stored before; a changed one is stored.

    Objects that cannot be read are added to `broken`. BadInput for a season that has no schedule yet; what `require`
    raises for a schedule is raised before that is stored.
    """
    tell(0, 1, "schedule", None)
    odd: list[OddGame] = []
    newest = newest_schedule(store, season, broken, odd)
    try:
        body = cdn.schedule()
    except Broken as problem:
        if newest is None:
            raise
        stored = Schedule(newest[1], False, odd, [("schedule", f"the stored one serves: {problem.what}")])
        require(stored)
        return stored
    fresh = objects.parse_json(body)
    theirs = field_of(fresh, "leagueSchedule", "seasonYear")
    if isinstance(theirs, str) and theirs > season:
        tell(1, 1, "schedule", 0.0)
        made = ScheduleMaker(store, cdn, season, through, now, tell, broken).make(newest, odd, theirs)
        require(made)
        return made
    if isinstance(theirs, str) and theirs < season:
        raise BadInput(
            f"season {season} has no schedule yet: the NBA's is of {theirs}.",
            "what no schedule tells would be a guess",
            "choose a season that has begun.",
        )
    is_new = newest is None or without_meta(newest[0]) != without_meta(fresh)
    odd = [] if is_new else odd
    games = games_of(fresh, season, "the NBA's schedule", odd) if newest is None or is_new else newest[1]
    found = Schedule(games, is_new, odd)
    require(found)
    if is_new:
        store_schedule(store, season, now, body)
    tell(1, 1, "schedule", 0.0)
    return found


def whole(season: str) -> date:
    """A day by which any season is over, to ask for all of one."""
    return date(season_year(season) + 1, 10, 31)
