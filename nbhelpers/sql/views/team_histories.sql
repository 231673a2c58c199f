-- views.team_histories
-- How many games in defence each team has behind it on a slate date of the window, and which of the newest 15 have no zones.
--
-- grain:  one row per team per slate date
-- inputs: views.all_teams, views.defence_windows
-- dates:  only official games before analysis_date count
SELECT
    universe.team_abbr,
    universe.analysis_date,
    COUNT(games.game_id) AS games,
    COUNTIF(games.games_ago <= 15 AND NOT games.has_zones) AS games_without_zones,
    STRING_AGG(IF(games.games_ago <= 15 AND NOT games.has_zones, games.game_id, NULL), ',' ORDER BY games.game_id) AS missing_game_ids,
FROM views.all_teams AS universe
LEFT JOIN views.defence_windows AS games
    ON games.team_abbr = universe.team_abbr AND games.analysis_date = universe.analysis_date
GROUP BY universe.team_abbr, universe.analysis_date
