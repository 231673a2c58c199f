-- nba_processing.precompute_failures (PREDICTIONS)
-- The listed players without a forecast from the factor start on, skipped dates with their counts among them.
--
-- grain:  one row per listed player and date without a row in nba_predictions.player_prop_predictions
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.slate_players, nba_predictions.ml_feature_store_v2, nba_predictions.player_prop_predictions
-- dates:  the date itself
-- absent: a player with a forecast of any system has no failure
WITH feature_rows AS (
    SELECT game_date, COUNT(*) AS feature_rows, COUNT(DISTINCT game_id) AS games
    FROM nba_predictions.ml_feature_store_v2
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
forecast AS (
    SELECT DISTINCT player_lookup, game_date
    FROM nba_predictions.player_prop_predictions
    WHERE game_date BETWEEN @start_date AND @end_date
),
without_row AS (
    SELECT
        listed.player_lookup,
        listed.game_date,
        feature_rows.feature_rows,
        feature_rows.games,
        CASE
            WHEN features.player_lookup IS NULL THEN 'MISSING_DEPENDENCY'
            WHEN feature_rows.feature_rows < @min_feature_rows THEN 'INSUFFICIENT_DATA'
            ELSE 'PROCESSING_ERROR'
        END AS failure_category,
    FROM views.slate_players AS listed
    LEFT JOIN nba_predictions.ml_feature_store_v2 AS features
        ON features.player_lookup = listed.player_lookup AND features.game_date = listed.game_date
    LEFT JOIN feature_rows ON feature_rows.game_date = listed.game_date
    LEFT JOIN forecast ON forecast.player_lookup = listed.player_lookup AND forecast.game_date = listed.game_date
    WHERE listed.game_date >= @factor_start AND forecast.player_lookup IS NULL
)
SELECT
    'PREDICTIONS' AS processor_name,
    @run_id AS run_id,
    game_date AS analysis_date,
    player_lookup AS entity_id,
    failure_category,
    CASE failure_category
        WHEN 'MISSING_DEPENDENCY' THEN 'no features'
        WHEN 'INSUFFICIENT_DATA' THEN CONCAT(
            'date skipped: ', CAST(feature_rows AS STRING), ' feature rows of ', CAST(@min_feature_rows AS STRING),
            ' needed, ', CAST(games AS STRING), ' games'
        )
        ELSE 'has features on a date with enough of them, and yet no forecast'
    END AS failure_reason,
    failure_category != 'INSUFFICIENT_DATA' AS can_retry,
    CAST(NULL AS INT64) AS expected_game_count,
    CAST(NULL AS INT64) AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
    @built_at AS created_at,
FROM without_row
