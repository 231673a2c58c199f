-- views.defence_windows
-- For every team and slate date of the window, the team's earlier games in defence, newest first.
--
-- grain:  one row per team, analysis_date and earlier official game
-- inputs: views.all_teams, nba_analytics.team_defense_game_summary, nba_processing.accepted_gaps
-- dates:  only official games of the season before analysis_date; accepted gaps leave the window
SELECT
    universe.team_abbr,
    universe.analysis_date,
    games.game_id,
    games.game_date,
    ROW_NUMBER() OVER (
        PARTITION BY universe.team_abbr, universe.analysis_date ORDER BY games.game_date DESC, games.game_id DESC
    ) AS games_ago,
    games.points_allowed,
    games.opp_paint_makes,
    games.opp_paint_attempts,
    games.opp_mid_range_makes,
    games.opp_mid_range_attempts,
    games.opp_three_pt_makes,
    games.opp_three_pt_attempts,
    games.defensive_rating,
    games.opponent_pace,
    games.opp_paint_attempts IS NOT NULL AND games.opp_mid_range_attempts IS NOT NULL AS has_zones,
FROM views.all_teams AS universe
INNER JOIN nba_analytics.team_defense_game_summary AS games
    ON games.defending_team_abbr = universe.team_abbr AND games.game_date < universe.analysis_date
WHERE
    games.is_official
    AND games.game_date BETWEEN @season_start AND @end_date
    AND games.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)
