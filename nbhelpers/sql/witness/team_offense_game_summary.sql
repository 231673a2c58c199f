-- witness.team_offense_game_summary
-- TOGS a second time: what the team's lines and shots of the game sum to.
--
-- grain:  one row per team per game, opening night to the end of the window
-- inputs: witness.calendar, witness.lines_that_count, nba_raw.nbac_shots
WITH box AS (
    SELECT
        game_id,
        team_abbr,
        MAX(season_year) AS season_year,
        GREATEST(MAX(period) - 4, 0) AS overtimes,
        MAX(IF(team_abbr = home_team_abbr, home_team_score, away_team_score)) AS points,
        MAX(IF(team_abbr = home_team_abbr, home_team_score - away_team_score, away_team_score - home_team_score)) AS margin,
        SUM(field_goals_made) AS fg_makes,
        SUM(field_goals_attempted) AS fg_attempts,
        SUM(three_pointers_made) AS three_pt_makes,
        SUM(three_pointers_attempted) AS three_pt_attempts,
        SUM(free_throws_made) AS ft_makes,
        SUM(free_throws_attempted) AS ft_attempts,
        SUM(offensive_rebounds) AS offensive_rebounds,
        SUM(rebounds) AS rebounds,
        SUM(assists) AS assists,
        SUM(turnovers) AS turnovers,
    FROM witness.lines_that_count
    GROUP BY game_id, team_abbr
),
by_zone AS (
    SELECT game_id, team_abbr, zone, COUNT(*) AS attempts, SUM(IF(is_made, 1, 0)) AS makes,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @season_start AND @end_date AND zone IN ('paint', 'mid_range')
    GROUP BY game_id, team_abbr, zone
),
zones AS (
    -- One zone without a shot, beside the other with one, is a count of zero.
    SELECT
        game_id,
        team_abbr,
        SUM(IF(zone = 'paint', makes, 0)) AS paint_makes,
        SUM(IF(zone = 'paint', attempts, 0)) AS paint_attempts,
        SUM(IF(zone = 'mid_range', makes, 0)) AS mid_range_makes,
        SUM(IF(zone = 'mid_range', attempts, 0)) AS mid_range_attempts,
    FROM by_zone
    GROUP BY game_id, team_abbr
),
played AS (
    SELECT *, fg_attempts - offensive_rebounds + turnovers + 0.44 * ft_attempts AS possessions, FROM box
)
SELECT
    sides.game_id,
    sides.nba_game_id,
    sides.game_date,
    played.season_year,
    sides.is_official,
    sides.team_abbr,
    sides.opponent_team_abbr,
    sides.is_home AS home_game,
    played.points AS points_scored,
    played.fg_makes,
    played.fg_attempts,
    played.three_pt_makes,
    played.three_pt_attempts,
    played.ft_makes,
    played.ft_attempts,
    played.offensive_rebounds,
    played.rebounds,
    played.assists,
    played.turnovers,
    zones.paint_makes,
    zones.paint_attempts,
    zones.mid_range_makes,
    zones.mid_range_attempts,
    ROUND(played.possessions, 2) AS possessions,
    ROUND(SAFE_DIVIDE(100 * played.points, played.possessions), 2) AS offensive_rating,
    ROUND(played.possessions / (1 + 5 * played.overtimes / 48), 2) AS pace,
    ROUND(SAFE_DIVIDE(played.points, 2 * played.fg_attempts + 0.88 * played.ft_attempts), 3) AS ts_pct,
    5 * (48 + 5 * played.overtimes) AS team_minutes,
    played.overtimes AS overtime_periods,
    played.margin > 0 AS win_flag,
    played.margin AS margin_of_victory,
FROM witness.calendar AS sides
INNER JOIN played ON played.game_id = sides.game_id AND played.team_abbr = sides.team_abbr
LEFT JOIN zones ON zones.game_id = sides.game_id AND zones.team_abbr = sides.team_abbr
