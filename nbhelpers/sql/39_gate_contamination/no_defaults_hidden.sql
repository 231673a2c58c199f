-- no_defaults_hidden
-- fail:    Is every feature the value it claims to be: observed ones equal to their source, defaults marked, none required?
-- of:      listed players with features due
-- because: a default that looks observed teaches the model an average as if it were a fact
-- then:    run 34_build_feature_store again, then this gate
-- from:    factor_start
WITH rows_due AS (
    SELECT
        members.analysis_date AS game_date,
        members.entity_id AS member,
        store.player_lookup IS NOT NULL AS is_examined,
        store.features,
        store.feature_names,
        store.feature_sources,
        store.default_feature_count,
        store.is_production_ready,
        -- By their places, from 1: an engine that counts from 0 is not told so of a place that is no literal.
        -- The features that a column of another table stands behind, and injury_risk, which has no source. The others
        -- (recent_trend, minutes_change, pct_free_throw) are derived: see recomputed and rows_nest.
        [
            STRUCT(1 AS place, 'points_avg_last_5' AS name, TRUE AS is_required, cache.points_avg_last_5 AS source),
            STRUCT(2, 'points_avg_last_10', TRUE, cache.points_avg_last_10),
            STRUCT(3, 'points_avg_season', TRUE, cache.points_avg_season),
            STRUCT(4, 'points_std_last_10', FALSE, cache.points_std_last_10),
            STRUCT(5, 'games_in_last_7_days', TRUE, CAST(cache.games_in_last_7_days AS FLOAT64)),
            STRUCT(6, 'fatigue_score', TRUE, factors.fatigue_score),
            STRUCT(7, 'shot_zone_mismatch_score', FALSE, factors.shot_zone_mismatch_score),
            STRUCT(8, 'pace_score', TRUE, factors.pace_score),
            STRUCT(9, 'usage_spike_score', FALSE, factors.usage_spike_score),
            STRUCT(10, 'rest_advantage', FALSE, CAST(LEAST(GREATEST(own.days_of_rest - opponent.days_of_rest, -2), 2) AS FLOAT64)),
            STRUCT(11, 'injury_risk', FALSE, CAST(NULL AS FLOAT64)),
            STRUCT(14, 'opponent_def_rating', TRUE, defence.defensive_rating_last_15),
            STRUCT(15, 'opponent_pace', TRUE, defence.opponent_pace),
            STRUCT(16, 'home_away', TRUE, IF(factors.is_home, 1.0, 0.0)),
            STRUCT(17, 'back_to_back', TRUE, IF(own.days_of_rest IS NULL, NULL, IF(own.days_of_rest = 0, 1.0, 0.0))),
            STRUCT(18, 'playoff_game', TRUE, IF(own.game_type = 'playoffs', 1.0, 0.0)),
            STRUCT(19, 'pct_paint', FALSE, zones.paint_rate_last_10 / 100),
            STRUCT(20, 'pct_mid_range', FALSE, zones.mid_range_rate_last_10 / 100),
            STRUCT(21, 'pct_three', FALSE, zones.three_pt_rate_last_10 / 100),
            STRUCT(23, 'team_pace', TRUE, cache.team_pace_last_10),
            STRUCT(24, 'team_off_rating', TRUE, cache.team_off_rating_last_10),
            STRUCT(25, 'team_win_pct', TRUE, cache.team_win_pct)
        ] AS claims,
    FROM views.stage_members AS members
    LEFT JOIN nba_predictions.ml_feature_store_v2 AS store
        ON store.player_lookup = members.entity_id
        AND store.game_date = members.analysis_date
        AND store.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = members.entity_id
        AND factors.game_date = members.analysis_date
        AND factors.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.player_daily_cache AS cache
        ON cache.player_lookup = members.entity_id
        AND cache.cache_date = members.analysis_date
        AND cache.cache_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
        ON zones.player_lookup = members.entity_id
        AND zones.analysis_date = members.analysis_date
        AND zones.analysis_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_precompute.team_defense_zone_analysis AS defence
        ON defence.team_abbr = factors.opponent_team_abbr
        AND defence.analysis_date = members.analysis_date
        AND defence.analysis_date BETWEEN @start_date AND @end_date
    LEFT JOIN views.slate_teams AS own ON own.game_id = factors.game_id AND own.team_abbr = factors.team_abbr
    LEFT JOIN views.slate_teams AS opponent
        ON opponent.game_id = factors.game_id AND opponent.team_abbr = factors.opponent_team_abbr
    WHERE members.processor_name = 'MLFS' AND NOT members.must_fail
),
claims AS (
    SELECT
        rows_due.game_date,
        rows_due.member,
        claim.name,
        claim.is_required,
        claim.source,
        rows_due.feature_names[SAFE_ORDINAL(claim.place)] AS stored_name,
        rows_due.features[SAFE_ORDINAL(claim.place)] AS stored,
        rows_due.feature_sources[SAFE_ORDINAL(claim.place)] AS marked,
    FROM rows_due
    CROSS JOIN UNNEST(rows_due.claims) AS claim
),
judged AS (
    SELECT
        game_date,
        member,
        STRING_AGG(
            CASE
                WHEN stored_name IS DISTINCT FROM name THEN CONCAT(name, ' is out of place')
                WHEN source IS NULL AND marked = 'observed' THEN CONCAT(name, ' is marked observed and has no source')
                WHEN source IS NULL AND is_required THEN CONCAT(name, ' is required and a default')
                WHEN source IS NOT NULL AND marked = 'default' THEN CONCAT(name, ' is marked default and has a source')
                WHEN source IS NOT NULL AND COALESCE(ABS(stored - source) > 0.0001, TRUE)
                    THEN CONCAT(name, ' is ', COALESCE(CAST(stored AS STRING), 'absent'), ', its source ', CAST(source AS STRING))
            END,
            '; ' ORDER BY name
        ) AS problems,
    FROM claims
    GROUP BY game_date, member
)
SELECT
    rows_due.game_date,
    rows_due.member,
    rows_due.is_examined,
    CASE
        WHEN NOT rows_due.is_examined THEN 'no features'
        WHEN
            ARRAY_LENGTH(rows_due.features) != 25
            OR ARRAY_LENGTH(rows_due.feature_names) != 25
            OR ARRAY_LENGTH(rows_due.feature_sources) != 25
            THEN 'not 25 features, names and sources'
        WHEN judged.problems IS NOT NULL THEN judged.problems
        WHEN CONCAT(
            rows_due.feature_names[SAFE_OFFSET(11)], ' ', rows_due.feature_names[SAFE_OFFSET(12)], ' ',
            rows_due.feature_names[SAFE_OFFSET(21)]
        ) != 'recent_trend minutes_change pct_free_throw' THEN 'features out of place'
        WHEN NOT rows_due.is_production_ready THEN 'a required feature is a default'
        WHEN rows_due.default_feature_count != (
            SELECT COUNTIF(marked = 'default') FROM UNNEST(rows_due.feature_sources) AS marked
        ) THEN 'default_feature_count is not the number of defaults'
    END AS problem,
FROM rows_due
INNER JOIN judged ON judged.game_date = rows_due.game_date AND judged.member = rows_due.member
