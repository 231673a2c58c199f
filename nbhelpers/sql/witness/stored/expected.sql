-- Which games of which objects the raw tables are to hold: those that their rows name, and of a game of which a table holds
-- nothing the newest object that is read and in which the game is whole.
WITH named AS (
    SELECT DISTINCT 'bdl_player_boxscores' AS of, source_file_path, game_id FROM rows_of_bdl_player_boxscores
    UNION ALL
    SELECT DISTINCT 'nbac_player_boxscores', source_file_path, game_id FROM rows_of_nbac_player_boxscores
    UNION ALL
    SELECT DISTINCT 'nbac_team_boxscores', source_file_path, game_id FROM rows_of_nbac_team_boxscores
    UNION ALL
    SELECT DISTINCT 'nbac_shots', source_file_path, game_id FROM rows_of_nbac_shots
),
teams_of_bdl AS (
    SELECT
        source_file_path,
        game_id,
        game_status = 'Final' AND MIN(period) >= 4 AND COUNT(*) = COUNT(DISTINCT bdl_player_id)
            AND COUNTIF(did_play) >= $fewest AND BOOL_AND(COALESCE(
                lookup(player_full_name) != '' AND is_postseason IS NOT NULL AND home_team_score + away_team_score IS NOT NULL
                AND minutes_played IS NOT NULL, FALSE
            )) AS is_whole,
    FROM bdl_player_boxscores
    GROUP BY source_file_path, game_id, team_abbr, game_status
),
teams_of_nba AS (
    SELECT
        source_file_path,
        game_id,
        MIN(game_status) = 3 AND MIN(period) >= 4 AND COUNT(*) = COUNT(DISTINCT person_id)
            AND COUNTIF(did_play) >= $fewest AND BOOL_AND(COALESCE(
                lookup(player_name) != '' AND home_score + away_score IS NOT NULL AND minutes_played IS NOT NULL, FALSE
            )) AS is_whole,
    FROM nbac_player_boxscores
    GROUP BY source_file_path, game_id, team_abbr
),
whole AS (
    SELECT 'bdl_player_boxscores' AS of, source_file_path, game_id FROM teams_of_bdl
    GROUP BY source_file_path, game_id HAVING COUNTIF(is_whole) = 2
    UNION ALL
    SELECT UNNEST(['nbac_player_boxscores', 'nbac_team_boxscores']), source_file_path, game_id FROM teams_of_nba
    GROUP BY source_file_path, game_id HAVING COUNTIF(is_whole) = 2
    UNION ALL
    SELECT 'nbac_shots', source_file_path, game_id FROM nbac_shots
    GROUP BY source_file_path, game_id HAVING COUNTIF(team_abbr IS NULL OR action_number IS NULL OR period IS NULL OR player_name IS NULL) = 0
)
SELECT * FROM named
UNION ALL
SELECT whole.of, MAX(whole.source_file_path), whole.game_id
FROM whole
INNER JOIN nbac_schedule AS games ON games.game_id = whole.game_id AND NOT games.is_postponed AND list_contains($dates, games.game_date)
WHERE (games.is_official OR whole.of != 'nbac_shots') AND (whole.of, whole.game_id) NOT IN (SELECT (of, game_id) FROM named)
GROUP BY whole.of, whole.game_id
