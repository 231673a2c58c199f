-- nba_processing.precompute_failures (PDC)
-- The listed players that have no daily cache, and why.
--
-- grain:  one row per listed player and date without a row in nba_precompute.player_daily_cache
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.slate_players, views.player_windows, nba_precompute.player_daily_cache
-- dates:  only official games he played before the date count
-- absent: a player with a row has no failure
WITH histories AS (
    SELECT player_lookup, analysis_date, COUNT(*) AS games
    FROM views.player_windows
    GROUP BY player_lookup, analysis_date
),
without_row AS (
    SELECT
        listed.player_lookup,
        listed.game_date,
        COALESCE(histories.games, 0) AS games,  -- no earlier game is a count of zero
    FROM views.slate_players AS listed
    LEFT JOIN histories
        ON histories.player_lookup = listed.player_lookup AND histories.analysis_date = listed.game_date
    LEFT JOIN nba_precompute.player_daily_cache AS built
        ON built.player_lookup = listed.player_lookup AND built.cache_date = listed.game_date
    WHERE built.player_lookup IS NULL
)
SELECT
    'PDC' AS processor_name,
    @run_id AS run_id,
    game_date AS analysis_date,
    player_lookup AS entity_id,
    IF(games < 5, 'INSUFFICIENT_DATA', 'PROCESSING_ERROR') AS failure_category,
    IF(
        games < 5,
        CONCAT(CAST(games AS STRING), ' of 5 games played before the date'),
        'enough games, and yet no row'
    ) AS failure_reason,
    games >= 5 AS can_retry,
    5 AS expected_game_count,
    games AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
    @built_at AS created_at,
FROM without_row
