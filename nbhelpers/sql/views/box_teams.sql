-- views.box_teams
-- A team's box score: its players' lines summed, and its shots by zone from the play-by-play.
--
-- grain:  one row per team per slate game of the window, two a game
-- inputs: views.box_lines, nba_raw.nbac_shots, views.slate_teams
-- absent: a game without play-by-play has NULL zones; a game without a box score has no row
WITH box AS (
    SELECT
        game_id,
        team_abbr,
        MAX(period) AS period,
        MAX(IF(team_abbr = home_team_abbr, home_team_score, away_team_score)) AS points,
        MAX(IF(team_abbr = home_team_abbr, away_team_score, home_team_score)) AS opponent_points,
        SUM(field_goals_made) AS fg_makes,
        SUM(field_goals_attempted) AS fg_attempts,
        SUM(three_pointers_made) AS three_pt_makes,
        SUM(three_pointers_attempted) AS three_pt_attempts,
        SUM(free_throws_made) AS ft_makes,
        SUM(free_throws_attempted) AS ft_attempts,
        SUM(offensive_rebounds) AS offensive_rebounds,
        SUM(defensive_rebounds) AS defensive_rebounds,
        SUM(rebounds) AS rebounds,
        SUM(assists) AS assists,
        SUM(steals) AS steals,
        SUM(blocks) AS blocks,
        SUM(turnovers) AS turnovers,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
shots AS (
    SELECT
        game_id,
        team_abbr,
        COUNTIF(zone = 'paint') AS paint_attempts,
        COUNTIF(zone = 'paint' AND is_made) AS paint_makes,
        COUNTIF(zone = 'mid_range') AS mid_range_attempts,
        COUNTIF(zone = 'mid_range' AND is_made) AS mid_range_makes,
        -- Shots of which none has a zone are a play-by-play without places: unknown, not zero.
        COUNTIF(zone IN ('paint', 'mid_range')) > 0 AS has_zones,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
)
SELECT
    teams.game_id,
    teams.nba_game_id,
    teams.game_date,
    teams.is_official,
    teams.team_abbr,
    teams.opponent_team_abbr,
    teams.is_home,
    GREATEST(box.period - 4, 0) AS overtime_periods,
    240 + 25 * GREATEST(box.period - 4, 0) AS team_minutes,
    box.points,
    box.opponent_points,
    box.fg_makes,
    box.fg_attempts,
    box.three_pt_makes,
    box.three_pt_attempts,
    box.ft_makes,
    box.ft_attempts,
    box.offensive_rebounds,
    box.defensive_rebounds,
    box.rebounds,
    box.assists,
    box.steals,
    box.blocks,
    box.turnovers,
    IF(shots.has_zones, shots.paint_makes, NULL) AS paint_makes,
    IF(shots.has_zones, shots.paint_attempts, NULL) AS paint_attempts,
    IF(shots.has_zones, shots.mid_range_makes, NULL) AS mid_range_makes,
    IF(shots.has_zones, shots.mid_range_attempts, NULL) AS mid_range_attempts,
    ROUND(box.fg_attempts + 0.44 * box.ft_attempts - box.offensive_rebounds + box.turnovers, 2) AS possessions,
FROM views.slate_teams AS teams
INNER JOIN box ON box.game_id = teams.game_id AND box.team_abbr = teams.team_abbr
LEFT JOIN shots ON shots.game_id = teams.game_id AND shots.team_abbr = teams.team_abbr
WHERE teams.game_date >= @start_date
