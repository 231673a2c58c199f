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
        -- The features that a column of another table stands behind, and injury_risk, which has no source. The others
        -- (recent_trend, minutes_change, pct_free_throw) are derived: see recomputed and rows_nest.
        [
            STRUCT(
                'points_avg_last_5' AS name,
                TRUE AS is_required,
                store.feature_names[SAFE_OFFSET(0)] AS stored_name,
                store.features[SAFE_OFFSET(0)] AS stored,
                store.feature_sources[SAFE_OFFSET(0)] AS marked,
                cache.points_avg_last_5 AS source
            ),
            STRUCT('points_avg_last_10', TRUE, store.feature_names[SAFE_OFFSET(1)], store.features[SAFE_OFFSET(1)], store.feature_sources[SAFE_OFFSET(1)], cache.points_avg_last_10),
            STRUCT('points_avg_season', TRUE, store.feature_names[SAFE_OFFSET(2)], store.features[SAFE_OFFSET(2)], store.feature_sources[SAFE_OFFSET(2)], cache.points_avg_season),
            STRUCT('points_std_last_10', FALSE, store.feature_names[SAFE_OFFSET(3)], store.features[SAFE_OFFSET(3)], store.feature_sources[SAFE_OFFSET(3)], cache.points_std_last_10),
            STRUCT('games_in_last_7_days', TRUE, store.feature_names[SAFE_OFFSET(4)], store.features[SAFE_OFFSET(4)], store.feature_sources[SAFE_OFFSET(4)], CAST(cache.games_in_last_7_days AS FLOAT64)),
            STRUCT('fatigue_score', TRUE, store.feature_names[SAFE_OFFSET(5)], store.features[SAFE_OFFSET(5)], store.feature_sources[SAFE_OFFSET(5)], factors.fatigue_score),
            STRUCT('shot_zone_mismatch_score', FALSE, store.feature_names[SAFE_OFFSET(6)], store.features[SAFE_OFFSET(6)], store.feature_sources[SAFE_OFFSET(6)], factors.shot_zone_mismatch_score),
            STRUCT('pace_score', TRUE, store.feature_names[SAFE_OFFSET(7)], store.features[SAFE_OFFSET(7)], store.feature_sources[SAFE_OFFSET(7)], factors.pace_score),
            STRUCT('usage_spike_score', FALSE, store.feature_names[SAFE_OFFSET(8)], store.features[SAFE_OFFSET(8)], store.feature_sources[SAFE_OFFSET(8)], factors.usage_spike_score),
            STRUCT('rest_advantage', FALSE, store.feature_names[SAFE_OFFSET(9)], store.features[SAFE_OFFSET(9)], store.feature_sources[SAFE_OFFSET(9)], CAST(LEAST(GREATEST(own.days_of_rest - opponent.days_of_rest, -2), 2) AS FLOAT64)),
            STRUCT('injury_risk', FALSE, store.feature_names[SAFE_OFFSET(10)], store.features[SAFE_OFFSET(10)], store.feature_sources[SAFE_OFFSET(10)], CAST(NULL AS FLOAT64)),
            STRUCT('opponent_def_rating', TRUE, store.feature_names[SAFE_OFFSET(13)], store.features[SAFE_OFFSET(13)], store.feature_sources[SAFE_OFFSET(13)], defence.defensive_rating_last_15),
            STRUCT('opponent_pace', TRUE, store.feature_names[SAFE_OFFSET(14)], store.features[SAFE_OFFSET(14)], store.feature_sources[SAFE_OFFSET(14)], defence.opponent_pace),
            STRUCT('home_away', TRUE, store.feature_names[SAFE_OFFSET(15)], store.features[SAFE_OFFSET(15)], store.feature_sources[SAFE_OFFSET(15)], IF(factors.is_home, 1.0, 0.0)),
            STRUCT('back_to_back', TRUE, store.feature_names[SAFE_OFFSET(16)], store.features[SAFE_OFFSET(16)], store.feature_sources[SAFE_OFFSET(16)], IF(own.days_of_rest IS NULL, NULL, IF(own.days_of_rest = 0, 1.0, 0.0))),
            STRUCT('playoff_game', TRUE, store.feature_names[SAFE_OFFSET(17)], store.features[SAFE_OFFSET(17)], store.feature_sources[SAFE_OFFSET(17)], IF(own.game_type = 'playoffs', 1.0, 0.0)),
            STRUCT('pct_paint', FALSE, store.feature_names[SAFE_OFFSET(18)], store.features[SAFE_OFFSET(18)], store.feature_sources[SAFE_OFFSET(18)], zones.paint_rate_last_10 / 100),
            STRUCT('pct_mid_range', FALSE, store.feature_names[SAFE_OFFSET(19)], store.features[SAFE_OFFSET(19)], store.feature_sources[SAFE_OFFSET(19)], zones.mid_range_rate_last_10 / 100),
            STRUCT('pct_three', FALSE, store.feature_names[SAFE_OFFSET(20)], store.features[SAFE_OFFSET(20)], store.feature_sources[SAFE_OFFSET(20)], zones.three_pt_rate_last_10 / 100),
            STRUCT('team_pace', TRUE, store.feature_names[SAFE_OFFSET(22)], store.features[SAFE_OFFSET(22)], store.feature_sources[SAFE_OFFSET(22)], cache.team_pace_last_10),
            STRUCT('team_off_rating', TRUE, store.feature_names[SAFE_OFFSET(23)], store.features[SAFE_OFFSET(23)], store.feature_sources[SAFE_OFFSET(23)], cache.team_off_rating_last_10),
            STRUCT('team_win_pct', TRUE, store.feature_names[SAFE_OFFSET(24)], store.features[SAFE_OFFSET(24)], store.feature_sources[SAFE_OFFSET(24)], cache.team_win_pct)
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
judged AS (
    SELECT
        rows_due.game_date,
        rows_due.member,
        STRING_AGG(
            CASE
                WHEN claim.stored_name IS DISTINCT FROM claim.name THEN CONCAT(claim.name, ' is out of place')
                WHEN claim.source IS NULL AND claim.marked = 'observed' THEN CONCAT(claim.name, ' is marked observed and has no source')
                WHEN claim.source IS NULL AND claim.is_required THEN CONCAT(claim.name, ' is required and a default')
                WHEN claim.source IS NOT NULL AND claim.marked = 'default' THEN CONCAT(claim.name, ' is marked default and has a source')
                WHEN claim.source IS NOT NULL AND COALESCE(ABS(claim.stored - claim.source) > 0.0001, TRUE)
                    THEN CONCAT(claim.name, ' is ', COALESCE(CAST(claim.stored AS STRING), 'absent'), ', its source ', CAST(claim.source AS STRING))
            END,
            '; ' ORDER BY claim.name
        ) AS problems,
    FROM rows_due
    CROSS JOIN UNNEST(rows_due.claims) AS claim
    GROUP BY rows_due.game_date, rows_due.member
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
