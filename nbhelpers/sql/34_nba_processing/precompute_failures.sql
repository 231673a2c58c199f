-- nba_processing.precompute_failures (MLFS)
-- The listed players that have no features from the factor start on, and why.
--
-- grain:  one row per listed player and date without a row in nba_predictions.ml_feature_store_v2
-- key:    processor_name, analysis_date, entity_id
-- inputs: views.slate_players, nba_precompute.player_composite_factors, nba_precompute.player_daily_cache,
--         nba_predictions.ml_feature_store_v2
-- dates:  the date itself
-- absent: a player with a row has no failure
WITH without_row AS (
    SELECT
        listed.player_lookup,
        listed.game_date,
        COALESCE(
            ARRAY_TO_STRING(
                [
                    IF(factors.player_lookup IS NULL, 'composite factors', NULL),
                    IF(cache.player_lookup IS NULL, 'daily cache', NULL)
                ],
                ', '
            ),
            ''  -- none is missing: some engines make NULL of an array of NULLs
        ) AS missing,
    FROM views.slate_players AS listed
    LEFT JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = listed.player_lookup AND factors.game_date = listed.game_date
    LEFT JOIN nba_precompute.player_daily_cache AS cache
        ON cache.player_lookup = listed.player_lookup AND cache.cache_date = listed.game_date
    LEFT JOIN nba_predictions.ml_feature_store_v2 AS built
        ON built.player_lookup = listed.player_lookup AND built.game_date = listed.game_date
    WHERE listed.game_date >= @factor_start AND built.player_lookup IS NULL
)
SELECT
    'MLFS' AS processor_name,
    @run_id AS run_id,
    game_date AS analysis_date,
    player_lookup AS entity_id,
    IF(missing = '', 'PROCESSING_ERROR', 'MISSING_DEPENDENCY') AS failure_category,
    IF(missing = '', 'both inputs are there, and yet no row', CONCAT('missing: ', missing)) AS failure_reason,
    TRUE AS can_retry,
    CAST(NULL AS INT64) AS expected_game_count,
    CAST(NULL AS INT64) AS actual_game_count,
    CAST(NULL AS STRING) AS missing_game_ids,
    @built_at AS created_at,
FROM without_row
