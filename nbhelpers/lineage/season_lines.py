"""One source of lines for a whole season: the one that it was filled by stays, another is refused or restates all of it."""

from dataclasses import replace

from nbhelpers.errors import BadInput
from nbhelpers.session import Session

NAMES = {"bdl": "BallDontLie's", "nba": "the NBA's"}


def with_own_lines(session: Session) -> Session:
    """The session by the lines that its season was filled by, where nobody has given others."""
    if session.settings.lines_given:
        return session
    return replace(session, settings=replace(session.settings, lines=_on_record(session) or session.settings.lines))


def changed_lines(session: Session, may_restate: bool) -> str:
    """That a session restates its season by other lines than those it was filled by, in words; '' where it does not.

    BadInput where it may not, or its window leaves out what is published: a season of two kinds of lines is neither.
    """
    season, lines = session.window.season, session.settings.lines
    recorded = _on_record(session)
    if recorded in (None, lines):
        return ""
    first, last = _published_days(session)
    if may_restate and session.window.start_date <= first and session.window.end_date >= last:
        return f"season {season.name} was filled by {NAMES[recorded]} lines; this run restates all of it by {NAMES[lines]}."
    raise BadInput(
        f"season {season.name} is filled by {NAMES[recorded]} lines, {first} to {last}, and {NAMES[lines]} are asked for.",
        "minutes are whole in the one and exact in the other, and an average over both would be neither",
        f"leave --lines (BACKFILL_LINES) out, or restate the whole season: --lines {lines} --full --season {season.name} "
        f"--start-date {min(first, season.opening_night)} --end-date {max(last, session.window.end_date)}.",
    )


def _on_record(session: Session) -> str | None:
    """Whose lines the season was filled by; None where gate 1 has not passed any of it."""
    found = session.query_once(
        """SELECT counted.lines FROM nba_processing.season_lines AS counted
           INNER JOIN nba_processing.gate_receipts AS receipts
               ON receipts.receipt_id = counted.receipt_id AND receipts.voided_by IS NULL
           WHERE counted.season = @season
           QUALIFY ROW_NUMBER() OVER (ORDER BY counted.created_at DESC, counted.receipt_id DESC) = 1"""
    )
    return None if found.empty else str(found.lines.iloc[0])


def _published_days(session: Session) -> tuple:
    """The first and the last published day of the season."""
    found = session.query_once(
        f"""SELECT MIN(game_date) AS first_day, MAX(game_date) AS last_day FROM nba_raw.nbac_schedule
            WHERE game_date BETWEEN @season_start AND DATE '{session.window.season.last_day}'"""
    )
    [(first, last)] = found.itertuples(index=False, name=None)
    return first.date(), last.date()
