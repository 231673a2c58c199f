-- sources_differ
-- warn:    Do the two sources say the same of every line, minutes give or take one?
-- of:      team-games that both sources have
-- because: where they differ one of them is wrong, and one of them was taken
-- then:    nothing to rebuild: it is the sources that differ; read below which was taken and why, and compare with the game's own page
-- from:    two_witnesses
WITH differing AS (
    SELECT
        compared.game_id,
        compared.game_date,
        compared.team_abbr,
        compared.player_lookup,
        CASE
            WHEN nba.game_id IS NULL
                THEN CONCAT('listed by BallDontLie alone, with ', CAST(CAST(ROUND(bdl.minutes_played, 0) AS INT64) AS STRING), ' minutes')
            WHEN bdl.game_id IS NULL
                THEN CONCAT('listed by the NBA alone, with ', CAST(CAST(ROUND(nba.minutes_played, 0) AS INT64) AS STRING), ' minutes')
            ELSE (
                SELECT STRING_AGG(CONCAT(
                    told.statistic, ' ', COALESCE(CAST(told.bdl AS STRING), 'unknown'),
                    ' and ', COALESCE(CAST(told.nba AS STRING), 'unknown')
                ), ', ')
                FROM UNNEST([
                    STRUCT('points' AS statistic, bdl.points AS bdl, nba.points AS nba),
                    STRUCT('assists', bdl.assists, nba.assists),
                    STRUCT('rebounds', bdl.rebounds, nba.rebounds),
                    STRUCT('offensive rebounds', bdl.offensive_rebounds, nba.offensive_rebounds),
                    STRUCT('defensive rebounds', bdl.defensive_rebounds, nba.defensive_rebounds),
                    STRUCT('steals', bdl.steals, nba.steals),
                    STRUCT('blocks', bdl.blocks, nba.blocks),
                    STRUCT('turnovers', bdl.turnovers, nba.turnovers),
                    STRUCT('personal fouls', bdl.personal_fouls, nba.personal_fouls),
                    STRUCT('field goals made', bdl.field_goals_made, nba.field_goals_made),
                    STRUCT('field goals attempted', bdl.field_goals_attempted, nba.field_goals_attempted),
                    STRUCT('three pointers made', bdl.three_pointers_made, nba.three_pointers_made),
                    STRUCT('three pointers attempted', bdl.three_pointers_attempted, nba.three_pointers_attempted),
                    STRUCT('free throws made', bdl.free_throws_made, nba.free_throws_made),
                    STRUCT('free throws attempted', bdl.free_throws_attempted, nba.free_throws_attempted),
                    STRUCT('plus minus', COALESCE(bdl.plus_minus, nba.plus_minus), COALESCE(nba.plus_minus, bdl.plus_minus)),
                    STRUCT(
                        'minutes',
                        IF(ABS(bdl.minutes_played - nba.minutes_played) > @most_minutes_apart, CAST(ROUND(bdl.minutes_played, 0) AS INT64), 0),
                        IF(ABS(bdl.minutes_played - nba.minutes_played) > @most_minutes_apart, CAST(ROUND(nba.minutes_played, 0) AS INT64), 0)
                    )
                ]) AS told
                WHERE told.bdl IS DISTINCT FROM told.nba
            )
        END AS difference,
    FROM views.compared_lines AS compared
    LEFT JOIN views.source_lines AS bdl
        ON bdl.lines_source = 'bdl' AND bdl.game_id = compared.game_id AND bdl.game_date = compared.game_date
        AND bdl.team_abbr = compared.team_abbr AND bdl.player_lookup = compared.player_lookup
    LEFT JOIN views.source_lines AS nba
        ON nba.lines_source = 'nba' AND nba.game_id = compared.game_id AND nba.game_date = compared.game_date
        AND nba.team_abbr = compared.team_abbr AND nba.player_lookup = compared.player_lookup
    WHERE compared.differs
),
teams AS (
    SELECT game_id, game_date, team_abbr, STRING_AGG(CONCAT(player_lookup, ' ', difference), '; ' ORDER BY player_lookup) AS lines,
    FROM differing
    GROUP BY game_id, game_date, team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    TRUE AS is_examined,
    IF(
        teams.lines IS NULL AND told.difference IS NULL,
        NULL,
        CONCAT(
            ARRAY_TO_STRING([told.difference, teams.lines], '; '),
            ' (BallDontLie and the NBA): ', IF(told.lines_source = 'bdl', 'BallDontLie', 'the NBA'), ' taken, ', told.why
        )
    ) AS problem,
FROM views.expected_team_games AS expected
INNER JOIN views.chosen_sources AS told
    ON told.game_id = expected.game_id AND told.game_date = expected.game_date AND told.bdl_has_it AND told.nba_has_it
LEFT JOIN teams
    ON teams.game_id = expected.game_id AND teams.game_date = expected.game_date AND teams.team_abbr = expected.team_abbr
