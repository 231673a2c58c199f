-- schedule_stuck
-- warn:    Does the schedule still call a game unfinished whose box score is final?
-- of:      games
-- because: the box score is right and the schedule is behind; its scores cannot be compared yet
-- then:    nothing now; a later run fetches the schedule again
WITH final_boxes AS (
    SELECT DISTINCT game_id
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date AND game_status = 'Final'
)
SELECT
    games.game_date,
    games.game_id AS member,
    TRUE AS is_examined,
    IF(
        games.game_status != 3 AND final_boxes.game_id IS NOT NULL,
        CONCAT('schedule status ', CAST(games.game_status AS STRING), ', box score final'),
        NULL
    ) AS problem,
FROM views.slate_games AS games
LEFT JOIN final_boxes ON final_boxes.game_id = games.game_id
WHERE games.game_date >= @start_date
