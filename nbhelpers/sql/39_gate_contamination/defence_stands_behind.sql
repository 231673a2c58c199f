-- defence_stands_behind
-- fail:    Does the opponent's zone analysis of that date stand behind every opponent_strength_score?
-- of:      listed players from the factor start, and dates
-- because: a score that is 0, NULL or constant was made without a defence: the contamination of December 2021
-- then:    run 30_build_team_zones, then 32 to 34, then this gate
-- from:    factor_start
WITH league AS (
    SELECT analysis_date, AVG(defensive_rating_last_15) AS mean_rating,
    FROM nba_precompute.team_defense_zone_analysis
    WHERE analysis_date BETWEEN @start_date AND @end_date
    GROUP BY analysis_date
),
compared AS (
    SELECT
        members.analysis_date AS game_date,
        members.entity_id AS member,
        factors.player_lookup IS NOT NULL OR failures.entity_id IS NOT NULL AS is_examined,
        factors.player_lookup IS NOT NULL AS has_row,
        factors.opponent_team_abbr,
        factors.opponent_strength_score AS score,
        defence.defensive_rating_last_15 AS rating,
        ROUND(LEAST(GREATEST(50 + 3.5 * (league.mean_rating - defence.defensive_rating_last_15), 1), 100), 2) AS recomputed,
    FROM views.stage_members AS members
    LEFT JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = members.entity_id
        AND factors.game_date = members.analysis_date
        AND factors.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_processing.precompute_failures AS failures
        ON failures.processor_name = 'PCF'
        AND failures.analysis_date = members.analysis_date
        AND failures.entity_id = members.entity_id
        AND failures.analysis_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.team_defense_zone_analysis AS defence
        ON defence.team_abbr = factors.opponent_team_abbr
        AND defence.analysis_date = members.analysis_date
        AND defence.analysis_date BETWEEN @start_date AND @end_date
    LEFT JOIN league ON league.analysis_date = members.analysis_date
    WHERE members.processor_name = 'PCF'
)
SELECT
    game_date,
    member,
    is_examined,
    CASE
        WHEN NOT has_row THEN NULL
        WHEN score IS NULL THEN 'opponent_strength_score is NULL'
        WHEN score <= 0 THEN CONCAT('opponent_strength_score is ', CAST(score AS STRING))
        WHEN rating IS NULL THEN CONCAT('no zone analysis of ', opponent_team_abbr, ' on the date')
        WHEN ABS(score - recomputed) > 0.005
            THEN CONCAT('opponent_strength_score is ', CAST(score AS STRING), ', from its defence ', CAST(recomputed AS STRING))
    END AS problem,
FROM compared
UNION ALL
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)),
    TRUE,
    IF(
        COUNT(DISTINCT opponent_team_abbr) >= @least_opponents AND COUNT(DISTINCT score) < @least_opponents,
        CONCAT(CAST(COUNT(DISTINCT score) AS STRING), ' scores for ', CAST(COUNT(DISTINCT opponent_team_abbr) AS STRING), ' opponents'),
        NULL
    ),
FROM compared
GROUP BY game_date
