-- views.offence_windows
-- For every team and slate date of the window, the team's earlier games in offence, newest first.
--
-- grain:  one row per team, analysis_date and earlier official game
-- inputs: views.all_teams, nba_analytics.team_offense_game_summary, nba_processing.accepted_gaps
-- dates:  only official games of the season before analysis_date; accepted gaps leave the window
SELECT
    universe.team_abbr,
    universe.analysis_date,
    games.game_id,
    games.game_date,
    ROW_NUMBER() OVER (
        PARTITION BY universe.team_abbr, universe.analysis_date ORDER BY games.game_date DESC, games.game_id DESC
    ) AS games_ago,
    games.pace,
    games.offensive_rating,
    games.win_flag,
FROM views.all_teams AS universe
INNER JOIN nba_analytics.team_offense_game_summary AS games
    ON games.team_abbr = universe.team_abbr AND games.game_date < universe.analysis_date
WHERE
    games.is_official
    AND games.game_date BETWEEN @season_start AND @end_date
    AND games.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)
