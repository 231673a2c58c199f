-- witness.player_game_summary
-- PGS a second time: each line of who played, his team's share told by all lines of the game, his shots counted one by one.
--
-- grain:  one row per player who played per game, opening night to the end of the window
-- inputs: witness.calendar, witness.lines_that_count, nba_raw.nbac_shots
WITH shots AS (
    SELECT
        game_id,
        player_lookup,
        COUNT(zone) AS zoned,
        SUM(IF(zone = 'paint', 1, 0)) AS paint_attempts,
        SUM(IF(zone = 'paint' AND is_made, 1, 0)) AS paint_makes,
        SUM(IF(zone = 'mid_range', 1, 0)) AS mid_range_attempts,
        SUM(IF(zone = 'mid_range' AND is_made, 1, 0)) AS mid_range_makes,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @season_start AND @end_date
    GROUP BY game_id, player_lookup
),
filmed AS (
    SELECT DISTINCT game_id FROM shots
),
teams AS (
    SELECT
        game_id,
        team_abbr,
        SUM(field_goals_attempted) + 0.44 * SUM(free_throws_attempted) + SUM(turnovers) AS plays,
        MAX(IF(team_abbr = home_team_abbr, home_team_score - away_team_score, away_team_score - home_team_score)) > 0 AS has_won,
        48 + 5 * GREATEST(MAX(period) - 4, 0) AS minutes_of_game,
    FROM witness.lines_that_count
    GROUP BY game_id, team_abbr
),
lines AS (
    SELECT
        box.*,
        sides.nba_game_id,
        sides.is_official,
        sides.opponent_team_abbr,
        sides.is_home,
        teams.has_won,
        SAFE_DIVIDE(teams.minutes_of_game, teams.plays) AS minutes_a_play,
        shots.paint_makes,
        shots.paint_attempts,
        shots.mid_range_makes,
        shots.mid_range_attempts,
        -- Known: the game has a play-by-play, and as many of his shots are in it as his line says, give or take one.
        -- Who attempted none and has none is known too; who attempted one and has none is not.
        filmed.game_id IS NOT NULL AND CASE
            WHEN shots.game_id IS NULL THEN box.field_goals_attempted = 0
            ELSE shots.zoned BETWEEN box.field_goals_attempted - 1 AND box.field_goals_attempted + 1
        END AS is_known,
    FROM witness.calendar AS sides
    INNER JOIN witness.lines_that_count AS box ON box.game_id = sides.game_id AND box.team_abbr = sides.team_abbr
    INNER JOIN teams ON teams.game_id = sides.game_id AND teams.team_abbr = sides.team_abbr
    LEFT JOIN filmed ON filmed.game_id = sides.game_id
    LEFT JOIN shots ON shots.game_id = box.game_id AND shots.player_lookup = box.player_lookup
    WHERE box.did_play
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
    -- No shot of his in a known game is a count of zero.
    IF(is_known, COALESCE(paint_makes, 0), NULL) AS paint_makes,
    IF(is_known, COALESCE(paint_attempts, 0), NULL) AS paint_attempts,
    IF(is_known, COALESCE(mid_range_makes, 0), NULL) AS mid_range_makes,
    IF(is_known, COALESCE(mid_range_attempts, 0), NULL) AS mid_range_attempts,
    COALESCE(is_known, FALSE) AS has_shot_zones,
    ROUND(SAFE_DIVIDE(2 * field_goals_made + three_pointers_made, 2 * field_goals_attempted), 3) AS efg_pct,
    ROUND(SAFE_DIVIDE(points, 2 * field_goals_attempted + 0.88 * free_throws_attempted), 3) AS ts_pct,
    ROUND(
        SAFE_DIVIDE(
            100 * (field_goals_attempted + 0.44 * free_throws_attempted + turnovers) * minutes_a_play, minutes_played
        ),
        1
    ) AS usage_rate,
    plus_minus,
    has_won AS win_flag,
FROM lines
