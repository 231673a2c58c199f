"""What somebody has accepted: failing checks that published rows stand on, and games that their source will never have."""

import pandas as pd

from nbhelpers.lineage.partition_log import tainted_entries
from nbhelpers.session import Session
from nbhelpers.wording import many


def tainted(session: Session) -> pd.DataFrame:
    """The published partitions of the window that stand on an accepted failure: table, date, why (check and reason)."""
    entries = sorted(tainted_entries(session).items())
    rows = [(name, day, entry["tainted_by"]) for (name, day), entry in entries]
    return pd.DataFrame(rows, columns=["table", "date", "why"])


def accepted_gaps(session: Session) -> pd.DataFrame:
    """The games up to the window's end accepted as missing: game_id, what, reason, accepted_by, accepted_at, is_known.

    One that the schedule does not know (is_known is False) excuses nothing; without a schedule none is told so.
    """
    found = session.query_once(
        """SELECT gaps.game_id, what, reason, accepted_by, accepted_at,
               gaps.game_id IN (SELECT game_id FROM views.slate_games) OR NOT EXISTS (SELECT 1 FROM views.slate_games) AS is_known
           FROM nba_processing.accepted_gaps AS gaps ORDER BY gaps.game_id, what"""
    )
    first, last = (f"{day:%Y%m%d}" for day in (session.window.season.opening_night, session.window.end_date))
    is_dated = found.game_id.str.fullmatch(r"\d{8}_[A-Z]{3}_[A-Z]{3}")
    return found[found.game_id.str[:8].between(first, last) | ~is_dated]


def accepted_as_missing(session: Session) -> set[tuple[str, str]]:
    """The game_id and what (box_score, play_by_play) of every gap that somebody accepted: nobody is asked for it again."""
    found = session.query_once("SELECT game_id, what FROM nba_processing.accepted_gaps ORDER BY game_id, what")
    return set(zip(found.game_id, found.what, strict=True))


def describe_accepted(session: Session) -> list[str]:
    """Each accepted failure and each accepted gap in a line, with its reason."""
    lines = [
        f"{many(len(past), 'partition')} from {past.date.min()} to {past.date.max()} built past an accepted failure: {why}"
        for why, past in tainted(session).groupby("why", sort=False)
    ]
    return lines + [
        f"{row.game_id} {row.what.replace('_', ' ')} accepted as missing by {row.accepted_by} on {row.accepted_at:%Y-%m-%d}: {row.reason}"
        f"{'' if row.is_known else ' (the schedule has no such game: it excuses nothing)'}"
        for row in accepted_gaps(session).itertuples()
    ]


def marks(session: Session) -> list[str]:
    """What every chart of the season bears: that it is SIMULATED, and the same in a few words each."""
    past, missing = len(tainted(session)), len(accepted_gaps(session))
    marks = ["SIMULATED"] * session.settings.is_simulated
    marks += [f"{many(past, 'partition')} past an accepted failure"] * bool(past) + [many(missing, "accepted gap")] * bool(missing)
    return marks
