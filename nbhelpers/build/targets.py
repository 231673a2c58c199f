"""Which dates a step computes, and what it notes of them for its gate."""

from datetime import date

from nbhelpers import lineage, season
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Staged

WRONG = "wrong"  # a repair of all that the log does not vouch for


def repair_target(repair: str) -> date | str | None:
    """What a repair rebuilds whatever the log says: a date, a table by its full name, or nothing.

    >>> repair_target("2025-11-01"), repair_target("TDZA"), repair_target("wrong")
    (datetime.date(2025, 11, 1), 'nba_precompute.team_defense_zone_analysis', None)
    """
    if repair in ("", WRONG):
        return None
    return season.day("repair", repair) if repair[:1].isdigit() else tables.named(repair).table.name


def dates_to_compute(
    session: Session, output: Output, inputs: lineage.Inputs, repair: str, contents: lineage.Contents
) -> list[date]:
    """The dates of an output that a build computes: all of the window's, or those that a repair needs."""
    dates = session.window.dates()
    if not repair:
        return dates
    wrong, target = lineage.dates_to_rebuild(session, output, inputs, contents), repair_target(repair)
    return [day for day in dates if day in wrong or target in (day, output.table.name)]


def dates_to_build(session: Session, number: int, repair: str = "", contents: lineage.Contents | None = None) -> list[date]:
    """The dates that a step builds of any of its outputs: all of the window's, or those that a repair needs."""
    contents = contents or lineage.Contents(session, number // 10)
    dates: set[date] = set()
    for output in tables.step_outputs(number):
        inputs = lineage.input_fingerprints(session, output, contents) if repair else {}
        dates.update(dates_to_compute(session, output, inputs, repair, contents))
    return sorted(dates)


def note_for_gate(session: Session, output: Output, inputs: lineage.Inputs, dates: list[date]) -> Staged:
    """What a gate must know of computed partitions: which they are, from what they were made, with which code, and when."""
    days = tuple(map(str, dates))
    of_dates = {day: inputs[day] for day in days if day in inputs}
    return Staged(days, session.run_id, lineage.code_of(session, output), now().isoformat(), of_dates)
