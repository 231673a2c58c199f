-- witness.feature_values
-- What is known of each of the 25 features, one column each in their order; NULL is not known.
--
-- grain:  one row per player listed on the slate with composite factors and a daily cache
-- inputs: witness.listed_players, witness.player_windows, witness.player_composite_factors, witness.player_daily_cache,
--         witness.player_shot_zone_analysis, witness.team_defense_zone_analysis
WITH shifts AS (
    SELECT
        player_lookup,
        game_date,
        ROUND(points_of_3 / 3 - (points_of_5 - points_of_3) / 2, 8) AS points_shift,
        ROUND(SAFE_DIVIDE(minutes_of_10 / games_in_10, minutes / games) - 1, 8) AS minutes_shift,
        SAFE_DIVIDE(ft_makes_of_10, points_of_10) AS free_throw_share,
    FROM witness.player_windows
    WHERE games >= 5
)
SELECT
    listed.player_lookup,
    listed.game_date,
    listed.game_id,
    listed.team_abbr,
    listed.opponent_team_abbr,
    cache.points_avg_last_5,
    cache.points_avg_last_10,
    cache.points_avg_season,
    cache.points_std_last_10,
    CAST(cache.games_in_last_7_days AS FLOAT64) AS games_in_last_7_days,
    factors.fatigue_score,
    factors.shot_zone_mismatch_score,
    factors.pace_score,
    factors.usage_spike_score,
    CASE
        WHEN listed.days_of_rest - listed.opponent_days_of_rest > 2 THEN 2.0
        WHEN listed.days_of_rest - listed.opponent_days_of_rest < -2 THEN -2.0
        ELSE CAST(listed.days_of_rest - listed.opponent_days_of_rest AS FLOAT64)
    END AS rest_advantage,
    CAST(NULL AS FLOAT64) AS injury_risk,  -- no source tells it
    SIGN(shifts.points_shift) * CASE
        WHEN ABS(shifts.points_shift) >= 5 THEN 2.0 WHEN ABS(shifts.points_shift) >= 2 THEN 1.0 ELSE 0.0
    END AS recent_trend,
    SIGN(shifts.minutes_shift) * CASE
        WHEN ABS(shifts.minutes_shift) >= 0.2 THEN 2.0 WHEN ABS(shifts.minutes_shift) >= 0.1 THEN 1.0 ELSE 0.0
    END AS minutes_change,
    defence.defensive_rating_last_15 AS opponent_def_rating,
    defence.opponent_pace,
    CASE WHEN listed.is_home THEN 1.0 ELSE 0.0 END AS home_away,
    CASE WHEN listed.days_of_rest > 0 THEN 0.0 WHEN listed.days_of_rest = 0 THEN 1.0 END AS back_to_back,
    CASE listed.game_type WHEN 'playoffs' THEN 1.0 ELSE 0.0 END AS playoff_game,
    ROUND(0.01 * zones.paint_rate_last_10, 4) AS pct_paint,
    ROUND(0.01 * zones.mid_range_rate_last_10, 4) AS pct_mid_range,
    ROUND(0.01 * zones.three_pt_rate_last_10, 4) AS pct_three,
    ROUND(shifts.free_throw_share, 4) AS pct_free_throw,
    cache.team_pace_last_10 AS team_pace,
    cache.team_off_rating_last_10 AS team_off_rating,
    cache.team_win_pct,
FROM witness.listed_players AS listed
INNER JOIN witness.player_composite_factors AS factors
    ON factors.player_lookup = listed.player_lookup AND factors.game_date = listed.game_date
INNER JOIN witness.player_daily_cache AS cache
    ON cache.player_lookup = listed.player_lookup AND cache.cache_date = listed.game_date
INNER JOIN shifts ON shifts.player_lookup = listed.player_lookup AND shifts.game_date = listed.game_date
LEFT JOIN witness.team_defense_zone_analysis AS defence
    ON defence.team_abbr = listed.opponent_team_abbr AND defence.analysis_date = listed.game_date
LEFT JOIN witness.player_shot_zone_analysis AS zones
    ON zones.player_lookup = listed.player_lookup AND zones.analysis_date = listed.game_date
