-- nba_processing.precompute_failures (PDC)
-- The listed players that have no daily cache, and why.
--
-- grain:  one row per listed player and date without a row in nba_precompute.player_daily_cache
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.player_histories, nba_precompute.player_daily_cache
-- dates:  only official games he played before the date count
-- absent: a player with a row has no failure
SELECT
    'PDC' AS processor_name,
    @run_id AS run_id,
    histories.analysis_date,
    histories.player_lookup AS entity_id,
    IF(histories.games < 5, 'INSUFFICIENT_DATA', 'PROCESSING_ERROR') AS failure_category,
    IF(
        histories.games < 5,
        CONCAT(CAST(histories.games AS STRING), ' of 5 games played before the date'),
        'enough games, and yet no row'
    ) AS failure_reason,
    histories.games >= 5 AS can_retry,
    5 AS expected_game_count,
    histories.games AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
    @built_at AS created_at,
FROM views.player_histories AS histories
LEFT JOIN nba_precompute.player_daily_cache AS built
    ON built.player_lookup = histories.player_lookup AND built.cache_date = histories.analysis_date
WHERE built.player_lookup IS NULL
