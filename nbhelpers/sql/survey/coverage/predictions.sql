-- predictions
-- What the predictions hold on each date: players that are there, players that fail with a reason, rows that are present but
-- wrong.
WITH failures AS (
    SELECT processor_name, analysis_date, COUNT(*) AS failures,
    FROM nba_processing.precompute_failures
    WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name = 'PREDICTIONS'
    GROUP BY processor_name, analysis_date
),
held AS (
    SELECT
        'PREDICTIONS' AS short, game_date AS day, COUNT(*) AS table_rows, COUNT(DISTINCT player_lookup) AS have,
        COUNTIF(predicted_points NOT BETWEEN 0 AND 60) AS contaminated,
    FROM nba_predictions.player_prop_predictions WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date
)
SELECT
    COALESCE(held.short, failures.processor_name) AS short,
    COALESCE(held.day, failures.analysis_date) AS day,
    COALESCE(held.table_rows, 0) AS table_rows,  -- only failures on the date: no row is there
    COALESCE(held.have, 0) AS have,
    COALESCE(held.contaminated, 0) AS contaminated,
    COALESCE(failures.failures, 0) AS failures,
FROM held
FULL OUTER JOIN failures ON failures.processor_name = held.short AND failures.analysis_date = held.day
