-- systems_present
-- fail:    Has every player with features each system that his data allow, or his date a listed reason for none?
-- of:      players with features
-- because: a system that drops out in silence tilts the ensemble
-- then:    run 40_build_predictions again, then this gate
-- from:    factor_start
WITH systems AS (
    SELECT
        player_lookup,
        game_date,
        COUNT(*) AS n,
        COUNTIF(system_id = 'moving_average_baseline') AS moving_average,
        COUNTIF(system_id = 'zone_matchup_v1') AS zone_matchup,
        COUNTIF(system_id = 'similarity_balanced_v1') AS similarity,
        COUNTIF(system_id = 'ensemble_v1') AS ensemble,
    FROM nba_predictions.player_prop_predictions
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY player_lookup, game_date
),
feature_rows AS (
    SELECT
        store.player_lookup,
        store.game_date,
        COUNT(*) OVER (PARTITION BY store.game_date) >= @min_feature_rows AS is_due,
        zones.player_lookup IS NOT NULL AS has_zones,
        failures.entity_id IS NOT NULL AS has_failure,
    FROM nba_predictions.ml_feature_store_v2 AS store
    LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
        ON zones.player_lookup = store.player_lookup
        AND zones.analysis_date = store.game_date
        AND zones.analysis_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_processing.precompute_failures AS failures
        ON failures.processor_name = 'PREDICTIONS'
        AND failures.analysis_date = store.game_date
        AND failures.entity_id = store.player_lookup
        AND failures.analysis_date BETWEEN @start_date AND @end_date
    WHERE store.game_date BETWEEN @start_date AND @end_date
)
SELECT
    feature_rows.game_date,
    feature_rows.player_lookup AS member,
    systems.n IS NOT NULL OR feature_rows.has_failure AS is_examined,
    CASE
        WHEN NOT feature_rows.is_due AND systems.n IS NOT NULL THEN 'forecast on a date with too few features'
        WHEN NOT feature_rows.is_due AND NOT feature_rows.has_failure THEN 'skipped without being listed'
        WHEN NOT feature_rows.is_due THEN NULL
        WHEN systems.n IS NULL THEN 'no forecast'
        WHEN feature_rows.has_failure THEN 'conflict: a forecast and a failure'
        WHEN systems.moving_average != 1 THEN 'no moving average'
        WHEN systems.zone_matchup != IF(feature_rows.has_zones, 1, 0) THEN 'zone matchup and zone analysis do not go together'
        WHEN systems.ensemble != IF(systems.moving_average + systems.zone_matchup + systems.similarity >= 2, 1, 0)
            THEN 'the ensemble is not that of the systems present'
    END AS problem,
FROM feature_rows
LEFT JOIN systems
    ON systems.player_lookup = feature_rows.player_lookup AND systems.game_date = feature_rows.game_date
