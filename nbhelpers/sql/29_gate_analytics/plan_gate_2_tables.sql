-- plan_gate_2_tables
-- plan:    All three summaries have data (the plan's own check)
-- of:      tables
-- because: it asks only whether a table is empty, not whether it is whole
-- then:    read the checks above it
-- from:    always
-- per:     range
SELECT CAST(NULL AS DATE) AS game_date, 'player_game_summary' AS member, COUNT(*) > 0 AS is_examined,
    IF(COUNT(*) > 0, NULL, 'no rows') AS problem,
FROM nba_analytics.player_game_summary
WHERE game_date BETWEEN @season_start AND @end_date
UNION ALL
SELECT NULL, 'team_defense_game_summary', COUNT(*) > 0, IF(COUNT(*) > 0, NULL, 'no rows'),
FROM nba_analytics.team_defense_game_summary
WHERE game_date BETWEEN @season_start AND @end_date
UNION ALL
SELECT NULL, 'team_offense_game_summary', COUNT(*) > 0, IF(COUNT(*) > 0, NULL, 'no rows'),
FROM nba_analytics.team_offense_game_summary
WHERE game_date BETWEEN @season_start AND @end_date
