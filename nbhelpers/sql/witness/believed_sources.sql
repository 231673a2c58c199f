-- witness.believed_sources
-- Whose lines of a game count: who is contradicted loses; where nobody is and the two quarrel, the NBA counts; else the season's own.
--
-- grain:  one row per game that a source has
-- inputs: witness.told_lines, witness.contradicted_sources
WITH quarrelled AS (
    -- Of who did not play in either source nothing is compared, and of who is listed by one alone all differs.
    SELECT game_id, FROM witness.told_lines
    GROUP BY game_id, team_abbr, player_lookup
    HAVING COUNTIF(did_play) > 0 AND (
        COUNT(*) = 1 OR MIN(statistics) < MAX(statistics)
        OR MAX(minutes_played) - MIN(minutes_played) > @most_minutes_apart OR MIN(plus_minus) < MAX(plus_minus)
    )
    UNION ALL
    SELECT game_id, FROM witness.told_lines
    GROUP BY game_id
    HAVING MIN(period) < MAX(period) OR MIN(home_team_score) < MAX(home_team_score) OR MIN(away_team_score) < MAX(away_team_score)
)
SELECT
    game_id,
    CASE
        WHEN MIN(source) = MAX(source) THEN MIN(source)
        WHEN COUNTIF(is_contradicted AND source = 'nba') = 0 AND (
            COUNTIF(is_contradicted AND source = 'bdl') > 0 OR game_id IN (SELECT game_id FROM quarrelled)
        ) THEN 'nba'
        WHEN COUNTIF(is_contradicted AND source = 'nba') > 0 AND COUNTIF(is_contradicted AND source = 'bdl') = 0 THEN 'bdl'
        ELSE @lines
    END AS source,
FROM (
    SELECT DISTINCT lines.game_id, lines.source, contradicted.game_id IS NOT NULL AS is_contradicted,
    FROM witness.told_lines AS lines
    LEFT JOIN witness.contradicted_sources AS contradicted ON contradicted.game_id = lines.game_id AND contradicted.source = lines.source
)
GROUP BY game_id
