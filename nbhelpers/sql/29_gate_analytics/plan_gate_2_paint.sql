-- plan_gate_2_paint
-- plan:    No date without a single valid opp_paint_attempts (the plan's own check)
-- of:      dates with rows
-- because: one valid team-game makes a whole date pass, and a date without rows is not asked about
-- then:    read the checks above it
SELECT
    game_date,
    CONCAT('date ', CAST(game_date AS STRING)) AS member,
    TRUE AS is_examined,
    -- The Cup final has no play-by-play and stands alone on its date: the plan's query would call it an error.
    IF(COUNTIF(opp_paint_attempts > 0) = 0 AND COUNTIF(is_official) > 0, 'no valid paint attempts', NULL) AS problem,
FROM nba_analytics.team_defense_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
GROUP BY game_date
