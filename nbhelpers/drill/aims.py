"""Where the faults of the catalogue are aimed in the season at hand."""

import pandas as pd

from nbhelpers.errors import BadInput
from nbhelpers.session import Session

FEWEST_GAMES = 3  # of the date that faults are aimed at, so that a flag or a column could stand still on it


def find(session: Session) -> dict[str, object]:
    """What faults are aimed at in this season, by the names that their SQL has for it; see drill/faults."""
    games = _games(session)
    slate = session.query("SELECT game_date, game_id, team_abbr, is_official FROM views.slate_teams ORDER BY game_date")
    slate["game_date"] = pd.to_datetime(slate.game_date).dt.date
    playing = slate.groupby("game_date").team_abbr.agg(set)
    teams, dates = set(session.parameters()["teams"]), list(playing.index)
    fit = games[
        (games.groupby("game_date").game_id.transform("size") >= FEWEST_GAMES)
        & games.game_date.map(lambda day: day < dates[-2] and len(teams - playing[day]) >= 2)
    ]
    if fit.empty:
        raise BadInput(
            f"{session.window} has no date to aim a drill at.",
            f"it takes one after {session.window.season.factor_start} with {FEWEST_GAMES} games of players with all features, "
            "two idle teams and dates after it",
            "drill in a longer window.",
        )
    on = fit.groupby("game_date").size().idxmax()
    game, other = fit[fit.game_date == on].iloc[0], fit[fit.game_date == on].iloc[1]
    own = slate[(slate.team_abbr == game.home_team_abbr) & (slate.game_date < on) & slate.is_official]
    idle = sorted(teams - playing[on])
    return {
        "on": on,
        "game_id": game.game_id,
        "team": game.home_team_abbr,
        "opponent": game.away_team_abbr,
        "player": game.player_lookup,
        "other_player": other.player_lookup,
        "earlier_game": own.game_id.iloc[-3],
        "idle_home": idle[0],
        "idle_away": idle[1],
        "later": next(day for day in dates if day > on and game.player_team not in playing[day]),
        "skipped": _skipped(session),
    }


def _games(session: Session) -> pd.DataFrame:
    """The official games with a player of full features: game_date, game_id, teams, player_lookup, player_team."""
    found = session.query(
        """SELECT games.game_date, games.game_id, games.home_team_abbr, games.away_team_abbr,
               store.player_lookup, store.team_abbr AS player_team
           FROM views.slate_games AS games
           INNER JOIN nba_predictions.ml_feature_store_v2 AS store
               ON store.game_id = games.game_id AND store.game_date BETWEEN @start_date AND @end_date
           WHERE games.is_official AND store.feature_sources[SAFE_OFFSET(18)] = 'observed'
           QUALIFY ROW_NUMBER() OVER (PARTITION BY games.game_id ORDER BY store.player_lookup) = 1
           ORDER BY games.game_date, games.game_id"""
    )
    found["game_date"] = pd.to_datetime(found.game_date).dt.date
    return found


def _skipped(session: Session):
    """The first date of the window that has no forecasts for want of feature rows, or None."""
    [first] = session.query(
        """SELECT MIN(analysis_date) AS day FROM nba_processing.precompute_failures
           WHERE processor_name = 'PREDICTIONS' AND failure_category = 'INSUFFICIENT_DATA'
               AND analysis_date BETWEEN @start_date AND @end_date"""
    ).day
    return None if pd.isna(first) else first.date()
