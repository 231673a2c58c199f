-- nba_processing.precompute_failures (PCF)
-- The listed players that have no composite factors from the factor start on, and why.
--
-- grain:  one row per listed player and date without a row in nba_precompute.player_composite_factors
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.slate_players, nba_precompute.team_defense_zone_analysis, nba_precompute.player_composite_factors
-- dates:  the date itself
-- absent: a player with a row has no failure
SELECT
    'PCF' AS processor_name,
    @run_id AS run_id,
    listed.game_date AS analysis_date,
    listed.player_lookup AS entity_id,
    IF(defence.team_abbr IS NULL, 'MISSING_DEPENDENCY', 'PROCESSING_ERROR') AS failure_category,
    IF(
        defence.team_abbr IS NULL,
        CONCAT('no zone analysis of opponent ', listed.opponent_team_abbr),
        'the opponent has a zone analysis, and yet no row'
    ) AS failure_reason,
    TRUE AS can_retry,
    CAST(NULL AS INT64) AS expected_game_count,
    CAST(NULL AS INT64) AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
    @built_at AS created_at,
FROM views.slate_players AS listed
LEFT JOIN nba_precompute.team_defense_zone_analysis AS defence
    ON defence.team_abbr = listed.opponent_team_abbr AND defence.analysis_date = listed.game_date
LEFT JOIN nba_precompute.player_composite_factors AS built
    ON built.player_lookup = listed.player_lookup AND built.game_date = listed.game_date
WHERE listed.game_date >= @factor_start AND built.player_lookup IS NULL
