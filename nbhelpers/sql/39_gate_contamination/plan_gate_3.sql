-- plan_gate_3
-- plan:    No date on which every opponent_strength_score is 0 (the plan's own gate 3)
-- of:      dates with factor rows
-- because: one good row makes a whole contaminated date pass
-- then:    read the checks above it
-- from:    factor_start
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)) AS member,
    TRUE AS is_examined,
    IF(COUNTIF(opponent_strength_score = 0) = COUNT(*), CONCAT('all ', CAST(COUNT(*) AS STRING), ' scores are 0'), NULL) AS problem,
FROM nba_precompute.player_composite_factors
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
