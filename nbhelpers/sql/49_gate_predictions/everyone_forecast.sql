-- everyone_forecast
-- fail:    Has every listed player a forecast or a listed reason for none, and nobody else anything?
-- of:      listed players from the factor start
-- because: a player who is in neither list has been lost in silence
-- then:    run 40_build_predictions again, then this gate
-- from:    factor_start
WITH forecasts AS (
    SELECT DISTINCT player_lookup, game_date FROM nba_predictions.player_prop_predictions
    WHERE game_date BETWEEN @start_date AND @end_date
),
failures AS (
    SELECT entity_id, analysis_date, failure_category,
    FROM nba_processing.precompute_failures
    WHERE processor_name = 'PREDICTIONS' AND analysis_date BETWEEN @start_date AND @end_date
),
things AS (
    SELECT player_lookup, game_date FROM forecasts
    UNION DISTINCT
    SELECT entity_id, analysis_date FROM failures
)
SELECT
    COALESCE(listed.game_date, things.game_date) AS game_date,
    COALESCE(listed.player_lookup, things.player_lookup) AS member,
    things.player_lookup IS NOT NULL AS is_examined,
    CASE
        WHEN listed.player_lookup IS NULL THEN 'not listed on that date'
        WHEN things.player_lookup IS NULL THEN 'untracked: neither a forecast nor a failure'
        WHEN failures.failure_category = 'PROCESSING_ERROR' THEN 'PROCESSING_ERROR'
    END AS problem,
FROM (SELECT player_lookup, game_date FROM views.slate_players WHERE game_date >= @factor_start) AS listed
FULL OUTER JOIN things ON things.player_lookup = listed.player_lookup AND things.game_date = listed.game_date
LEFT JOIN failures ON failures.entity_id = things.player_lookup AND failures.analysis_date = things.game_date
