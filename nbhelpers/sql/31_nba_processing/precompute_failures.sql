-- nba_processing.precompute_failures (PSZA)
-- The listed players that have no shot zone analysis, and why.
--
-- grain:  one row per listed player and date without a row in nba_precompute.player_shot_zone_analysis
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.player_histories, nba_precompute.player_shot_zone_analysis
-- dates:  only official games he played before analysis_date count
-- absent: a player with a row has no failure
WITH without_row AS (
    SELECT
        histories.*,
        CASE
            WHEN histories.games < 10 THEN 'INSUFFICIENT_DATA'
            WHEN histories.games_without_zones > 0 THEN 'INCOMPLETE_UPSTREAM'
            ELSE 'PROCESSING_ERROR'
        END AS failure_category,
    FROM views.player_histories AS histories
    LEFT JOIN nba_precompute.player_shot_zone_analysis AS built
        ON built.player_lookup = histories.player_lookup AND built.analysis_date = histories.analysis_date
    WHERE built.player_lookup IS NULL
)
SELECT
    'PSZA' AS processor_name,
    @run_id AS run_id,
    analysis_date,
    player_lookup AS entity_id,
    failure_category,
    CASE failure_category
        WHEN 'INSUFFICIENT_DATA' THEN CONCAT(CAST(games AS STRING), ' of 10 games played before the date')
        WHEN 'INCOMPLETE_UPSTREAM' THEN CONCAT(CAST(games_without_zones AS STRING), ' games in the window without shot zones')
        ELSE 'enough games with zones, and yet no row'
    END AS failure_reason,
    failure_category != 'INSUFFICIENT_DATA' AS can_retry,
    10 AS expected_game_count,
    games AS actual_game_count,
    IF(failure_category = 'INCOMPLETE_UPSTREAM', missing_game_ids, NULL) AS missing_game_ids,
    @built_at AS created_at,
FROM without_row
