-- views.expected_team_games
-- The team-games of the window that the schedule promises, two a game, box scores accepted as gaps left out.
-- has_play_by_play: whether shots must be there too (official games, accepted gaps left out).
--
-- grain:  one row per team per slate game of the window
-- inputs: views.slate_teams, nba_processing.accepted_gaps
SELECT
    teams.game_id,
    teams.game_date,
    teams.team_abbr,
    teams.opponent_team_abbr,
    teams.is_home,
    teams.is_official,
    CONCAT(teams.game_id, ' ', teams.team_abbr) AS member,
    teams.is_official
    AND teams.game_id NOT IN (
        SELECT game_id FROM nba_processing.accepted_gaps WHERE what = 'play_by_play'
    ) AS has_play_by_play,
FROM views.slate_teams AS teams
WHERE
    teams.game_date >= @start_date
    AND teams.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps WHERE what = 'box_score')
