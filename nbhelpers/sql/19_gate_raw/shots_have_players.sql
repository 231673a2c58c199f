-- shots_have_players
-- fail:    Do at least 99 % of the range's shots, and 97 % of each date's, belong to a listed player?
-- of:      dates with official games
-- because: a player whose shots are not found has no shot zones in his next ten games
-- then:    list them: SELECT player_name, team_abbr, COUNT(*) FROM nba_raw.nbac_shots WHERE player_lookup IS NULL GROUP BY 1, 2
-- from:    official_games
-- per:     range
WITH by_date AS (
    SELECT game_date, COUNT(*) AS attempts, COUNTIF(player_lookup IS NOT NULL) AS resolved,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
dates AS (
    SELECT DISTINCT game_date FROM views.expected_team_games WHERE has_play_by_play
)
SELECT
    dates.game_date,
    CONCAT('date ', CAST(dates.game_date AS STRING)) AS member,
    by_date.game_date IS NOT NULL AS is_examined,
    CASE
        WHEN by_date.game_date IS NULL THEN 'no shots'
        WHEN by_date.resolved < @least_named_share_of_date * by_date.attempts
            THEN CONCAT(CAST(by_date.attempts - by_date.resolved AS STRING), ' of ', CAST(by_date.attempts AS STRING), ' shots of nobody listed')
    END AS problem,
FROM dates
LEFT JOIN by_date ON by_date.game_date = dates.game_date
UNION ALL
SELECT
    CAST(NULL AS DATE),
    'the whole range',
    TRUE,
    IF(
        SUM(resolved) >= @least_named_share * SUM(attempts),
        NULL,
        CONCAT(CAST(SUM(attempts) - SUM(resolved) AS STRING), ' of ', CAST(SUM(attempts) AS STRING), ' shots of nobody listed')
    ),
FROM by_date
HAVING COUNT(*) > 0
