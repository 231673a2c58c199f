-- rows_per_game
-- fail:    Has every slate game a row per player who played and a row per team in both team summaries?
-- of:      team-games
-- because: a game missing from one table only is invisible to the others, and to every window built on it
-- then:    run the step of the table named (20, 21 or 22), then this gate
WITH lines AS (
    SELECT game_id, team_abbr, COUNTIF(did_play) AS players,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
summaries AS (
    SELECT
        game_id,
        team_abbr,
        COUNTIF(in_table = 'player_game_summary') AS pgs,
        COUNTIF(in_table = 'team_defense_game_summary') AS tdgs,
        COUNTIF(in_table = 'team_offense_game_summary') AS togs,
    FROM views.summary_rows
    GROUP BY game_id, team_abbr
),
counted AS (
    SELECT
        expected.*,
        COALESCE(lines.players, 0) AS played,
        COALESCE(summaries.pgs, 0) AS pgs,
        COALESCE(summaries.tdgs, 0) AS tdgs,
        COALESCE(summaries.togs, 0) AS togs,
    FROM views.expected_team_games AS expected
    LEFT JOIN lines ON lines.game_id = expected.game_id AND lines.team_abbr = expected.team_abbr
    LEFT JOIN summaries ON summaries.game_id = expected.game_id AND summaries.team_abbr = expected.team_abbr
),
strangers AS (
    SELECT DISTINCT game_date, game_id, in_table FROM views.summary_rows
)
SELECT
    game_date,
    member,
    pgs > 0 AND tdgs > 0 AND togs > 0 AS is_examined,
    IF(
        pgs = played AND played > 0 AND tdgs = 1 AND togs = 1,
        NULL,
        CONCAT(
            'players ', CAST(pgs AS STRING), ' of ', CAST(played AS STRING), ', defence ', CAST(tdgs AS STRING),
            ' of 1, offence ', CAST(togs AS STRING), ' of 1 rows'
        )
    ) AS problem,
FROM counted
UNION ALL
SELECT
    strangers.game_date,
    CONCAT(strangers.game_id, ' in ', strangers.in_table),
    TRUE,
    'the schedule knows no such game on this date',
FROM strangers
LEFT JOIN views.expected_team_games AS expected
    ON expected.game_id = strangers.game_id AND expected.game_date = strangers.game_date AND expected.is_home
WHERE expected.game_id IS NULL
