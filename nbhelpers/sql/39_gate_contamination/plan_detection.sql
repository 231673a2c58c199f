-- plan_detection
-- plan:    No opponent_strength_score of 0 on any date (the plan's own contamination query)
-- of:      dates with factor rows
-- because: it sees zeros only, not NULLs, constants or yesterday's values, and passes an empty table
-- then:    read the checks above it
-- from:    factor_start
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)) AS member,
    TRUE AS is_examined,
    IF(
        COUNTIF(opponent_strength_score = 0) > 0,
        CONCAT(CAST(COUNTIF(opponent_strength_score = 0) AS STRING), ' of ', CAST(COUNT(*) AS STRING), ' scores are 0'),
        NULL
    ) AS problem,
FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
