-- rows_nest
-- fail:    Do features stand on factors and cache, are keys unique, and is every score within its range?
-- of:      rows of the five stages, by date
-- because: a row above without the row below was made from something else
-- then:    run 32 to 34 again, then this gate
WITH dates AS (
    SELECT DISTINCT analysis_date AS game_date FROM views.stage_members
),
keys AS (
    SELECT
        analysis_date,
        COUNT(*) AS n,
        COUNT(DISTINCT CONCAT(processor_name, ' ', entity_id)) AS distinct_keys,
    FROM views.stage_rows
    GROUP BY analysis_date
),
features AS (
    SELECT
        store.game_date,
        COUNTIF(factors.player_lookup IS NULL) AS without_factors,
        COUNTIF(cache.player_lookup IS NULL) AS without_cache,
        COUNTIF(
            ARRAY_LENGTH(store.features) != 25
            OR store.feature_count != 25
            OR store.feature_quality_score NOT BETWEEN 0 AND 100
            OR store.features[SAFE_OFFSET(11)] NOT BETWEEN -2 AND 2  -- recent_trend and minutes_change are steps,
            OR store.features[SAFE_OFFSET(12)] NOT BETWEEN -2 AND 2
            OR store.features[SAFE_OFFSET(21)] NOT BETWEEN 0 AND 1  -- pct_free_throw a share
            OR (SELECT COUNTIF(IS_NAN(value) OR IS_INF(value)) FROM UNNEST(store.features) AS value) > 0
        ) AS out_of_range,
    FROM nba_predictions.ml_feature_store_v2 AS store
    LEFT JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = store.player_lookup
        AND factors.game_date = store.game_date
        AND factors.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.player_daily_cache AS cache
        ON cache.player_lookup = store.player_lookup
        AND cache.cache_date = store.game_date
        AND cache.cache_date BETWEEN @start_date AND @end_date
    WHERE store.game_date BETWEEN @start_date AND @end_date
    GROUP BY store.game_date
),
factors AS (
    SELECT
        game_date,
        COUNTIF(
            opponent_strength_score NOT BETWEEN 1 AND 100
            OR shot_zone_mismatch_score NOT BETWEEN -10 AND 10
            OR fatigue_score NOT BETWEEN 0 AND 100
            OR pace_score NOT BETWEEN -3 AND 3
            OR usage_spike_score NOT BETWEEN -3 AND 3
        ) AS out_of_range,
    FROM nba_precompute.player_composite_factors
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
shares AS (
    -- A _pct is a share from 0 to 1, a _rate a percentage from 0 to 100. An absent one is no slip.
    SELECT
        analysis_date AS game_date,
        GREATEST(COALESCE(paint_pct_allowed_last_15, 0), COALESCE(mid_range_pct_allowed_last_15, 0), COALESCE(three_pt_pct_allowed_last_15, 0)) AS largest_pct,
        0.0 AS largest_rate,
    FROM nba_precompute.team_defense_zone_analysis
    WHERE analysis_date BETWEEN @start_date AND @end_date
    UNION ALL
    SELECT
        analysis_date,
        GREATEST(COALESCE(paint_pct_last_10, 0), COALESCE(mid_range_pct_last_10, 0), COALESCE(three_pt_pct_last_10, 0)),
        GREATEST(COALESCE(paint_rate_last_10, 0), COALESCE(mid_range_rate_last_10, 0), COALESCE(three_pt_rate_last_10, 0)),
    FROM nba_precompute.player_shot_zone_analysis
    WHERE analysis_date BETWEEN @start_date AND @end_date
    UNION ALL
    SELECT
        cache_date,
        COALESCE(team_win_pct, 0),
        GREATEST(COALESCE(paint_rate_last_10, 0), COALESCE(mid_range_rate_last_10, 0), COALESCE(three_pt_rate_last_10, 0)),
    FROM nba_precompute.player_daily_cache
    WHERE cache_date BETWEEN @start_date AND @end_date
),
slips AS (
    SELECT game_date, COUNTIF(largest_pct > 1 OR largest_rate > 100) AS out_of_range,
    FROM shares
    GROUP BY game_date
)
SELECT
    dates.game_date,
    CONCAT('date ', CAST(dates.game_date AS STRING)) AS member,
    TRUE AS is_examined,
    CASE
        WHEN keys.n > keys.distinct_keys THEN CONCAT(CAST(keys.n - keys.distinct_keys AS STRING), ' doubled keys')
        WHEN features.without_factors > 0 THEN CONCAT(CAST(features.without_factors AS STRING), ' feature rows without factors')
        WHEN features.without_cache > 0 THEN CONCAT(CAST(features.without_cache AS STRING), ' feature rows without daily cache')
        WHEN features.out_of_range > 0 THEN CONCAT(CAST(features.out_of_range AS STRING), ' feature rows out of range')
        WHEN slips.out_of_range > 0 THEN CONCAT(CAST(slips.out_of_range AS STRING), ' rows with a share above 1 or a rate above 100')
        WHEN factors.out_of_range > 0 THEN CONCAT(CAST(factors.out_of_range AS STRING), ' factor rows out of range')
    END AS problem,
FROM dates
LEFT JOIN keys ON keys.analysis_date = dates.game_date
LEFT JOIN features ON features.game_date = dates.game_date
LEFT JOIN factors ON factors.game_date = dates.game_date
LEFT JOIN slips ON slips.game_date = dates.game_date
