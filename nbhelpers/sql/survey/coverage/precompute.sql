-- precompute
-- What each analysis holds on each date: members that are there and rows that are present but wrong; and in a row of its own the
-- members that fail with a reason.
SELECT
    'TDZA' AS short, analysis_date AS day, COUNT(*) AS table_rows, COUNT(*) AS have,
    COUNTIF(paint_defense_vs_league_avg IS NULL) AS contaminated, 0 AS failures,
FROM nba_precompute.team_defense_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date GROUP BY analysis_date
UNION ALL
SELECT 'PSZA', analysis_date, COUNT(*), COUNT(*), COUNTIF(total_shots_last_10 > 0 AND paint_rate_last_10 IS NULL), 0,
FROM nba_precompute.player_shot_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date GROUP BY analysis_date
UNION ALL
SELECT 'PCF', game_date, COUNT(*), COUNT(*), COUNTIF(COALESCE(opponent_strength_score <= 0, TRUE)), 0,
FROM nba_precompute.player_composite_factors WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'PDC', cache_date, COUNT(*), COUNT(*), COUNTIF(team_pace_last_10 IS NULL), 0,
FROM nba_precompute.player_daily_cache WHERE cache_date BETWEEN @start_date AND @end_date GROUP BY cache_date
UNION ALL
SELECT 'MLFS', game_date, COUNT(*), COUNT(*), COUNTIF(NOT is_production_ready), 0,
FROM nba_predictions.ml_feature_store_v2 WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT processor_name, analysis_date, 0, 0, 0, COUNT(*),
FROM nba_processing.precompute_failures
WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name != 'PREDICTIONS'
GROUP BY processor_name, analysis_date
