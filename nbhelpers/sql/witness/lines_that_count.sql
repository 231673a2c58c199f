-- witness.lines_that_count
-- The lines that count a second time: those of the source that is believed, their minutes as the season's own lines tell them.
--
-- grain:  one row per listed player of a game, opening night to the end of the window
-- inputs: witness.told_lines, witness.believed_sources, nba_processing.accepted_gaps
WITH rounded AS (
    -- Half a minute goes to the even one of the two beside it.
    SELECT
        lines.*,
        CASE
            WHEN lines.source = 'bdl' OR @lines = 'nba' THEN lines.minutes_played
            ELSE FLOOR(lines.minutes_played + 0.5)
                - IF(lines.minutes_played = 2 * FLOOR(lines.minutes_played / 2) + 0.5, 1, 0)
        END AS minutes,
        REGEXP_CONTAINS(lines.statistics, '[1-9]') AS is_active,
    FROM witness.told_lines AS lines
    INNER JOIN witness.believed_sources AS believed ON believed.game_id = lines.game_id AND believed.source = lines.source
)
SELECT
    game_id,
    game_date,
    season_year,
    period,
    home_team_abbr,
    away_team_abbr,
    home_team_score,
    away_team_score,
    team_abbr,
    player_full_name,
    player_lookup,
    minutes AS minutes_played,
    -- Some seconds and nothing done in them are no game where minutes are whole.
    did_play AND (source = 'bdl' OR minutes > 0 OR is_active) AS did_play,
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
FROM rounded
WHERE game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps WHERE what = 'box_score')
