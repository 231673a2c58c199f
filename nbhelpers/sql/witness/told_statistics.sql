-- witness.told_statistics
-- Each counted statistic that a source tells of a player as a row of its own.
--
-- grain:  one row per source, listed player of a game and statistic
-- inputs: witness.told_lines
SELECT lines.source, lines.game_id, lines.team_abbr, lines.player_lookup, lines.did_play, part.statistic, part.value,
FROM witness.told_lines AS lines
CROSS JOIN UNNEST([
    STRUCT('points' AS statistic, points AS value), STRUCT('assists', assists), STRUCT('rebounds', rebounds),
    STRUCT('offensive_rebounds', offensive_rebounds), STRUCT('defensive_rebounds', defensive_rebounds), STRUCT('steals', steals),
    STRUCT('blocks', blocks), STRUCT('turnovers', turnovers), STRUCT('personal_fouls', personal_fouls),
    STRUCT('field_goals_made', field_goals_made), STRUCT('field_goals_attempted', field_goals_attempted),
    STRUCT('three_pointers_made', three_pointers_made), STRUCT('three_pointers_attempted', three_pointers_attempted),
    STRUCT('free_throws_made', free_throws_made), STRUCT('free_throws_attempted', free_throws_attempted)
]) AS part
