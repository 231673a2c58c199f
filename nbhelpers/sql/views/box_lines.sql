-- views.box_lines
-- The lines that count: of each game the players listed, whole from the one source that is believed, and why.
-- In a season of BallDontLie's lines minutes are whole in every line, those taken from the NBA too, a half to the even one;
-- who played only seconds and has no statistic did not play there. A game whose box score is accepted as a gap has no lines.
--
-- grain:  one row per listed player of a game, opening night to the end of the window
-- inputs: views.source_lines, views.chosen_sources, nba_processing.accepted_gaps
WITH taken AS (
    SELECT
        lines.*,
        chosen.why,
        CASE
            WHEN @lines = 'nba' OR lines.lines_source = 'bdl' THEN lines.minutes_played
            WHEN lines.minutes_played - FLOOR(lines.minutes_played) = 0.5 THEN 2 * ROUND(lines.minutes_played / 2, 0)
            ELSE ROUND(lines.minutes_played, 0)
        END AS minutes_that_count,
    FROM views.source_lines AS lines
    INNER JOIN views.chosen_sources AS chosen
        ON chosen.game_id = lines.game_id AND chosen.game_date = lines.game_date AND chosen.lines_source = lines.lines_source
    WHERE lines.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps WHERE what = 'box_score')
)
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
    minutes_that_count AS minutes_played,
    did_play AND (lines_source = 'bdl' OR minutes_that_count > 0 OR has_statistics) AS did_play,
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
    lines_source,
    why,
FROM taken
