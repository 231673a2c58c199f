-- predictions
-- What the predictions hold on each date: players that are there and rows that are present but wrong; and in a row of its own the
-- players that fail with a reason.
SELECT
    'PREDICTIONS' AS short, game_date AS day, COUNT(*) AS table_rows, COUNT(DISTINCT player_lookup) AS have,
    COUNTIF(predicted_points NOT BETWEEN 0 AND 60) AS contaminated, 0 AS failures,
FROM nba_predictions.player_prop_predictions WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
UNION ALL
SELECT processor_name, analysis_date, 0, 0, 0, COUNT(*),
FROM nba_processing.precompute_failures
WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name = 'PREDICTIONS'
GROUP BY processor_name, analysis_date
