-- nba_predictions.ml_feature_store_v2 (MLFS)
-- The 25 features of each listed player, each marked as observed or as its default.
--
-- grain:  one row per player listed on the slate, from the factor start (day 15)
-- key:    player_lookup, game_date
-- inputs: views.slate_players, views.slate_teams, views.player_trends, nba_precompute.player_composite_factors,
--         nba_precompute.player_daily_cache, nba_precompute.player_shot_zone_analysis,
--         nba_precompute.team_defense_zone_analysis
-- dates:  only official games before game_date count
-- absent: no composite factors or no daily cache -> no row; an absent value takes its default and says so
WITH described AS (
    SELECT
        listed.player_lookup,
        listed.game_date,
        listed.game_id,
        listed.team_abbr,
        listed.opponent_team_abbr,
        [
            STRUCT(
                1 AS position,
                'points_avg_last_5' AS name,
                TRUE AS is_required,
                10.0 AS fallback,
                cache.points_avg_last_5 AS observed
            ),
            STRUCT(2, 'points_avg_last_10', TRUE, 10.0, cache.points_avg_last_10),
            STRUCT(3, 'points_avg_season', TRUE, 10.0, cache.points_avg_season),
            STRUCT(4, 'points_std_last_10', FALSE, 5.0, cache.points_std_last_10),
            STRUCT(5, 'games_in_last_7_days', TRUE, 3.0, CAST(cache.games_in_last_7_days AS FLOAT64)),
            STRUCT(6, 'fatigue_score', TRUE, 50.0, factors.fatigue_score),
            STRUCT(7, 'shot_zone_mismatch_score', FALSE, 0.0, factors.shot_zone_mismatch_score),
            STRUCT(8, 'pace_score', TRUE, 0.0, factors.pace_score),
            STRUCT(9, 'usage_spike_score', FALSE, 0.0, factors.usage_spike_score),
            STRUCT(
                10,
                'rest_advantage',
                FALSE,
                0.0,
                CAST(LEAST(GREATEST(listed.days_of_rest - opponent.days_of_rest, -2), 2) AS FLOAT64)
            ),
            STRUCT(11, 'injury_risk', FALSE, 0.0, CAST(NULL AS FLOAT64)),  -- no source tells it
            STRUCT(12, 'recent_trend', FALSE, 0.0, trends.recent_trend),
            STRUCT(13, 'minutes_change', FALSE, 0.0, trends.minutes_change),
            STRUCT(14, 'opponent_def_rating', TRUE, 112.0, defence.defensive_rating_last_15),
            STRUCT(15, 'opponent_pace', TRUE, 100.0, defence.opponent_pace),
            STRUCT(16, 'home_away', TRUE, 0.0, IF(listed.is_home, 1.0, 0.0)),
            STRUCT(17, 'back_to_back', TRUE, 0.0, IF(listed.days_of_rest IS NULL, NULL, IF(listed.days_of_rest = 0, 1.0, 0.0))),
            STRUCT(18, 'playoff_game', TRUE, 0.0, IF(listed.game_type = 'playoffs', 1.0, 0.0)),
            STRUCT(19, 'pct_paint', FALSE, 0.3, ROUND(zones.paint_rate_last_10 / 100, 4)),
            STRUCT(20, 'pct_mid_range', FALSE, 0.2, ROUND(zones.mid_range_rate_last_10 / 100, 4)),
            STRUCT(21, 'pct_three', FALSE, 0.35, ROUND(zones.three_pt_rate_last_10 / 100, 4)),
            STRUCT(22, 'pct_free_throw', FALSE, 0.15, ROUND(trends.share_of_free_throws, 4)),
            STRUCT(23, 'team_pace', TRUE, 100.0, cache.team_pace_last_10),
            STRUCT(24, 'team_off_rating', TRUE, 112.0, cache.team_off_rating_last_10),
            STRUCT(25, 'team_win_pct', TRUE, 0.5, cache.team_win_pct)
        ] AS described_features,
    FROM views.slate_players AS listed
    INNER JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = listed.player_lookup AND factors.game_date = listed.game_date
    INNER JOIN nba_precompute.player_daily_cache AS cache
        ON cache.player_lookup = listed.player_lookup AND cache.cache_date = listed.game_date
    INNER JOIN views.slate_teams AS opponent
        ON opponent.game_id = listed.game_id AND opponent.team_abbr = listed.opponent_team_abbr
    LEFT JOIN nba_precompute.team_defense_zone_analysis AS defence
        ON defence.team_abbr = listed.opponent_team_abbr AND defence.analysis_date = listed.game_date
    LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
        ON zones.player_lookup = listed.player_lookup AND zones.analysis_date = listed.game_date
    LEFT JOIN views.player_trends AS trends
        ON trends.player_lookup = listed.player_lookup AND trends.analysis_date = listed.game_date
    WHERE listed.game_date >= @factor_start
)
SELECT
    player_lookup,
    game_date,
    game_id,
    team_abbr,
    opponent_team_abbr,
    'v1_baseline_25' AS feature_version,
    COUNT(*) AS feature_count,
    ARRAY_AGG(COALESCE(feature.observed, feature.fallback) ORDER BY feature.position) AS features,
    ARRAY_AGG(feature.name ORDER BY feature.position) AS feature_names,
    ARRAY_AGG(IF(feature.observed IS NULL, 'default', 'observed') ORDER BY feature.position) AS feature_sources,
    COUNTIF(feature.observed IS NULL) AS default_feature_count,
    ROUND(100 * COUNTIF(feature.observed IS NOT NULL) / COUNT(*), 1) AS feature_quality_score,
    COUNTIF(feature.observed IS NULL AND feature.is_required) = 0 AS is_production_ready,
FROM described
CROSS JOIN UNNEST(described.described_features) AS feature
GROUP BY player_lookup, game_date, game_id, team_abbr, opponent_team_abbr
