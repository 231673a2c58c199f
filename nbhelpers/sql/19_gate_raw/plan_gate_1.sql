-- plan_gate_1
-- plan:    At least 50 game dates, the earliest the season's first (the plan's own check)
-- of:      ranges
-- because: it counts dates, so it passes with whole games, teams and plays absent
-- then:    read the checks above it
-- from:    always
-- per:     range
SELECT
    CAST(NULL AS DATE) AS game_date,
    'the whole range' AS member,
    COUNT(*) > 0 AS is_examined,
    IF(
        COUNT(DISTINCT game_date) >= 50 AND MIN(game_date) = @season_start,
        NULL,
        CONCAT(CAST(COUNT(DISTINCT game_date) AS STRING), ' dates, earliest ', COALESCE(CAST(MIN(game_date) AS STRING), 'none'))
    ) AS problem,
FROM views.box_lines
WHERE game_date BETWEEN @season_start AND @end_date
