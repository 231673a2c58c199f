-- nba_analytics.player_game_summary (PGS)
-- What each player did in each game he played, with his shots by zone where the play-by-play tells them.
--
-- grain:  one row per player who played per game
-- key:    game_id, player_lookup
-- inputs: views.box_lines, nba_raw.nbac_shots, views.box_teams
-- dates:  the game's own date only
-- absent: no play-by-play, or shots that do not add up to his attempts -> NULL zone counts (never zeros)
WITH zone_counts AS (
    SELECT
        game_id,
        player_lookup,
        COUNTIF(zone = 'paint' AND is_made) AS paint_makes,
        COUNTIF(zone = 'paint') AS paint_attempts,
        COUNTIF(zone = 'mid_range' AND is_made) AS mid_range_makes,
        COUNTIF(zone = 'mid_range') AS mid_range_attempts,
        COUNTIF(zone IS NOT NULL) AS shots_with_zone,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date AND player_lookup IS NOT NULL
    GROUP BY game_id, player_lookup
),
games_with_shots AS (
    SELECT DISTINCT game_id FROM nba_raw.nbac_shots WHERE game_date BETWEEN @start_date AND @end_date
),
lines AS (
    SELECT
        box.*,
        teams.nba_game_id,
        teams.is_official,
        teams.opponent_team_abbr,
        teams.is_home,
        teams.points > teams.opponent_points AS win_flag,
        teams.team_minutes,
        teams.fg_attempts + 0.44 * teams.ft_attempts + teams.turnovers AS team_plays,
        zone_counts.paint_makes,
        zone_counts.paint_attempts,
        zone_counts.mid_range_makes,
        zone_counts.mid_range_attempts,
        -- A player without a shot in a game with play-by-play has taken none: a measured zero.
        games_with_shots.game_id IS NOT NULL
        AND ABS(COALESCE(zone_counts.shots_with_zone, 0) - box.field_goals_attempted) <= 1
        AND (zone_counts.game_id IS NOT NULL OR box.field_goals_attempted = 0) AS has_shot_zones,
    FROM views.box_lines AS box
    INNER JOIN views.box_teams AS teams ON teams.game_id = box.game_id AND teams.team_abbr = box.team_abbr
    LEFT JOIN games_with_shots ON games_with_shots.game_id = box.game_id
    LEFT JOIN zone_counts
        ON zone_counts.game_id = box.game_id AND zone_counts.player_lookup = box.player_lookup
    WHERE box.game_date BETWEEN @start_date AND @end_date AND box.did_play
)
SELECT
    game_id,
    nba_game_id,
    game_date,
    season_year,
    is_official,
    player_lookup,
    player_full_name,
    team_abbr,
    opponent_team_abbr,
    is_home,
    minutes_played,
    points,
    assists,
    rebounds,
    offensive_rebounds,
    defensive_rebounds,
    steals,
    blocks,
    turnovers,
    personal_fouls,
    field_goals_made AS fg_makes,
    field_goals_attempted AS fg_attempts,
    three_pointers_made AS three_pt_makes,
    three_pointers_attempted AS three_pt_attempts,
    free_throws_made AS ft_makes,
    free_throws_attempted AS ft_attempts,
    IF(COALESCE(has_shot_zones, FALSE), COALESCE(paint_makes, 0), NULL) AS paint_makes,
    IF(COALESCE(has_shot_zones, FALSE), COALESCE(paint_attempts, 0), NULL) AS paint_attempts,
    IF(COALESCE(has_shot_zones, FALSE), COALESCE(mid_range_makes, 0), NULL) AS mid_range_makes,
    IF(COALESCE(has_shot_zones, FALSE), COALESCE(mid_range_attempts, 0), NULL) AS mid_range_attempts,
    COALESCE(has_shot_zones, FALSE) AS has_shot_zones,
    ROUND(SAFE_DIVIDE(field_goals_made + 0.5 * three_pointers_made, field_goals_attempted), 3) AS efg_pct,
    ROUND(SAFE_DIVIDE(points, 2 * (field_goals_attempted + 0.44 * free_throws_attempted)), 3) AS ts_pct,
    ROUND(
        SAFE_DIVIDE(
            100 * (field_goals_attempted + 0.44 * free_throws_attempted + turnovers) * (team_minutes / 5),
            minutes_played * team_plays
        ),
        1
    ) AS usage_rate,
    plus_minus,
    win_flag,
FROM lines
