-- nba_processing.precompute_failures (TDZA)
-- The teams that have no zone analysis on a slate date, and why.
--
-- grain:  one row per team and slate date without a row in nba_precompute.team_defense_zone_analysis
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.team_histories, nba_precompute.team_defense_zone_analysis
-- dates:  only official games before analysis_date count
-- absent: a team with a row has no failure
WITH without_row AS (
    SELECT
        histories.*,
        CASE
            WHEN histories.games < 5 THEN 'INSUFFICIENT_DATA'
            WHEN histories.games_without_zones > 0 THEN 'INCOMPLETE_UPSTREAM'
            ELSE 'PROCESSING_ERROR'
        END AS failure_category,
    FROM views.team_histories AS histories
    LEFT JOIN nba_precompute.team_defense_zone_analysis AS built
        ON built.team_abbr = histories.team_abbr AND built.analysis_date = histories.analysis_date
    WHERE built.team_abbr IS NULL
)
SELECT
    'TDZA' AS processor_name,
    @run_id AS run_id,
    analysis_date,
    team_abbr AS entity_id,
    failure_category,
    CASE failure_category
        WHEN 'INSUFFICIENT_DATA' THEN CONCAT(CAST(games AS STRING), ' of 5 games before the date')
        WHEN 'INCOMPLETE_UPSTREAM' THEN CONCAT(CAST(games_without_zones AS STRING), ' games in the window without shot zones')
        ELSE 'enough games with zones, and yet no row'
    END AS failure_reason,
    failure_category != 'INSUFFICIENT_DATA' AS can_retry,
    5 AS expected_game_count,
    games AS actual_game_count,
    IF(failure_category = 'INCOMPLETE_UPSTREAM', missing_game_ids, NULL) AS missing_game_ids,
    @built_at AS created_at,
FROM without_row
