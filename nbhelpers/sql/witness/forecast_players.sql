-- witness.forecast_players
-- Who is to be forecast, with what the systems start from and the confidence that they share.
--
-- grain:  one row per player with features on a date with at least @min_feature_rows of them
-- inputs: witness.listed_players, witness.ml_feature_store_v2, witness.player_daily_cache, witness.player_composite_factors
WITH dates AS (
    SELECT game_date FROM witness.ml_feature_store_v2 GROUP BY game_date HAVING COUNT(*) >= @min_feature_rows
),
trusted AS (
    SELECT
        cache.player_lookup,
        cache.cache_date,
        cache.points_avg_last_5,
        cache.points_avg_last_10,
        cache.points_avg_season,
        0.01 * store.feature_quality_score * (
            IF(cache.games_played_season < 15, 0.5, 0.6)
            - CASE WHEN cache.points_std_last_10 <= 4 THEN 0.0 WHEN cache.points_std_last_10 <= 6 THEN 0.08 ELSE 0.15 END
        ) AS confidence,
    FROM witness.player_daily_cache AS cache
    INNER JOIN dates ON dates.game_date = cache.cache_date
    INNER JOIN witness.ml_feature_store_v2 AS store
        ON store.player_lookup = cache.player_lookup AND store.game_date = cache.cache_date
)
SELECT
    listed.player_lookup,
    listed.game_date,
    listed.game_id,
    listed.opponent_team_abbr,
    listed.is_home,
    listed.days_of_rest,
    listed.games,
    trusted.points_avg_last_5,
    trusted.points_avg_last_10,
    trusted.points_avg_season,
    factors.shot_zone_mismatch_score,
    factors.pace_score,
    factors.fatigue_score,
    ROUND(CASE WHEN trusted.confidence < 0.2 THEN 0.2 WHEN trusted.confidence > 0.8 THEN 0.8 ELSE trusted.confidence END, 4) AS confidence_score,
FROM trusted
INNER JOIN witness.listed_players AS listed
    ON listed.player_lookup = trusted.player_lookup AND listed.game_date = trusted.cache_date
INNER JOIN witness.player_composite_factors AS factors
    ON factors.player_lookup = trusted.player_lookup AND factors.game_date = trusted.cache_date
