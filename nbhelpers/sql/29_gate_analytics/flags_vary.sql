-- flags_vary
-- fail:    Has each game its winner in all three tables, and does no flag stand still over a date of three games?
-- of:      games and dates
-- because: a flag that is always false is a forgotten column, and no NULL check sees it
-- then:    run 20, 21 and 22 again, then this gate
WITH flags AS (
    SELECT DISTINCT game_id, in_table, team_abbr, win_flag, is_home FROM views.summary_rows
),
winners AS (
    SELECT game_id, MAX(IF(home_team_score > away_team_score, home_team_abbr, away_team_abbr)) AS team_abbr,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
),
tables AS (
    SELECT in_table FROM UNNEST(['team_defense_game_summary', 'team_offense_game_summary', 'player_game_summary']) AS in_table
),
judged AS (
    SELECT
        expected.game_date,
        expected.game_id,
        tables.in_table,
        COUNT(flags.game_id) AS sides,
        COUNTIF(flags.win_flag) AS winners,
        COUNTIF(flags.win_flag AND flags.team_abbr = winners.team_abbr) AS right_winners,
        COUNTIF(flags.is_home = expected.is_home) AS sides_at_home_as_scheduled,
    FROM views.expected_team_games AS expected
    CROSS JOIN tables
    LEFT JOIN winners ON winners.game_id = expected.game_id
    LEFT JOIN flags
        ON flags.game_id = expected.game_id AND flags.team_abbr = expected.team_abbr AND flags.in_table = tables.in_table
    GROUP BY expected.game_date, expected.game_id, tables.in_table
),
zone_flags AS (
    SELECT game_date, COUNT(DISTINCT game_id) AS games, COUNTIF(has_shot_zones) AS with_zones, COUNTIF(is_official) AS official,
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
)
SELECT
    game_date,
    CONCAT(game_id, ' in ', in_table) AS member,
    sides = 2 AS is_examined,
    CASE
        WHEN sides != 2 THEN CONCAT(CAST(sides AS STRING), ' sides instead of 2')
        WHEN winners != 1 THEN CONCAT(CAST(winners AS STRING), ' winners')
        WHEN right_winners != 1 THEN 'the winner is not the team with more points'
        WHEN sides_at_home_as_scheduled != 2 THEN 'home and away are not those of the schedule'
    END AS problem,
FROM judged
UNION ALL
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)),
    TRUE,
    CASE
        WHEN games >= 3 AND with_zones = 0 THEN 'has_shot_zones is false for everybody'
        WHEN games >= 3 AND official = 0 THEN 'is_official is false for everybody'
    END,
FROM zone_flags
