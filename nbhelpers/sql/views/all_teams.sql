-- views.all_teams
-- All 30 teams on every slate date of the window that is among @dates, playing or not: the universe of team zone analysis.
--
-- grain:  one row per team per slate date
-- inputs: views.slate_games
SELECT team_abbr, slate.game_date AS analysis_date,
FROM (SELECT DISTINCT game_date FROM views.slate_games WHERE game_date >= @start_date AND game_date IN UNNEST(@dates)) AS slate
CROSS JOIN UNNEST(@teams) AS team_abbr
