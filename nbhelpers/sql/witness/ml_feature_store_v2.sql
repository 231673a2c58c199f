-- witness.ml_feature_store_v2
-- MLFS a second time: what is known of the 25 features, in their order, and their defaults.
--
-- grain:  one row per player listed on the slate with composite factors and a daily cache
-- inputs: witness.feature_values
WITH stored AS (
    SELECT
        player_lookup,
        game_date,
        game_id,
        team_abbr,
        opponent_team_abbr,
        [
            COALESCE(points_avg_last_5, 10.0), COALESCE(points_avg_last_10, 10.0), COALESCE(points_avg_season, 10.0),
            COALESCE(points_std_last_10, 5.0), COALESCE(games_in_last_7_days, 3.0), COALESCE(fatigue_score, 50.0),
            COALESCE(shot_zone_mismatch_score, 0.0), COALESCE(pace_score, 0.0), COALESCE(usage_spike_score, 0.0),
            COALESCE(rest_advantage, 0.0), COALESCE(injury_risk, 0.0), COALESCE(recent_trend, 0.0),
            COALESCE(minutes_change, 0.0), COALESCE(opponent_def_rating, 112.0), COALESCE(opponent_pace, 100.0),
            COALESCE(home_away, 0.0), COALESCE(back_to_back, 0.0), COALESCE(playoff_game, 0.0),
            COALESCE(pct_paint, 0.3), COALESCE(pct_mid_range, 0.2), COALESCE(pct_three, 0.35),
            COALESCE(pct_free_throw, 0.15), COALESCE(team_pace, 100.0), COALESCE(team_off_rating, 112.0),
            COALESCE(team_win_pct, 0.5)
        ] AS features,
        [
            'points_avg_last_5', 'points_avg_last_10', 'points_avg_season', 'points_std_last_10',
            'games_in_last_7_days', 'fatigue_score', 'shot_zone_mismatch_score', 'pace_score', 'usage_spike_score',
            'rest_advantage', 'injury_risk', 'recent_trend', 'minutes_change', 'opponent_def_rating', 'opponent_pace',
            'home_away', 'back_to_back', 'playoff_game', 'pct_paint', 'pct_mid_range', 'pct_three', 'pct_free_throw',
            'team_pace', 'team_off_rating', 'team_win_pct'
        ] AS feature_names,
        [
            IF(points_avg_last_5 IS NULL, 'default', 'observed'),
            IF(points_avg_last_10 IS NULL, 'default', 'observed'),
            IF(points_avg_season IS NULL, 'default', 'observed'),
            IF(points_std_last_10 IS NULL, 'default', 'observed'),
            IF(games_in_last_7_days IS NULL, 'default', 'observed'), IF(fatigue_score IS NULL, 'default', 'observed'),
            IF(shot_zone_mismatch_score IS NULL, 'default', 'observed'),
            IF(pace_score IS NULL, 'default', 'observed'), IF(usage_spike_score IS NULL, 'default', 'observed'),
            IF(rest_advantage IS NULL, 'default', 'observed'), IF(injury_risk IS NULL, 'default', 'observed'),
            IF(recent_trend IS NULL, 'default', 'observed'), IF(minutes_change IS NULL, 'default', 'observed'),
            IF(opponent_def_rating IS NULL, 'default', 'observed'), IF(opponent_pace IS NULL, 'default', 'observed'),
            IF(home_away IS NULL, 'default', 'observed'), IF(back_to_back IS NULL, 'default', 'observed'),
            IF(playoff_game IS NULL, 'default', 'observed'), IF(pct_paint IS NULL, 'default', 'observed'),
            IF(pct_mid_range IS NULL, 'default', 'observed'), IF(pct_three IS NULL, 'default', 'observed'),
            IF(pct_free_throw IS NULL, 'default', 'observed'), IF(team_pace IS NULL, 'default', 'observed'),
            IF(team_off_rating IS NULL, 'default', 'observed'), IF(team_win_pct IS NULL, 'default', 'observed')
        ] AS feature_sources,
        -- A sum of what may not be absent is known exactly if none of it is.
        (
            points_avg_last_5 + points_avg_last_10 + points_avg_season + games_in_last_7_days + fatigue_score
            + pace_score + opponent_def_rating + opponent_pace + home_away + back_to_back + playoff_game + team_pace
            + team_off_rating + team_win_pct
        ) IS NOT NULL AS has_all_required,
    FROM witness.feature_values
),
counted AS (
    SELECT *, (SELECT COUNTIF(marked = 'default') FROM UNNEST(feature_sources) AS marked) AS defaults, FROM stored
)
SELECT
    player_lookup,
    game_date,
    game_id,
    team_abbr,
    opponent_team_abbr,
    'v1_baseline_25' AS feature_version,
    25 AS feature_count,
    features,
    feature_names,
    feature_sources,
    defaults AS default_feature_count,
    ROUND(100 - 4 * defaults, 1) AS feature_quality_score,
    has_all_required AS is_production_ready,
FROM counted
