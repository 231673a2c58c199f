-- raw
-- What each raw table, and the lines that count, hold on each date: games, and rows that are present but wrong.
SELECT 'SCHEDULE' AS short, game_date AS day, COUNT(*) AS table_rows, COUNTIF(NOT is_postponed) AS have, 0 AS contaminated, 0 AS failures,
FROM nba_raw.nbac_schedule WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(game_status != 'Final'), 0,
FROM nba_raw.bdl_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'NBA_BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(game_status != 3), 0,
FROM nba_raw.nbac_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'NBA_TEAM_BOXSCORES', game_date, COUNT(*), COUNT(DISTINCT game_id), 0, 0,
FROM nba_raw.nbac_team_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
-- No table: the lines that count, whichever of the two box scores has them.
SELECT 'LINES', game_date, COUNT(*), COUNT(DISTINCT game_id), 0, 0,
FROM views.box_lines WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'SHOTS', game_date, COUNT(*), COUNT(DISTINCT game_id),
    -- Gate 1 allows one shot in a hundred without a zone.
    IF(COUNTIF(zone IS NULL) > 0.01 * COUNT(*), COUNTIF(zone IS NULL), 0),
    0,
FROM nba_raw.nbac_shots WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
