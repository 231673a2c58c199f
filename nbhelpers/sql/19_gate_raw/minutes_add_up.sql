-- minutes_add_up
-- warn:    Do a team's minutes make 240, plus 25 an overtime, give or take 8 for whole-minute rounding?
-- of:      team-games
-- because: usage rates divide by minutes
-- then:    compare the lines with another source; a later snapshot may put it right
WITH teams AS (
    SELECT
        game_id,
        team_abbr,
        SUM(minutes_played) AS minutes,
        240 + 25 * GREATEST(MAX(period) - 4, 0) AS team_minutes,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    teams.game_id IS NOT NULL AS is_examined,
    IF(
        ABS(teams.minutes - teams.team_minutes) <= @most_minutes_off,
        NULL,
        CONCAT(CAST(CAST(teams.minutes AS INT64) AS STRING), ' of ', CAST(teams.team_minutes AS STRING), ' minutes')
    ) AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN teams ON teams.game_id = expected.game_id AND teams.team_abbr = expected.team_abbr
