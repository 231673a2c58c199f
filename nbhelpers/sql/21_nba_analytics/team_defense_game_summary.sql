-- nba_analytics.team_defense_game_summary (TDGS)
-- What each team allowed in each game: the opponent's box score and shot zones, seen from the defence.
--
-- grain:  one row per team per game, two rows a game
-- key:    game_id, defending_team_abbr
-- inputs: views.box_teams
-- dates:  the game's own date only
-- absent: no play-by-play -> NULL zones; the box score alone cannot tell where shots were taken
SELECT
    own.game_id,
    own.nba_game_id,
    own.game_date,
    @season_year AS season_year,
    own.is_official,
    own.team_abbr AS defending_team_abbr,
    own.opponent_team_abbr,
    own.is_home AS home_game,
    opp.points AS points_allowed,
    opp.fg_makes AS opp_fg_makes,
    opp.fg_attempts AS opp_fg_attempts,
    opp.three_pt_makes AS opp_three_pt_makes,
    opp.three_pt_attempts AS opp_three_pt_attempts,
    opp.ft_makes AS opp_ft_makes,
    opp.ft_attempts AS opp_ft_attempts,
    opp.rebounds AS opp_rebounds,
    opp.assists AS opp_assists,
    opp.turnovers AS turnovers_forced,
    opp.paint_makes AS opp_paint_makes,
    opp.paint_attempts AS opp_paint_attempts,
    opp.mid_range_makes AS opp_mid_range_makes,
    opp.mid_range_attempts AS opp_mid_range_attempts,
    2 * opp.paint_makes AS points_in_paint_allowed,
    own.steals,
    own.blocks,
    own.defensive_rebounds,
    opp.possessions AS opp_possessions,
    ROUND(SAFE_DIVIDE(100 * opp.points, opp.possessions), 2) AS defensive_rating,
    ROUND(opp.possessions * 48 / (opp.team_minutes / 5), 2) AS opponent_pace,
    own.overtime_periods,
    own.points > opp.points AS win_flag,
    own.points - opp.points AS margin_of_victory,
FROM views.box_teams AS own
INNER JOIN views.box_teams AS opp ON opp.game_id = own.game_id AND opp.team_abbr = own.opponent_team_abbr
