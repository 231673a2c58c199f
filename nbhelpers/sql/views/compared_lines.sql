-- views.compared_lines
-- Whether each player's line is the same in both sources, of the games that both have.
-- Who did not play may be listed by one source alone, whole minutes stand for exact ones, and a plus-minus that one
-- source lacks is not compared: none of it is a difference.
--
-- grain:  one row per player of a game that both sources have
-- inputs: views.source_lines
WITH bdl AS (
    SELECT * FROM views.source_lines WHERE lines_source = 'bdl'
),
nba AS (
    SELECT * FROM views.source_lines WHERE lines_source = 'nba'
),
in_both AS (
    SELECT game_id, game_date, FROM views.source_lines GROUP BY game_id, game_date HAVING COUNT(DISTINCT lines_source) = 2
)
SELECT
    in_both.game_id,
    in_both.game_date,
    COALESCE(bdl.team_abbr, nba.team_abbr) AS team_abbr,
    COALESCE(bdl.player_lookup, nba.player_lookup) AS player_lookup,
    COALESCE(bdl.did_play OR nba.did_play, bdl.did_play, nba.did_play) AND (
        bdl.points IS DISTINCT FROM nba.points
        OR bdl.assists IS DISTINCT FROM nba.assists
        OR bdl.rebounds IS DISTINCT FROM nba.rebounds
        OR bdl.offensive_rebounds IS DISTINCT FROM nba.offensive_rebounds
        OR bdl.defensive_rebounds IS DISTINCT FROM nba.defensive_rebounds
        OR bdl.steals IS DISTINCT FROM nba.steals
        OR bdl.blocks IS DISTINCT FROM nba.blocks
        OR bdl.turnovers IS DISTINCT FROM nba.turnovers
        OR bdl.personal_fouls IS DISTINCT FROM nba.personal_fouls
        OR bdl.field_goals_made IS DISTINCT FROM nba.field_goals_made
        OR bdl.field_goals_attempted IS DISTINCT FROM nba.field_goals_attempted
        OR bdl.three_pointers_made IS DISTINCT FROM nba.three_pointers_made
        OR bdl.three_pointers_attempted IS DISTINCT FROM nba.three_pointers_attempted
        OR bdl.free_throws_made IS DISTINCT FROM nba.free_throws_made
        OR bdl.free_throws_attempted IS DISTINCT FROM nba.free_throws_attempted
        OR bdl.plus_minus != nba.plus_minus
        OR COALESCE(ABS(bdl.minutes_played - nba.minutes_played) > @most_minutes_apart, TRUE)
    ) AS differs,
FROM bdl
FULL OUTER JOIN nba
    ON nba.game_id = bdl.game_id
    AND nba.game_date = bdl.game_date
    AND nba.team_abbr = bdl.team_abbr
    AND nba.player_lookup = bdl.player_lookup
INNER JOIN in_both
    ON in_both.game_id = COALESCE(bdl.game_id, nba.game_id) AND in_both.game_date = COALESCE(bdl.game_date, nba.game_date)
