-- who_played
-- fail:    Are minutes there, and did_play true for exactly those with minutes or a counted statistic?
-- of:      team-games
-- because: a player who did not play, counted as a game, moves every last-10 window
-- then:    run 11_load_raw again; look at the object that source_file_path names
WITH teams AS (
    SELECT
        game_id,
        team_abbr,
        SUM(minutes_played) AS minutes,
        240 + 25 * GREATEST(MAX(period) - 4, 0) AS team_minutes,
        COUNTIF(
            did_play != (
                minutes_played > 0
                -- An absent statistic is none that was counted.
                OR GREATEST(
                    COALESCE(points, 0), COALESCE(assists, 0), COALESCE(rebounds, 0), COALESCE(offensive_rebounds, 0),
                    COALESCE(defensive_rebounds, 0), COALESCE(steals, 0), COALESCE(blocks, 0), COALESCE(turnovers, 0),
                    COALESCE(personal_fouls, 0), COALESCE(field_goals_attempted, 0), COALESCE(free_throws_attempted, 0)
                ) > 0
            )
        ) AS misjudged,
    FROM nba_raw.bdl_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    teams.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN teams.game_id IS NULL THEN 'no box score'
        WHEN teams.minutes < @least_minutes_share * teams.team_minutes
            THEN CONCAT(CAST(CAST(teams.minutes AS INT64) AS STRING), ' of ', CAST(teams.team_minutes AS STRING), ' minutes')
        WHEN teams.misjudged > 0 THEN CONCAT(CAST(teams.misjudged AS STRING), ' lines whose did_play contradicts them')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN teams ON teams.game_id = expected.game_id AND teams.team_abbr = expected.team_abbr
