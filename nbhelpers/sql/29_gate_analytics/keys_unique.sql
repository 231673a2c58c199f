-- keys_unique
-- fail:    Is every key in the three summaries there once, in this season?
-- of:      tables and dates
-- because: a doubled row weighs twice in every window
-- then:    run the step of the table named (20, 21 or 22), then this gate
WITH dates AS (
    SELECT DISTINCT game_date FROM views.expected_team_games
),
keys AS (
    SELECT in_table, game_date, CONCAT(game_id, ' ', entity_id) AS row_key, season_year FROM views.summary_rows
),
tables AS (
    SELECT in_table FROM UNNEST(['player_game_summary', 'team_defense_game_summary', 'team_offense_game_summary']) AS in_table
)
SELECT
    dates.game_date,
    tables.in_table AS member,
    COUNT(keys.row_key) > 0 AS is_examined,
    CASE
        WHEN COUNT(keys.row_key) = 0 THEN 'no rows'
        WHEN COUNT(keys.row_key) > COUNT(DISTINCT keys.row_key)
            THEN CONCAT(CAST(COUNT(keys.row_key) - COUNT(DISTINCT keys.row_key) AS STRING), ' doubled keys')
        WHEN COUNTIF(keys.season_year != @season_year) > 0 THEN 'rows of another season'
    END AS problem,
FROM dates
CROSS JOIN tables
LEFT JOIN keys ON keys.game_date = dates.game_date AND keys.in_table = tables.in_table
GROUP BY dates.game_date, tables.in_table
