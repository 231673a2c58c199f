-- views.earlier_team_games
-- Each team's official games before each slate date of the window, newest first, by the schedule alone.
--
-- grain:  one row per team, slate date and earlier game
-- inputs: views.all_teams, views.slate_teams, nba_processing.accepted_gaps
SELECT
    universe.team_abbr,
    universe.analysis_date,
    earlier.game_date,
    ROW_NUMBER() OVER (
        PARTITION BY universe.team_abbr, universe.analysis_date ORDER BY earlier.game_date DESC, earlier.game_id DESC
    ) AS games_ago,
FROM views.all_teams AS universe
INNER JOIN views.slate_teams AS earlier
    ON earlier.team_abbr = universe.team_abbr AND earlier.game_date < universe.analysis_date
WHERE
    earlier.is_official
    AND earlier.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)
