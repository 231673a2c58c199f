"""How near the predictions came, beside a forecast that anyone could make."""

import pandas as pd

from nbhelpers.session import Session


def forecast_errors(session: Session) -> pd.DataFrame:
    """Per system over the window: forecasts, mean absolute error and bias in points, and both of the season mean."""
    return session.query(
        """SELECT made.system_id AS system, COUNT(*) AS forecasts,
               ROUND(AVG(ABS(made.predicted_points - games.points)), 2) AS mean_absolute_error,
               ROUND(AVG(made.predicted_points - games.points), 2) AS bias,
               ROUND(AVG(ABS(cache.points_avg_season - games.points)), 2) AS naive_error,
               ROUND(AVG(cache.points_avg_season - games.points), 2) AS naive_bias
           FROM nba_predictions.player_prop_predictions AS made
           INNER JOIN nba_analytics.player_game_summary AS games
               ON games.player_lookup = made.player_lookup AND games.game_id = made.game_id
               AND games.game_date BETWEEN @start_date AND @end_date
           INNER JOIN nba_precompute.player_daily_cache AS cache
               ON cache.player_lookup = made.player_lookup AND cache.cache_date = made.game_date
               AND cache.cache_date BETWEEN @start_date AND @end_date
           WHERE made.game_date BETWEEN @start_date AND @end_date
           GROUP BY made.system_id ORDER BY made.system_id""",
        layer=4,
    )
