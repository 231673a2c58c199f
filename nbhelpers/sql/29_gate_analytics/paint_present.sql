-- paint_present
-- fail:    Has every official team-game paint attempts, and every date mid-range attempts?
-- of:      official team-games and dates
-- because: empty paint attempts are where the cascade of December 2021 began
-- then:    run 21_build_team_defense again; if it stays, the play-by-play in nba_raw.nbac_shots is absent
-- from:    official_games
WITH team_games AS (
    SELECT
        expected.game_date,
        expected.member,
        defence.game_id IS NOT NULL AS has_row,
        defence.opp_paint_attempts,
        defence.opp_mid_range_attempts,
    FROM views.expected_team_games AS expected
    LEFT JOIN nba_analytics.team_defense_game_summary AS defence
        ON defence.game_id = expected.game_id
        AND defence.defending_team_abbr = expected.team_abbr
        AND defence.game_date BETWEEN @start_date AND @end_date
    WHERE expected.has_play_by_play
)
SELECT
    game_date,
    member,
    has_row AS is_examined,
    CASE
        WHEN NOT has_row THEN 'no row'
        WHEN opp_paint_attempts IS NULL THEN 'opp_paint_attempts is NULL'
        WHEN opp_paint_attempts <= 0 THEN 'opp_paint_attempts is 0'
        WHEN opp_mid_range_attempts IS NULL THEN 'opp_mid_range_attempts is NULL'
    END AS problem,
FROM team_games
UNION ALL
-- One team-game without a mid-range attempt is real; a whole date without one is not.
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)),
    LOGICAL_OR(has_row),
    IF(SUM(opp_mid_range_attempts) > 0, NULL, 'no mid-range attempt on the whole date'),
FROM team_games
GROUP BY game_date
