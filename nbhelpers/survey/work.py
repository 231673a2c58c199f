"""What a run over the window has to do: what it would fetch, what it would build, and why."""

from dataclasses import dataclass

import pandas as pd

from nbhelpers import settings
from nbhelpers.lineage import overrides
from nbhelpers.session import Session
from nbhelpers.sources import holdings
from nbhelpers.sources.findings import Findings
from nbhelpers.sources.pace import DEFAULT_PER_MINUTE
from nbhelpers.survey.scope import slate, surveyed
from nbhelpers.survey.states import coverage
from nbhelpers.wording import many

REASONS = {  # why a partition of a state is built; {} is its note
    "gap": "missing",
    "contaminated": "contaminated: rows that are wrong, or on a date without games",
    "unaudited": "{}",
    "stale": "stale: {}",
    "tainted": "built past an accepted failure: {}",
}


@dataclass(frozen=True)
class Work:
    """What a run over the window has to do."""

    fetch: str
    tables: pd.DataFrame  # step, table, dates, first, last, reason
    differences: pd.DataFrame  # table, column, declared, there: columns of tables that are not as schema.sql says
    accepted: list[str]  # what somebody accepted, a line each
    optional: list[str]  # tables that nobody has asked for

    def __str__(self) -> str:
        lines = [f"Accepted: {line}." for line in self.accepted]
        lines += [
            f"{row.table}.{row.column} is {row.there or 'missing'}, and schema.sql says {row.declared}: it reads as absent."
            for row in self.differences.itertuples()
        ]
        to_build = f"To build: {many(self.tables.table.nunique(), 'table')}, {many(self.tables.dates.sum(), 'partition')}."
        whole = "Every table's every date is published, audited and up to date."
        if self.optional:
            lines.append(f"Optional, not run: {', '.join(self.optional)} (--with-predictions).")
        lines.append(f"{self.fetch} {whole if self.tables.empty else to_build}")  # last: it is a notebook's line in the terminal
        return "\n".join(lines)


def plan(session: Session, cells: pd.DataFrame | None = None) -> Work:
    """What a run would fetch and build, and why. Reads only, and asks no source.

    `cells` is coverage with lineage, for who has it already.
    """
    cells = coverage(session, with_lineage=True) if cells is None else cells
    optional = [output.table.name for output in surveyed() if (cells.state[cells.table == output.short] == "optional").any()]
    return Work(_to_fetch(session), _to_build(cells), session.warehouse.differences(), overrides.describe_accepted(session), optional)


def _to_fetch(session: Session) -> str:
    games = slate(session)
    if games is None:
        return f"No schedule is stored yet: 10 fetches it, and what {session.window} lacks."
    accepted = overrides.accepted_as_missing(session)
    found = Findings(session.store, session.objects_read)
    lacking = holdings.missing(found, [game for day in games.values() for game in day], session.window, accepted)
    days, pace = len(lacking.box_score_dates), session.settings.bdl_rate or DEFAULT_PER_MINUTE
    is_bdl_asked = session.settings.is_simulated or settings.api_key()
    if not (lacking.official_games or lacking.play_by_play_games or (days and is_bdl_asked)):
        return "To fetch: the schedule; all else of the window is stored."
    bdl = f"BallDontLie's of {many(days, 'date')} ({days / pace:.0f} min at {pace} requests a minute), "
    of_bdl = bdl if is_bdl_asked else ""
    official, plays = (many(len(games), "game") for games in (lacking.official_games, lacking.play_by_play_games))
    return f"To fetch: the schedule, the NBA's box scores of {official}, {of_bdl}play-by-play of {plays}."


def _to_build(cells: pd.DataFrame) -> pd.DataFrame:
    """The partitions to build: step, table, dates, first, last, reason."""
    rows = []
    for output in surveyed():
        of_table = cells[cells["table"] == output.short]
        for state, reason in REASONS.items():
            of_state = of_table[of_table.state == state]
            for why, same in of_state.groupby(of_state.note if "{}" in reason else of_state.state, sort=False):
                rows.append((output.step, output.table.name, len(same), same.date.min(), same.date.max(), reason.format(why)))
    return pd.DataFrame(rows, columns=["step", "table", "dates", "first", "last", "reason"])
