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
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
loaded AS (
    SELECT game_id, team_abbr, COUNTIF(did_play != (minutes_played > 0 OR has_statistics)) AS misjudged,
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
received AS (
    SELECT game_id, team_abbr, COUNTIF(SAFE_CAST(minutes AS FLOAT64) != minutes_played) AS misread,
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
        WHEN loaded.misjudged > 0 THEN CONCAT(CAST(loaded.misjudged AS STRING), ' lines whose did_play contradicts them')
        WHEN received.misread > 0 THEN CONCAT(CAST(received.misread AS STRING), ' lines whose minutes are not those received')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN teams ON teams.game_id = expected.game_id AND teams.team_abbr = expected.team_abbr
LEFT JOIN loaded ON loaded.game_id = expected.game_id AND loaded.team_abbr = expected.team_abbr
LEFT JOIN received ON received.game_id = expected.game_id AND received.team_abbr = expected.team_abbr
