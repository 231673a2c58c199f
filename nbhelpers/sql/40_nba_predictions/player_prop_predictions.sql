-- nba_predictions.player_prop_predictions (PREDICTIONS)
-- Four systems' forecasts of each player's points. No betting line is known: NULL and NO_LINE, never an invented one.
--
-- grain:  one row per player, date and system, on dates with at least @min_feature_rows feature rows
-- key:    player_lookup, game_date, system_id
-- inputs: nba_predictions.ml_feature_store_v2, nba_precompute.player_daily_cache,
--         nba_precompute.player_composite_factors, nba_precompute.player_shot_zone_analysis,
--         nba_precompute.team_defense_zone_analysis, views.slate_players, views.player_windows, views.slate_teams
-- dates:  only official games before game_date count; similar games reach back 90 days
-- absent: too few feature rows -> the date is skipped (a failure); a system without its inputs -> no row
WITH eligible AS (
    SELECT
        features.player_lookup,
        features.game_date,
        features.game_id,
        features.feature_quality_score,
        listed.is_home,
        listed.days_of_rest,
        listed.opponent_team_abbr,
        cache.points_avg_last_5,
        cache.points_avg_last_10,
        cache.points_avg_season,
        factors.shot_zone_mismatch_score,
        factors.pace_score,
        factors.fatigue_score,
        ROUND(
            LEAST(
                GREATEST(
                    (
                        0.5
                        - CASE WHEN cache.points_std_last_10 > 6 THEN 0.15 WHEN cache.points_std_last_10 > 4 THEN 0.08 ELSE 0.0 END
                        + IF(cache.games_played_season >= 15, 0.1, 0.0)
                    ) * features.feature_quality_score / 100,
                    0.2
                ),
                0.8
            ),
            4
        ) AS confidence_score,
    FROM nba_predictions.ml_feature_store_v2 AS features
    INNER JOIN views.slate_players AS listed
        ON listed.player_lookup = features.player_lookup AND listed.game_date = features.game_date
    INNER JOIN nba_precompute.player_daily_cache AS cache
        ON cache.player_lookup = features.player_lookup AND cache.cache_date = features.game_date
    INNER JOIN nba_precompute.player_composite_factors AS factors
        ON factors.player_lookup = features.player_lookup AND factors.game_date = features.game_date
    WHERE features.game_date BETWEEN @start_date AND @end_date
    QUALIFY COUNT(*) OVER (PARTITION BY features.game_date) >= @min_feature_rows
),
moving_average AS (
    SELECT
        player_lookup,
        game_date,
        0.5 * points_avg_last_5 + 0.3 * points_avg_last_10 + 0.2 * points_avg_season
        + 0.3 * COALESCE(shot_zone_mismatch_score, 0)  -- no zone analysis: no adjustment
        + 0.3 * COALESCE(pace_score, 0)
        + IF(is_home, 0.5, -0.5)
        + IF(days_of_rest = 0, -1.5, 0)
        + CASE WHEN fatigue_score < 50 THEN -2.5 WHEN fatigue_score < 70 THEN -1.0 ELSE 0 END AS points,
    FROM eligible
),
zone_matchup AS (
    SELECT
        eligible.player_lookup,
        eligible.game_date,
        eligible.points_avg_season
        + LEAST(
            GREATEST(
                defence.paint_defense_vs_league_avg / 100 * zones.paint_attempts_per_game * 2
                + defence.mid_range_defense_vs_league_avg / 100 * zones.mid_range_attempts_per_game * 2
                + defence.three_pt_defense_vs_league_avg / 100 * zones.three_pt_attempts_per_game * 3,
                -6
            ),
            6
        )
        + 0.4 * COALESCE(eligible.pace_score, 0)
        + IF(eligible.is_home, 0.8, -0.8) AS points,
    FROM eligible
    INNER JOIN nba_precompute.player_shot_zone_analysis AS zones
        ON zones.player_lookup = eligible.player_lookup AND zones.analysis_date = eligible.game_date
    INNER JOIN nba_precompute.team_defense_zone_analysis AS defence
        ON defence.team_abbr = eligible.opponent_team_abbr AND defence.analysis_date = eligible.game_date
),
defence_tiers AS (
    -- Quintiles by rank among the teams with a rating that morning; 1 is the best fifth.
    SELECT
        team_abbr,
        analysis_date,
        1 + DIV(
            5 * (ROW_NUMBER() OVER (PARTITION BY analysis_date ORDER BY defensive_rating_last_15, team_abbr) - 1),
            COUNT(*) OVER (PARTITION BY analysis_date)
        ) AS tier,
    FROM nba_precompute.team_defense_zone_analysis
    WHERE analysis_date BETWEEN @season_start AND @end_date
),
form_gaps AS (
    -- On the morning of each past game: his last five games' mean points less his mean before that day.
    SELECT
        player_lookup,
        analysis_date,
        game_id,
        ROUND(
            AVG(points) OVER (
                PARTITION BY player_lookup, analysis_date ORDER BY game_date, game_id
                ROWS BETWEEN 5 PRECEDING AND 1 PRECEDING
            ) - AVG(points) OVER (
                PARTITION BY player_lookup, analysis_date ORDER BY game_date, game_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            8
        ) AS form_gap,
    FROM views.player_windows
),
form_today AS (
    SELECT
        player_lookup,
        analysis_date,
        ROUND(AVG(IF(games_ago <= 5, points, NULL)) - AVG(points), 8) AS form_gap,
    FROM views.player_windows
    GROUP BY player_lookup, analysis_date
),
past_games AS (
    SELECT
        games.player_lookup,
        games.analysis_date,
        games.game_id,
        games.game_date,
        games.points,
        games.is_home,
        LEAST(rest.days_of_rest, 3) AS rest_bucket,
        tiers.tier,
        CASE WHEN form.form_gap >= 3 THEN 1 WHEN form.form_gap <= -3 THEN -1 WHEN form.form_gap IS NOT NULL THEN 0 END AS form,
    FROM views.player_windows AS games
    INNER JOIN form_gaps AS form
        ON form.player_lookup = games.player_lookup
        AND form.analysis_date = games.analysis_date
        AND form.game_id = games.game_id
    LEFT JOIN views.slate_teams AS rest ON rest.game_id = games.game_id AND rest.team_abbr = games.team_abbr
    LEFT JOIN defence_tiers AS tiers
        ON tiers.team_abbr = games.opponent_team_abbr AND tiers.analysis_date = games.game_date
    WHERE DATE_DIFF(games.analysis_date, games.game_date, DAY) <= 90
),
similarities AS (
    SELECT
        past.player_lookup,
        past.analysis_date,
        past.game_id,
        past.game_date,
        past.points,
        CASE ABS(past.tier - tiers.tier) WHEN 0 THEN 40 WHEN 1 THEN 20 ELSE 0 END
        + CASE ABS(past.rest_bucket - LEAST(eligible.days_of_rest, 3)) WHEN 0 THEN 30 WHEN 1 THEN 15 ELSE 0 END
        + IF(past.is_home = eligible.is_home, 15, 0)
        + CASE
            ABS(past.form - CASE WHEN form.form_gap >= 3 THEN 1 WHEN form.form_gap <= -3 THEN -1 WHEN form.form_gap IS NOT NULL THEN 0 END)
            WHEN 0 THEN 15
            WHEN 1 THEN 5
            ELSE 0
        END AS similarity,
    FROM eligible
    INNER JOIN past_games AS past
        ON past.player_lookup = eligible.player_lookup AND past.analysis_date = eligible.game_date
    INNER JOIN form_today AS form
        ON form.player_lookup = eligible.player_lookup AND form.analysis_date = eligible.game_date
    LEFT JOIN defence_tiers AS tiers
        ON tiers.team_abbr = eligible.opponent_team_abbr AND tiers.analysis_date = eligible.game_date
),
most_similar AS (
    SELECT player_lookup, analysis_date, points, similarity
    FROM similarities
    WHERE similarity >= 70
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY player_lookup, analysis_date ORDER BY similarity DESC, game_date DESC, game_id DESC
        ) <= 20
),
similarity_balanced AS (
    SELECT player_lookup, analysis_date AS game_date, SUM(similarity * points) / SUM(similarity) AS points
    FROM most_similar
    GROUP BY player_lookup, analysis_date
    HAVING COUNT(*) >= 5
),
single_systems AS (
    SELECT 'moving_average_baseline' AS system_id, player_lookup, game_date, points FROM moving_average
    UNION ALL
    SELECT 'zone_matchup_v1', player_lookup, game_date, points FROM zone_matchup
    UNION ALL
    SELECT 'similarity_balanced_v1', player_lookup, game_date, points FROM similarity_balanced
),
forecasts AS (
    SELECT
        single_systems.system_id,
        eligible.player_lookup,
        eligible.game_date,
        eligible.game_id,
        ROUND(LEAST(GREATEST(single_systems.points, 0), 60), 1) AS predicted_points,
        eligible.confidence_score,
    FROM single_systems
    INNER JOIN eligible
        ON eligible.player_lookup = single_systems.player_lookup AND eligible.game_date = single_systems.game_date
),
with_ensemble AS (
    SELECT system_id, player_lookup, game_date, game_id, predicted_points, confidence_score FROM forecasts
    UNION ALL
    SELECT
        'ensemble_v1',
        player_lookup,
        game_date,
        game_id,
        ROUND(SUM(confidence_score * predicted_points) / SUM(confidence_score), 1),
        ROUND(AVG(confidence_score), 4),
    FROM forecasts
    GROUP BY player_lookup, game_date, game_id
    HAVING COUNT(*) >= 2
)
SELECT
    player_lookup,
    game_date,
    system_id,
    game_id,
    predicted_points,
    confidence_score,
    'NO_LINE' AS recommendation,
    CAST(NULL AS FLOAT64) AS current_points_line,
    CAST(NULL AS FLOAT64) AS line_margin,
    'v1' AS prediction_version,
FROM with_ensemble
