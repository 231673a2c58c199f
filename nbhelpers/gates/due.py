"""When a check has something to ask: a population that is rightly empty is told from one that should be there."""

from nbhelpers.session import Session

ALWAYS = ""
# By the name that a check's header has after `from:`: what must be there, by the schedule and the raw lines alone, and what to say
# where it is not. The schedule itself is held to cover the window by schedule_settled, which is always due.
CONDITIONS = {
    "games": (
        "SELECT COUNT(*) AS n FROM views.slate_games WHERE game_date >= @start_date",
        "no game was to be played in the window",
    ),
    "official_games": (
        "SELECT COUNT(*) AS n FROM views.slate_games WHERE game_date >= @start_date AND is_official",
        "no official game was to be played in the window",
    ),
    "two_witnesses": (
        "SELECT COUNTIF(bdl_has_it AND nba_has_it) AS n FROM views.chosen_sources WHERE game_date >= @start_date",
        "no game of the window has both box scores",
    ),
    "official_record": (
        "SELECT COUNT(*) AS n FROM nba_raw.nbac_team_boxscores WHERE game_date BETWEEN @start_date AND @end_date",
        "no game of the window has an official box score",
    ),
    "enough_games": (
        "SELECT COUNTIF(NOT must_fail) AS n FROM views.stage_members WHERE processor_name IN ('TDZA', 'PSZA', 'PDC')",
        "nobody had enough games before any date of the window",
    ),
    "factor_start": (
        "SELECT COUNT(*) AS n FROM views.slate_games WHERE game_date >= GREATEST(@start_date, @factor_start)",
        "no game of the window is at or after the factor start",
    ),
}


def why_not(session: Session, condition: str, layer: int) -> str | None:
    """Why a check with this condition has nothing to ask in the window, as the gate of `layer` sees it; None where it has."""
    if condition == ALWAYS:
        return None
    query, reason = CONDITIONS[condition]
    return None if session.query_once(query, layer).n[0] else reason
