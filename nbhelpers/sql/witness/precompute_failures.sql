-- witness.precompute_failures
-- The failures a second time: each member of a stage's universe without a row, and what he lacks.
--
-- grain:  one row per stage, date of the window and member without a row
-- inputs: witness.team_mornings, witness.team_games, witness.listed_players, witness.player_games,
--         witness.team_defense_zone_analysis
WITH teams AS (
    SELECT
        mornings.team_abbr,
        mornings.analysis_date,
        mornings.games,
        STRING_AGG(blind.game_id, ',' ORDER BY blind.game_id) AS blind_games,
        COUNT(blind.game_id) AS n_blind,
    FROM witness.team_mornings AS mornings
    LEFT JOIN witness.team_games AS blind
        ON blind.team_abbr = mornings.team_abbr
        AND blind.nth BETWEEN mornings.games - 14 AND mornings.games
        AND blind.lacks_zones
    WHERE mornings.analysis_date >= @start_date
    GROUP BY mornings.team_abbr, mornings.analysis_date, mornings.games
),
players AS (
    SELECT
        listed.player_lookup,
        listed.game_date AS analysis_date,
        listed.games,
        listed.opponent_team_abbr,
        STRING_AGG(blind.game_id, ',' ORDER BY blind.game_id) AS blind_games,
        COUNT(blind.game_id) AS n_blind,
    FROM witness.listed_players AS listed
    LEFT JOIN witness.player_games AS blind
        ON blind.player_lookup = listed.player_lookup
        AND blind.nth BETWEEN listed.games - 9 AND listed.games
        AND NOT blind.has_shot_zones
    GROUP BY listed.player_lookup, listed.game_date, listed.games, listed.opponent_team_abbr
),
matchups AS (
    SELECT players.*, defences.team_abbr IS NOT NULL AS has_defence,
    FROM players
    LEFT JOIN witness.team_defense_zone_analysis AS defences
        ON defences.team_abbr = players.opponent_team_abbr AND defences.analysis_date = players.analysis_date
    WHERE players.analysis_date >= @factor_start
),
lacking AS (
    SELECT
        'TDZA' AS processor_name, analysis_date, team_abbr AS entity_id, 5 AS needed, 'games' AS counted, games, blind_games, n_blind,
        TRUE AS has_inputs, '' AS lacks,
    FROM teams
    UNION ALL
    SELECT 'PSZA', analysis_date, player_lookup, 10, 'games played', games, blind_games, n_blind, TRUE, '' FROM players
    UNION ALL
    SELECT 'PDC', analysis_date, player_lookup, 5, 'games played', games, CAST(NULL AS STRING), 0, TRUE, '' FROM players
    UNION ALL
    SELECT
        'PCF', analysis_date, player_lookup, CAST(NULL AS INT64), '', CAST(NULL AS INT64), CAST(NULL AS STRING), 0,
        has_defence, CONCAT('no zone analysis of opponent ', opponent_team_abbr),
    FROM matchups
    UNION ALL
    SELECT
        'MLFS', analysis_date, player_lookup, CAST(NULL AS INT64), '', CAST(NULL AS INT64), CAST(NULL AS STRING), 0,
        has_defence AND games >= 5,
        CASE
            WHEN has_defence THEN 'missing: daily cache'
            WHEN games >= 5 THEN 'missing: composite factors'
            ELSE 'missing: composite factors, daily cache'
        END,
    FROM matchups
)
SELECT
    processor_name,
    analysis_date,
    entity_id,
    CASE
        WHEN NOT has_inputs THEN 'MISSING_DEPENDENCY'
        WHEN games < needed THEN 'INSUFFICIENT_DATA'
        ELSE 'INCOMPLETE_UPSTREAM'
    END AS failure_category,
    CASE
        WHEN NOT has_inputs THEN lacks
        WHEN games < needed THEN CONCAT(CAST(games AS STRING), ' of ', CAST(needed AS STRING), ' ', counted, ' before the date')
        ELSE CONCAT(CAST(n_blind AS STRING), ' games in the window without shot zones')
    END AS failure_reason,
    NOT has_inputs OR games >= needed AS can_retry,
    needed AS expected_game_count,
    games AS actual_game_count,
    IF(games >= needed, blind_games, NULL) AS missing_game_ids,
FROM lacking
WHERE NOT has_inputs OR games < needed OR blind_games IS NOT NULL
