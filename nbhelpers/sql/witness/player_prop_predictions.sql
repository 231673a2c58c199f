-- witness.player_prop_predictions
-- The forecasts a second time: three systems side by side for each player, and their mean.
--
-- grain:  one row per player to forecast and system that has its inputs
-- inputs: witness.forecast_players, witness.player_shot_zone_analysis, witness.team_defense_zone_analysis, witness.similar_games
WITH best AS (
    -- The 20 most alike, the newer of equals: counted, how many are more so.
    SELECT one.player_lookup, one.game_date, one.points, one.likeness,
    FROM witness.similar_games AS one
    INNER JOIN witness.similar_games AS other ON other.player_lookup = one.player_lookup AND other.game_date = one.game_date
    GROUP BY one.player_lookup, one.game_date, one.past_date, one.points, one.likeness
    HAVING COUNTIF(other.likeness > one.likeness OR (other.likeness = one.likeness AND other.past_date > one.past_date)) < 20
),
alike AS (
    SELECT player_lookup, game_date, SUM(likeness * points) / SUM(likeness) AS points,
    FROM best
    GROUP BY player_lookup, game_date
    HAVING COUNT(*) >= 5
),
sums AS (
    SELECT
        players.*,
        0.5 * players.points_avg_last_5 + 0.3 * players.points_avg_last_10 + 0.2 * players.points_avg_season
        + 0.3 * (COALESCE(players.shot_zone_mismatch_score, 0) + COALESCE(players.pace_score, 0))  -- absent: no adjustment
        + IF(players.is_home, 1, -1) * 0.5
        - IF(players.days_of_rest = 0, 1.5, 0)
        - CASE WHEN players.fatigue_score < 50 THEN 2.5 WHEN players.fatigue_score < 70 THEN 1 ELSE 0 END AS moving_average,
        0.01 * (
            2 * defence.paint_defense_vs_league_avg * zones.paint_attempts_per_game
            + 2 * defence.mid_range_defense_vs_league_avg * zones.mid_range_attempts_per_game
            + 3 * defence.three_pt_defense_vs_league_avg * zones.three_pt_attempts_per_game
        ) AS zone_gain,
        alike.points AS similar_points,
    FROM witness.forecast_players AS players
    INNER JOIN witness.team_defense_zone_analysis AS defence
        ON defence.team_abbr = players.opponent_team_abbr AND defence.analysis_date = players.game_date
    LEFT JOIN witness.player_shot_zone_analysis AS zones
        ON zones.player_lookup = players.player_lookup AND zones.analysis_date = players.game_date
    LEFT JOIN alike ON alike.player_lookup = players.player_lookup AND alike.game_date = players.game_date
),
bounded AS (
    SELECT
        sums.*,
        system_id,
        CASE system_id
            WHEN 'moving_average_baseline' THEN moving_average
            WHEN 'similarity_balanced_v1' THEN similar_points
            ELSE
                points_avg_season + CASE WHEN zone_gain > 6 THEN 6 WHEN zone_gain < -6 THEN -6 ELSE zone_gain END
                + 0.4 * COALESCE(pace_score, 0) + IF(is_home, 1, -1) * 0.8
        END AS forecast,
    FROM sums
    CROSS JOIN UNNEST(['moving_average_baseline', 'zone_matchup_v1', 'similarity_balanced_v1']) AS system_id
),
systems AS (
    SELECT
        player_lookup,
        game_date,
        game_id,
        system_id,
        ROUND(CASE WHEN forecast < 0 THEN 0 WHEN forecast > 60 THEN 60 ELSE forecast END, 1) AS predicted_points,
        confidence_score,
    FROM bounded
    WHERE forecast IS NOT NULL
),
all_systems AS (
    SELECT player_lookup, game_date, game_id, system_id, predicted_points, confidence_score FROM systems
    UNION ALL
    -- All systems trust a player's forecast alike, so that the weighted mean is the mean.
    SELECT player_lookup, game_date, game_id, 'ensemble_v1', ROUND(AVG(predicted_points), 1), MAX(confidence_score),
    FROM systems
    GROUP BY player_lookup, game_date, game_id
    HAVING COUNT(*) > 1
)
SELECT
    *,
    'NO_LINE' AS recommendation,
    CAST(NULL AS FLOAT64) AS current_points_line,
    CAST(NULL AS FLOAT64) AS line_margin,
    'v1' AS prediction_version,
FROM all_systems
