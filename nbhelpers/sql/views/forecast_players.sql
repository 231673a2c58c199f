-- views.forecast_players
-- The players to forecast, with what every system starts from and how far a forecast of them is to be trusted.
--
-- grain:  one row per player with features on a date that has at least @min_feature_rows of them
-- inputs: nba_predictions.ml_feature_store_v2, nba_precompute.player_daily_cache,
--         nba_precompute.player_composite_factors, views.slate_players
SELECT
    features.player_lookup,
    features.game_date,
    features.game_id,
    features.feature_quality_score,
    listed.is_home,
    listed.days_of_rest,
    listed.opponent_team_abbr,
    cache.points_avg_last_5,
    cache.points_avg_last_10,
    cache.points_avg_season,
    factors.shot_zone_mismatch_score,
    factors.pace_score,
    factors.fatigue_score,
    ROUND(
        LEAST(
            GREATEST(
                (
                    0.5
                    - CASE WHEN cache.points_std_last_10 > 6 THEN 0.15 WHEN cache.points_std_last_10 > 4 THEN 0.08 ELSE 0.0 END
                    + IF(cache.games_played_season >= 15, 0.1, 0.0)
                ) * features.feature_quality_score / 100,
                0.2
            ),
            0.8
        ),
        4
    ) AS confidence_score,
FROM nba_predictions.ml_feature_store_v2 AS features
INNER JOIN views.slate_players AS listed
    ON listed.player_lookup = features.player_lookup AND listed.game_date = features.game_date
INNER JOIN nba_precompute.player_daily_cache AS cache
    ON cache.player_lookup = features.player_lookup AND cache.cache_date = features.game_date
INNER JOIN nba_precompute.player_composite_factors AS factors
    ON factors.player_lookup = features.player_lookup AND factors.game_date = features.game_date
WHERE features.game_date BETWEEN @start_date AND @end_date
QUALIFY COUNT(*) OVER (PARTITION BY features.game_date) >= @min_feature_rows
