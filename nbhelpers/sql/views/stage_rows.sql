-- views.stage_rows
-- The keys of all rows of the precompute stages in the window.
--
-- grain:  one row per row of a stage
-- inputs: the five tables of the precompute layer
SELECT 'TDZA' AS processor_name, analysis_date, team_abbr AS entity_id, FROM nba_precompute.team_defense_zone_analysis
WHERE analysis_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'PSZA', analysis_date, player_lookup FROM nba_precompute.player_shot_zone_analysis
WHERE analysis_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'PCF', game_date, player_lookup FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'PDC', cache_date, player_lookup FROM nba_precompute.player_daily_cache
WHERE cache_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'MLFS', game_date, player_lookup FROM nba_predictions.ml_feature_store_v2
WHERE game_date BETWEEN @start_date AND @end_date
