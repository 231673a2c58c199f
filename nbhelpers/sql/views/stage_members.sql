-- views.stage_members
-- Every member of every precompute stage's universe in the window, and whether it must fail for want of games: by the
-- raw lines and the schedule alone.
--
-- grain:  one row per stage, date and member
-- inputs: views.played_before, views.team_games_before
WITH players AS (
    SELECT
        before.player_lookup,
        before.analysis_date,
        before.games,
        opponents.games < 5 AS opponent_is_new,
    FROM views.played_before AS before
    INNER JOIN views.team_games_before AS opponents
        ON opponents.team_abbr = before.opponent_team_abbr AND opponents.analysis_date = before.analysis_date
)
SELECT 'TDZA' AS processor_name, analysis_date, team_abbr AS entity_id, games < 5 AS must_fail,
FROM views.team_games_before
UNION ALL
SELECT 'PSZA', analysis_date, player_lookup, games < 10 FROM players
UNION ALL
SELECT 'PCF', analysis_date, player_lookup, opponent_is_new FROM players WHERE analysis_date >= @factor_start
UNION ALL
SELECT 'PDC', analysis_date, player_lookup, games < 5 FROM players
UNION ALL
SELECT 'MLFS', analysis_date, player_lookup, opponent_is_new OR games < 5 FROM players WHERE analysis_date >= @factor_start
