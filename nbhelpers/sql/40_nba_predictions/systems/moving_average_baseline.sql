-- systems.moving_average_baseline
-- A weighted mean of the player's recent and season averages, moved by today's matchup, pace, venue and fatigue.
--
-- grain:  one row per player to forecast
-- inputs: views.forecast_players
SELECT
    player_lookup,
    game_date,
    0.5 * points_avg_last_5 + 0.3 * points_avg_last_10 + 0.2 * points_avg_season
    + 0.3 * COALESCE(shot_zone_mismatch_score, 0)  -- no zone analysis: no adjustment
    + 0.3 * COALESCE(pace_score, 0)
    + IF(is_home, 0.5, -0.5)
    + IF(days_of_rest = 0, -1.5, 0)
    + CASE WHEN fatigue_score < 50 THEN -2.5 WHEN fatigue_score < 70 THEN -1.0 ELSE 0 END AS points,
FROM views.forecast_players
