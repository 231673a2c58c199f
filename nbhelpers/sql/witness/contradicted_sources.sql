-- witness.contradicted_sources
-- Which source is contradicted in which game: by its own lines, its totals, the score or the length of the game.
--
-- grain:  one row per source, game and contradiction
-- inputs: witness.told_lines, witness.told_statistics, nba_raw.nbac_team_boxscores, nba_raw.nbac_schedule
WITH totals AS (
    SELECT teams.game_id, teams.team_abbr, part.statistic, part.value, part.most_heaves,
    FROM nba_raw.nbac_team_boxscores AS teams
    CROSS JOIN UNNEST([
        STRUCT('points' AS statistic, points AS value, 0 AS most_heaves), STRUCT('points', score, 0), STRUCT('assists', assists, 0),
        STRUCT('rebounds', rebounds, 0), STRUCT('offensive_rebounds', offensive_rebounds, 0),
        STRUCT('defensive_rebounds', defensive_rebounds, 0), STRUCT('steals', steals, 0), STRUCT('blocks', blocks, 0),
        STRUCT('turnovers', turnovers, 0), STRUCT('personal_fouls', personal_fouls, 0), STRUCT('field_goals_made', field_goals_made, 0),
        STRUCT('field_goals_attempted', field_goals_attempted, @most_heaves), STRUCT('three_pointers_made', three_pointers_made, 0),
        STRUCT('three_pointers_attempted', three_pointers_attempted, @most_heaves), STRUCT('free_throws_made', free_throws_made, 0),
        STRUCT('free_throws_attempted', free_throws_attempted, 0)
    ]) AS part
    WHERE teams.game_date BETWEEN @season_start AND @end_date
),
sums AS (
    SELECT source, game_id, team_abbr, statistic, SUM(value) AS value,
    FROM witness.told_statistics
    GROUP BY source, game_id, team_abbr, statistic
)
-- By one of its own lines, ...
SELECT source, game_id,
FROM witness.told_lines AS lines
WHERE did_play AND NOT COALESCE(
    points = field_goals_made + field_goals_made + three_pointers_made + free_throws_made
    AND rebounds = offensive_rebounds + defensive_rebounds
    AND field_goals_attempted >= GREATEST(field_goals_made, three_pointers_attempted)
    AND three_pointers_made <= LEAST(field_goals_made, three_pointers_attempted)
    AND free_throws_attempted >= free_throws_made
    AND assists + steals + blocks + turnovers + personal_fouls IS NOT NULL,
    FALSE
)
UNION ALL
-- by its team's totals, ...
SELECT sums.source, sums.game_id,
FROM sums
INNER JOIN totals ON totals.game_id = sums.game_id AND totals.team_abbr = sums.team_abbr AND totals.statistic = sums.statistic
WHERE sums.source = 'nba' AND (totals.value < sums.value OR totals.value > sums.value + totals.most_heaves)
UNION ALL
-- or by the score, its own and the schedule's, and the game's length.
SELECT lines.source, lines.game_id,
FROM witness.told_lines AS lines
LEFT JOIN nba_raw.nbac_schedule AS games
    ON games.game_id = lines.game_id AND games.game_date BETWEEN @season_start AND @end_date
    AND games.game_status = 3 AND NOT games.is_postponed
GROUP BY lines.source, lines.game_id, lines.team_abbr
HAVING
    COALESCE(SUM(lines.points) != MAX(IF(lines.team_abbr = lines.home_team_abbr, lines.home_team_score, lines.away_team_score)), TRUE)
    OR SUM(lines.points) != MAX(IF(lines.team_abbr = games.home_team_abbr, games.home_score, games.away_score))
    OR ABS(SUM(lines.minutes_played) - 5 * (48 + 5 * GREATEST(MAX(lines.period) - 4, 0)))
        > CASE lines.source WHEN 'nba' THEN @most_official_minutes_contradicting ELSE @most_minutes_contradicting END
