-- nba_predictions.player_prop_predictions (PREDICTIONS)
-- Four systems' forecasts of each player's points. No betting line is known: NULL and NO_LINE, never an invented one.
--
-- grain:  one row per player, date and system, on dates with at least @min_feature_rows feature rows
-- key:    player_lookup, game_date, system_id
-- inputs: views.forecast_players, systems.moving_average_baseline, systems.zone_matchup_v1, systems.similarity_balanced_v1
-- dates:  only official games before game_date count; similar games reach back 90 days
-- absent: too few feature rows -> the date is skipped (a failure); a system without its inputs -> no row
WITH single_systems AS (
    SELECT 'moving_average_baseline' AS system_id, player_lookup, game_date, points FROM systems.moving_average_baseline
    UNION ALL
    SELECT 'zone_matchup_v1', player_lookup, game_date, points FROM systems.zone_matchup_v1
    UNION ALL
    SELECT 'similarity_balanced_v1', player_lookup, game_date, points FROM systems.similarity_balanced_v1
),
forecasts AS (
    SELECT
        single_systems.system_id,
        players.player_lookup,
        players.game_date,
        players.game_id,
        ROUND(LEAST(GREATEST(single_systems.points, 0), 60), 1) AS predicted_points,
        players.confidence_score,
    FROM single_systems
    INNER JOIN views.forecast_players AS players
        ON players.player_lookup = single_systems.player_lookup AND players.game_date = single_systems.game_date
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
