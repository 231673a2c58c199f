-- coverage
-- What each table holds on each date: games or members that are there, members that fail with a reason, rows that are
-- present but wrong; of the tables @shorts. Dates without rows are left out; the survey adds them from the schedule.
WITH failures AS (
    SELECT processor_name, analysis_date, COUNT(*) AS failures,
    FROM nba_processing.precompute_failures
    WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name IN UNNEST(@shorts)
    GROUP BY processor_name, analysis_date
),
all_held AS (
    SELECT 'SCHEDULE' AS short, game_date AS day, COUNT(*) AS table_rows, COUNTIF(NOT is_postponed) AS have, 0 AS contaminated,
    FROM nba_raw.nbac_schedule WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(game_status != 'Final'),
    FROM nba_raw.bdl_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'NBA_BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(game_status != 3),
    FROM nba_raw.nbac_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'NBA_TEAM_BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), 0,
    FROM nba_raw.nbac_team_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    -- No table: the lines that count, whichever of the two box scores has them.
    SELECT 'LINES', game_date, COUNT(*), COUNT(DISTINCT game_id), 0,
    FROM views.box_lines WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'SHOTS', game_date, COUNT(*), COUNT(DISTINCT game_id), 
        -- Gate 1 allows one shot in a hundred without a zone.
        IF(COUNTIF(zone IS NULL) > 0.01 * COUNT(*), COUNTIF(zone IS NULL), 0),
    FROM nba_raw.nbac_shots WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'PGS', game_date, COUNT(*), COUNT(DISTINCT game_id), 
        -- One player without known shots is a gap of his; nobody with any is a contaminated date.
        IF(COUNTIF(has_shot_zones) = 0 AND COUNTIF(is_official) > 0, COUNT(*), COUNTIF(points IS NULL)),
    FROM nba_analytics.player_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'TDGS', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(is_official AND COALESCE(opp_paint_attempts <= 0, TRUE)),
    FROM nba_analytics.team_defense_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'TOGS', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(pace IS NULL),
    FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
    UNION ALL
    SELECT 'TDZA', analysis_date, COUNT(*), COUNT(*), COUNTIF(paint_defense_vs_league_avg IS NULL),
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
    UNION ALL
    SELECT 'PREDICTIONS', game_date, COUNT(*), COUNT(DISTINCT player_lookup), COUNTIF(predicted_points NOT BETWEEN 0 AND 60),
    FROM nba_predictions.player_prop_predictions WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
),
held AS (
    SELECT * FROM all_held WHERE short IN UNNEST(@shorts)
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
