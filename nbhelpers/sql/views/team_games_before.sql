-- views.team_games_before
-- How many official games each team has played before each slate date, and when its window of 15 begins and ends: what
-- gates hold the analyses to.
--
-- grain:  one row per team per slate date of the window, all 30 teams
-- inputs: views.all_teams, views.earlier_team_games
WITH counted AS (
    SELECT
        team_abbr,
        analysis_date,
        COUNT(*) AS games,
        MIN(IF(games_ago <= 15, game_date, NULL)) AS fifteenth_date,
        MAX(game_date) AS newest_date,
    FROM views.earlier_team_games
    GROUP BY team_abbr, analysis_date
)
SELECT
    universe.team_abbr,
    universe.analysis_date,
    COALESCE(counted.games, 0) AS games,  -- a team's count of earlier games is never absent: it is none
    counted.fifteenth_date,
    counted.newest_date,
FROM views.all_teams AS universe
LEFT JOIN counted ON counted.team_abbr = universe.team_abbr AND counted.analysis_date = universe.analysis_date
