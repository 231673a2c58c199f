-- views.summary_rows
-- The rows of the three game summaries in the window, each from its own team's side.
--
-- grain:  one row per row of a summary
-- inputs: nba_analytics.player_game_summary, nba_analytics.team_defense_game_summary,
--         nba_analytics.team_offense_game_summary
SELECT 'player_game_summary' AS in_table, game_date, game_id, team_abbr, player_lookup AS entity_id, season_year, is_home, win_flag,
FROM nba_analytics.player_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'team_defense_game_summary', game_date, game_id, defending_team_abbr, defending_team_abbr, season_year, home_game, win_flag,
FROM nba_analytics.team_defense_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
UNION ALL
SELECT 'team_offense_game_summary', game_date, game_id, team_abbr, team_abbr, season_year, home_game, win_flag,
FROM nba_analytics.team_offense_game_summary
WHERE game_date BETWEEN @start_date AND @end_date
