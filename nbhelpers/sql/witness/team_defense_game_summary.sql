-- witness.team_defense_game_summary
-- TDGS a second time: the lines and shots of a game, each laid at the door of the team that faced it.
--
-- grain:  one row per team per game, opening night to the end of the window
-- inputs: witness.calendar, witness.lines_that_count, nba_raw.nbac_shots
WITH faced AS (
    SELECT
        sides.game_id,
        sides.team_abbr,
        MAX(lines.season_year) AS season_year,
        MAX(lines.period) AS period,
        MAX(IF(sides.is_home, lines.away_team_score, lines.home_team_score)) AS points,
        MAX(IF(sides.is_home, lines.home_team_score, lines.away_team_score)) AS own_points,
        SUM(lines.field_goals_made) AS fg_makes,
        SUM(lines.field_goals_attempted) AS fg_attempts,
        SUM(lines.three_pointers_made) AS three_pt_makes,
        SUM(lines.three_pointers_attempted) AS three_pt_attempts,
        SUM(lines.free_throws_made) AS ft_makes,
        SUM(lines.free_throws_attempted) AS ft_attempts,
        SUM(lines.rebounds) AS rebounds,
        SUM(lines.assists) AS assists,
        SUM(lines.turnovers) AS turnovers,
        SUM(lines.field_goals_attempted) + 0.44 * SUM(lines.free_throws_attempted)
        - SUM(lines.offensive_rebounds) + SUM(lines.turnovers) AS possessions,
    FROM witness.calendar AS sides
    INNER JOIN witness.lines_that_count AS lines
        ON lines.game_id = sides.game_id AND lines.team_abbr = sides.opponent_team_abbr
    GROUP BY sides.game_id, sides.team_abbr
),
own AS (
    SELECT game_id, team_abbr, SUM(steals) AS steals, SUM(blocks) AS blocks, SUM(defensive_rebounds) AS defensive_rebounds,
    FROM witness.lines_that_count
    GROUP BY game_id, team_abbr
),
shots AS (
    -- A play-by-play in which no two-pointer has a zone tells no zone at all: NULL, not zero.
    SELECT
        sides.game_id,
        sides.team_abbr,
        SUM(IF(shots.zone = 'paint' AND shots.is_made, 1, 0)) AS paint_makes,
        SUM(IF(shots.zone = 'paint', 1, 0)) AS paint_attempts,
        SUM(IF(shots.zone = 'mid_range' AND shots.is_made, 1, 0)) AS mid_range_makes,
        SUM(IF(shots.zone = 'mid_range', 1, 0)) AS mid_range_attempts,
    FROM witness.calendar AS sides
    INNER JOIN nba_raw.nbac_shots AS shots
        ON shots.game_id = sides.game_id
        AND shots.team_abbr = sides.opponent_team_abbr
        AND shots.game_date BETWEEN @season_start AND @end_date
    GROUP BY sides.game_id, sides.team_abbr
    HAVING SUM(IF(shots.zone IN ('paint', 'mid_range'), 1, 0)) > 0
)
SELECT
    sides.game_id,
    sides.nba_game_id,
    sides.game_date,
    faced.season_year,
    sides.is_official,
    sides.team_abbr AS defending_team_abbr,
    sides.opponent_team_abbr,
    sides.is_home AS home_game,
    faced.points AS points_allowed,
    faced.fg_makes AS opp_fg_makes,
    faced.fg_attempts AS opp_fg_attempts,
    faced.three_pt_makes AS opp_three_pt_makes,
    faced.three_pt_attempts AS opp_three_pt_attempts,
    faced.ft_makes AS opp_ft_makes,
    faced.ft_attempts AS opp_ft_attempts,
    faced.rebounds AS opp_rebounds,
    faced.assists AS opp_assists,
    faced.turnovers AS turnovers_forced,
    shots.paint_makes AS opp_paint_makes,
    shots.paint_attempts AS opp_paint_attempts,
    shots.mid_range_makes AS opp_mid_range_makes,
    shots.mid_range_attempts AS opp_mid_range_attempts,
    shots.paint_makes + shots.paint_makes AS points_in_paint_allowed,
    own.steals,
    own.blocks,
    own.defensive_rebounds,
    ROUND(faced.possessions, 2) AS opp_possessions,
    ROUND(SAFE_DIVIDE(100 * faced.points, faced.possessions), 2) AS defensive_rating,
    ROUND(faced.possessions * 48 / (48 + 5 * GREATEST(faced.period - 4, 0)), 2) AS opponent_pace,
    GREATEST(faced.period - 4, 0) AS overtime_periods,
    faced.own_points > faced.points AS win_flag,
    faced.own_points - faced.points AS margin_of_victory,
FROM witness.calendar AS sides
INNER JOIN faced ON faced.game_id = sides.game_id AND faced.team_abbr = sides.team_abbr
INNER JOIN own ON own.game_id = sides.game_id AND own.team_abbr = sides.team_abbr
LEFT JOIN shots ON shots.game_id = sides.game_id AND shots.team_abbr = sides.team_abbr
