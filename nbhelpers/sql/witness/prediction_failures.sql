-- witness.prediction_failures
-- The failures of the forecasts a second time: who is listed and has none, from the factor start on.
--
-- grain:  one row per player and date of the window without a forecast
-- inputs: witness.listed_players, witness.ml_feature_store_v2, witness.forecast_players
WITH dates AS (
    SELECT game_date, COUNT(*) AS n_rows, COUNT(DISTINCT game_id) AS n_games FROM witness.ml_feature_store_v2 GROUP BY game_date
)
SELECT
    'PREDICTIONS' AS processor_name,
    listed.game_date AS analysis_date,
    listed.player_lookup AS entity_id,
    IF(features.game_date IS NULL, 'MISSING_DEPENDENCY', 'INSUFFICIENT_DATA') AS failure_category,
    IF(
        features.game_date IS NULL,
        'no features',
        CONCAT(
            'date skipped: ', CAST(dates.n_rows AS STRING), ' feature rows of ', CAST(@min_feature_rows AS STRING), ' needed, ',
            CAST(dates.n_games AS STRING), ' games'
        )
    ) AS failure_reason,
    features.game_date IS NULL AS can_retry,
    CAST(NULL AS INT64) AS expected_game_count,
    CAST(NULL AS INT64) AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
FROM witness.listed_players AS listed
LEFT JOIN witness.ml_feature_store_v2 AS features
    ON features.player_lookup = listed.player_lookup AND features.game_date = listed.game_date
LEFT JOIN dates ON dates.game_date = listed.game_date
LEFT JOIN witness.forecast_players AS players
    ON players.player_lookup = listed.player_lookup AND players.game_date = listed.game_date
WHERE listed.game_date >= @factor_start AND players.player_lookup IS NULL
