-- schedule_settled
-- fail:    Is every past game final, in the schedule or in its box score, and does the schedule cover every week?
-- of:      games and days
-- because: a game that is not over, or not known, leaves a hole in every window that should hold it
-- then:    run 10_fetch_raw again when the game is over; a game that was put off must say so in the schedule
-- from:    always
WITH final_boxes AS (
    SELECT DISTINCT game_id
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date AND game_status = 'Final'
),
days AS (
    -- The days and the games' dates in one column: BigQuery takes no outer join on an inequality alone.
    SELECT DISTINCT day, MAX(game_date) OVER (ORDER BY day) AS last_game_date
    FROM (
        SELECT day, CAST(NULL AS DATE) AS game_date FROM UNNEST(GENERATE_DATE_ARRAY(@start_date, @end_date)) AS day
        UNION ALL
        SELECT game_date, game_date FROM views.slate_games
    )
)
SELECT
    games.game_date,
    games.game_id AS member,
    TRUE AS is_examined,
    IF(
        games.game_status = 3 OR final_boxes.game_id IS NOT NULL,
        NULL,
        CONCAT('not final in the schedule (status ', CAST(games.game_status AS STRING), ') and no final box score')
    ) AS problem,
FROM views.slate_games AS games
LEFT JOIN final_boxes ON final_boxes.game_id = games.game_id
WHERE games.game_date >= @start_date
UNION ALL
SELECT
    day,
    CONCAT('day ', CAST(day AS STRING)),
    TRUE,
    -- The All-Star break is the longest pause of a season, and shorter than eight days.
    IF(last_game_date IS NOT NULL AND DATE_DIFF(day, last_game_date, DAY) <= @most_quiet_days, NULL, 'no game in the schedule for days'),
FROM days
WHERE day >= @start_date
