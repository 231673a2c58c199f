-- witness.contradicted_sources
-- Which source is contradicted in which game: by its own lines, its totals, the score or the length of the game.
--
-- grain:  one row per source, game and contradiction
-- inputs: witness.told_lines, nba_raw.nbac_team_boxscores, nba_raw.nbac_schedule
SELECT source, game_id,
FROM witness.told_lines AS lines
-- By one of its own lines, ...
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
SELECT lines.source, lines.game_id,
FROM witness.told_lines AS lines
INNER JOIN nba_raw.nbac_team_boxscores AS teams
    ON teams.game_id = lines.game_id AND teams.team_abbr = lines.team_abbr AND teams.game_date BETWEEN @season_start AND @end_date
WHERE lines.source = 'nba'
GROUP BY lines.source, lines.game_id, lines.team_abbr
HAVING
    SUM(lines.points) != MAX(teams.points)
    OR SUM(lines.points) != MAX(teams.score)
    OR SUM(lines.assists) != MAX(teams.assists)
    OR SUM(lines.rebounds) != MAX(teams.rebounds)
    OR SUM(lines.offensive_rebounds) != MAX(teams.offensive_rebounds)
    OR SUM(lines.defensive_rebounds) != MAX(teams.defensive_rebounds)
    OR SUM(lines.steals) != MAX(teams.steals)
    OR SUM(lines.blocks) != MAX(teams.blocks)
    OR SUM(lines.turnovers) != MAX(teams.turnovers)
    OR SUM(lines.personal_fouls) != MAX(teams.personal_fouls)
    OR SUM(lines.field_goals_made) != MAX(teams.field_goals_made)
    OR SUM(lines.field_goals_attempted) > MAX(teams.field_goals_attempted)
    OR SUM(lines.field_goals_attempted) < MAX(teams.field_goals_attempted) - @most_heaves
    OR SUM(lines.three_pointers_made) != MAX(teams.three_pointers_made)
    OR SUM(lines.three_pointers_attempted) > MAX(teams.three_pointers_attempted)
    OR SUM(lines.three_pointers_attempted) < MAX(teams.three_pointers_attempted) - @most_heaves
    OR SUM(lines.free_throws_made) != MAX(teams.free_throws_made)
    OR SUM(lines.free_throws_attempted) != MAX(teams.free_throws_attempted)
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
