-- views.compared_lines
-- Each player's line in both sources, of the games that both have, and in what the two differ.
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
),
pairs AS (
    SELECT
        COALESCE(bdl.game_id, nba.game_id) AS game_id,
        COALESCE(bdl.game_date, nba.game_date) AS game_date,
        COALESCE(bdl.team_abbr, nba.team_abbr) AS team_abbr,
        COALESCE(bdl.player_lookup, nba.player_lookup) AS player_lookup,
        CASE
            WHEN nba.game_id IS NULL
                THEN IF(
                    bdl.did_play,
                    CONCAT('BallDontLie alone lists him, with ', CAST(CAST(ROUND(bdl.minutes_played) AS INT64) AS STRING), ' minutes'),
                    NULL
                )
            WHEN bdl.game_id IS NULL
                THEN IF(
                    nba.did_play,
                    CONCAT('the NBA alone lists him, with ', CAST(CAST(ROUND(nba.minutes_played) AS INT64) AS STRING), ' minutes'),
                    NULL
                )
            -- Who did not play may have zeros in one source and nothing in the other.
            WHEN bdl.did_play OR nba.did_play THEN (
                SELECT STRING_AGG(CONCAT(
                    told.statistic, ' ', COALESCE(CAST(told.bdl AS STRING), 'unknown'),
                    ' and ', COALESCE(CAST(told.nba AS STRING), 'unknown')
                ), ', ')
                FROM UNNEST([
                    STRUCT('points' AS statistic, bdl.points AS bdl, nba.points AS nba),
                    STRUCT('assists', bdl.assists, nba.assists),
                    STRUCT('rebounds', bdl.rebounds, nba.rebounds),
                    STRUCT('offensive rebounds', bdl.offensive_rebounds, nba.offensive_rebounds),
                    STRUCT('defensive rebounds', bdl.defensive_rebounds, nba.defensive_rebounds),
                    STRUCT('steals', bdl.steals, nba.steals),
                    STRUCT('blocks', bdl.blocks, nba.blocks),
                    STRUCT('turnovers', bdl.turnovers, nba.turnovers),
                    STRUCT('personal fouls', bdl.personal_fouls, nba.personal_fouls),
                    STRUCT('field goals made', bdl.field_goals_made, nba.field_goals_made),
                    STRUCT('field goals attempted', bdl.field_goals_attempted, nba.field_goals_attempted),
                    STRUCT('three pointers made', bdl.three_pointers_made, nba.three_pointers_made),
                    STRUCT('three pointers attempted', bdl.three_pointers_attempted, nba.three_pointers_attempted),
                    STRUCT('free throws made', bdl.free_throws_made, nba.free_throws_made),
                    STRUCT('free throws attempted', bdl.free_throws_attempted, nba.free_throws_attempted),
                    STRUCT('plus minus', COALESCE(bdl.plus_minus, nba.plus_minus), COALESCE(nba.plus_minus, bdl.plus_minus)),
                    STRUCT(
                        'minutes',
                        IF(ABS(bdl.minutes_played - nba.minutes_played) > @most_minutes_apart, CAST(ROUND(bdl.minutes_played) AS INT64), 0),
                        IF(ABS(bdl.minutes_played - nba.minutes_played) > @most_minutes_apart, CAST(ROUND(nba.minutes_played) AS INT64), 0)
                    )
                ]) AS told
                WHERE told.bdl IS DISTINCT FROM told.nba
            )
        END AS difference,
    FROM bdl
    FULL OUTER JOIN nba
        ON nba.game_id = bdl.game_id
        AND nba.game_date = bdl.game_date
        AND nba.team_abbr = bdl.team_abbr
        AND nba.player_lookup = bdl.player_lookup
)
SELECT pairs.game_id, pairs.game_date, pairs.team_abbr, pairs.player_lookup, pairs.difference,
FROM pairs
INNER JOIN in_both ON in_both.game_id = pairs.game_id AND in_both.game_date = pairs.game_date
