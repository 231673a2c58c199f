-- nba_analytics.team_offense_game_summary (TOGS)
-- What each team did in each game: its own box score, shot zones, possessions and pace.
--
-- grain:  one row per team per game, two rows a game
-- key:    game_id, team_abbr
-- inputs: views.box_teams
-- dates:  the game's own date only
-- absent: no play-by-play -> NULL zones
SELECT
    game_id,
    nba_game_id,
    game_date,
    @season_year AS season_year,
    is_official,
    team_abbr,
    opponent_team_abbr,
    is_home AS home_game,
    points AS points_scored,
    fg_makes,
    fg_attempts,
    three_pt_makes,
    three_pt_attempts,
    ft_makes,
    ft_attempts,
    offensive_rebounds,
    rebounds,
    assists,
    turnovers,
    paint_makes,
    paint_attempts,
    mid_range_makes,
    mid_range_attempts,
    possessions,
    ROUND(SAFE_DIVIDE(100 * points, possessions), 2) AS offensive_rating,
    ROUND(possessions * 48 / (team_minutes / 5), 2) AS pace,
    ROUND(SAFE_DIVIDE(points, 2 * (fg_attempts + 0.44 * ft_attempts)), 3) AS ts_pct,
    team_minutes,
    overtime_periods,
    points > opponent_points AS win_flag,
    points - opponent_points AS margin_of_victory,
FROM views.box_teams
