-- analytics
-- What each summary holds on each date: games, and rows that are present but wrong.
SELECT 'PGS' AS short, game_date AS day, COUNT(*) AS table_rows, COUNT(DISTINCT game_id) AS have,
    -- One player without known shots is a gap of his; nobody with any is a contaminated date.
    IF(COUNTIF(has_shot_zones) = 0 AND COUNTIF(is_official) > 0, COUNT(*), COUNTIF(points IS NULL)) AS contaminated,
    0 AS failures,
FROM nba_analytics.player_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'TDGS', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(is_official AND COALESCE(opp_paint_attempts <= 0, TRUE)), 0,
FROM nba_analytics.team_defense_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT 'TOGS', game_date, COUNT(*), COUNT(DISTINCT game_id), COUNTIF(pace IS NULL), 0,
FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
