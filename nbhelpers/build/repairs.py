"""What a repair rebuilds: a date, a table, or all that is wrong, with everything that stands on it."""

from dataclasses import dataclass, replace
from datetime import date

from nbhelpers import lineage, season, survey
from nbhelpers.build.targets import WRONG
from nbhelpers.errors import BadInput
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.wording import many


@dataclass(frozen=True)
class Repair:
    """What to rebuild: as the notebooks' `repair` says it, from which step on, over which dates, and what it dirties, at most."""

    what: str
    first_step: int
    window: Window
    dirty: str

    def __str__(self) -> str:
        return (
            f"{'all that is wrong' if self.what == WRONG else self.what} repaired -> {self.dirty or 'no date with games'}\n"
            "At most, while the schedule stays as it is: a column that comes out as it was makes nothing stale that reads it."
        )


NOTHING = "Nothing to repair: every published partition is audited, as its gate passed it, and up to date."


def rebuild_plan(session: Session, on: str = "", table: str = "") -> Repair | None:
    """The repair of a date, of a table, or of all that is wrong; None where nothing is."""
    seeds, what = _seeds(session, on, table)
    if not seeds:
        return None
    lowest, dirty = min(tables.named(short).layer for short in seeds), dirtied(session, seeds)
    days = set().union(*dirty.values())
    window = replace(session.window, start_date=min(days), end_date=max(days))  # the gates ask whether all before it is whole
    return Repair(what, 0 if lowest == 1 else lowest * 10, window, describe_dates(session, dirty))


def describe(session: Session, on: str = "", table: str = "") -> str:
    """What a repair would rebuild, and from which step on; or that there is nothing to do."""
    repair = rebuild_plan(session, on, table)
    return f"{repair}\nFrom step {repair.first_step} on, over {repair.window}, gates and all." if repair else NOTHING


def _seeds(session: Session, on: str, table: str) -> tuple[dict[str, set[date]], str]:
    """The dates that a repair rebuilds whatever is below them, by table, and what the notebooks are told."""
    if on and table:
        raise BadInput("repair takes a date or a table, not both.", then="leave one out, or repair one after the other.")
    if table:
        short = tables.named(table).short
        return {short: set(session.window.dates())}, short
    if not on:
        return wrong(session), WRONG
    day = season.day("date", on)
    if day not in session.window.dates():
        raise BadInput(f"date {day} is not in the window {session.window}.", then="give a start_date and an end_date around it.")
    # Its schedule is loaded again too, but was known, and would reach every later date.
    return {output.short: {day} for output in _kept_up(session) if output.short != "SCHEDULE"}, str(day)


def dirtied(session: Session, rebuilt: dict[str, set[date]]) -> dict[str, set[date]]:
    """The dates to rebuild of each table, by its short name, when those of `rebuilt` are: it and all that stands on it."""
    reach, kept_up = lineage.Reach(session), _kept_up(session)
    dirty = {short: set(days) for short, days in rebuilt.items() if days}
    for output in kept_up:
        sources = [(source, sorted(dirty[source.short])) for source in tables.inputs(output) if source.short in dirty]
        for day in session.window.dates():
            if any(reach.dates_read(output, source, day, dates) for source, dates in sources):
                dirty.setdefault(output.short, set()).add(day)
    return {output.short: dirty[output.short] for output in kept_up if output.short in dirty}


def describe_dates(session: Session, dirty: dict[str, set[date]]) -> str:
    """How many dates with games of each table, as a part of a sentence."""
    slate_days = set(survey.slate(session) or session.window.dates())
    return ", ".join(f"{short} {many(len(days & slate_days), 'date')}" for short, days in dirty.items() if days & slate_days)


def wrong(session: Session) -> dict[str, set[date]]:
    """The dates of each table, by its short name, that are missing or not as they should be, predictions only if some are there."""
    cells = survey.coverage(session, with_lineage=True)
    kept_up = [output.short for output in _kept_up(session)]
    bad = cells[cells.state.isin(list(survey.REASONS)) & cells.table.isin(kept_up)]
    return {short: set(of_table.date) for short, of_table in bad.groupby("table", sort=False)}


def _kept_up(session: Session) -> list[Output]:
    """The tables that a repair keeps up, predictions only if some are there."""
    return [output for output in survey.surveyed() if output.layer < 4 or has_predictions(session)]


def has_predictions(session: Session) -> bool:
    """Whether the optional step's table holds anything, so that a repair must keep it up."""
    return bool(session.warehouse.fingerprints(tables.named("PREDICTIONS")))
