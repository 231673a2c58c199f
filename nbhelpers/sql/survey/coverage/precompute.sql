-- precompute
-- What each analysis holds on each date: members that are there, members that fail with a reason, rows that are present but
-- wrong.
WITH failures AS (
    SELECT processor_name, analysis_date, COUNT(*) AS failures,
    FROM nba_processing.precompute_failures
    WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name != 'PREDICTIONS'
    GROUP BY processor_name, analysis_date
),
held AS (
    SELECT
        'TDZA' AS short, analysis_date AS day, COUNT(*) AS table_rows, COUNT(*) AS have,
        COUNTIF(paint_defense_vs_league_avg IS NULL) AS contaminated,
    FROM nba_precompute.team_defense_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date GROUP BY analysis_date
    UNION ALL
    SELECT 'PSZA', analysis_date, COUNT(*), COUNT(*), COUNTIF(total_shots_last_10 > 0 AND paint_rate_last_10 IS NULL),
    FROM nba_precompute.player_shot_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date GROUP BY analysis_date
    UNION ALL
    SELECT 'PCF', game_date, COUNT(*), COUNT(*), COUNTIF(COALESCE(opponent_strength_score <= 0, TRUE)),
    FROM nba_precompute.player_composite_factors WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'PDC', cache_date, COUNT(*), COUNT(*), COUNTIF(team_pace_last_10 IS NULL),
    FROM nba_precompute.player_daily_cache WHERE cache_date BETWEEN @start_date AND @end_date GROUP BY cache_date
    UNION ALL
    SELECT 'MLFS', game_date, COUNT(*), COUNT(*), COUNTIF(NOT is_production_ready),
    FROM nba_predictions.ml_feature_store_v2 WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
)
SELECT
    COALESCE(held.short, failures.processor_name) AS short,
    COALESCE(held.day, failures.analysis_date) AS day,
    COALESCE(held.table_rows, 0) AS table_rows,  -- only failures on the date: no row is there
    COALESCE(held.have, 0) AS have,
    COALESCE(held.contaminated, 0) AS contaminated,
    COALESCE(failures.failures, 0) AS failures,
FROM held
FULL OUTER JOIN failures ON failures.processor_name = held.short AND failures.analysis_date = held.day
