-- views.box_lines
-- The lines that count: of each game the players listed, as BallDontLie or as the NBA's box score has them.
--
-- grain:  one row per listed player of a game, opening night to the end of the window
-- inputs: nba_raw.bdl_player_boxscores
SELECT
    game_id,
    game_date,
    season_year,
    game_status,
    period,
    home_team_abbr,
    away_team_abbr,
    home_team_score,
    away_team_score,
    team_abbr,
    player_full_name,
    player_lookup,
    minutes_played,
    did_play,
    points,
    assists,
    rebounds,
    offensive_rebounds,
    defensive_rebounds,
    steals,
    blocks,
    turnovers,
    personal_fouls,
    field_goals_made,
    field_goals_attempted,
    three_pointers_made,
    three_pointers_attempted,
    free_throws_made,
    free_throws_attempted,
    plus_minus,
    source_file_path,
    'bdl' AS lines_source,
    'the only source' AS why,
FROM nba_raw.bdl_player_boxscores
WHERE game_date BETWEEN @season_start AND @end_date
