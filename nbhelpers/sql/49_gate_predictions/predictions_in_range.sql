-- predictions_in_range
-- fail:    Is every forecast of 0 to 60 points, with a confidence of 0 to 1, the recommendation NO_LINE and no invented line?
-- of:      dates with features
-- because: a forecast out of range, or with a line that nobody offered, is taken for a bet
-- then:    run 40_build_predictions again, then this gate
-- from:    factor_start
WITH dates AS (
    SELECT DISTINCT game_date FROM nba_predictions.ml_feature_store_v2 WHERE game_date BETWEEN @start_date AND @end_date
),
judged AS (
    SELECT
        game_date,
        COUNT(*) AS n,
        COUNT(DISTINCT CONCAT(player_lookup, ' ', system_id)) AS distinct_keys,
        COUNTIF(COALESCE(predicted_points NOT BETWEEN 0 AND 60, TRUE)) AS points_out,
        COUNTIF(COALESCE(confidence_score NOT BETWEEN 0 AND 1, TRUE)) AS confidence_out,
        COUNTIF(
            -- No table holds a betting line, so that any line, and any advice on one, is invented.
            recommendation != 'NO_LINE' OR current_points_line IS NOT NULL OR line_margin IS NOT NULL
        ) AS recommendations_out,
    FROM nba_predictions.player_prop_predictions
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
)
SELECT
    dates.game_date,
    CONCAT('date ', CAST(dates.game_date AS STRING)) AS member,
    TRUE AS is_examined,
    CASE
        WHEN judged.n > judged.distinct_keys THEN CONCAT(CAST(judged.n - judged.distinct_keys AS STRING), ' doubled keys')
        WHEN judged.points_out > 0 THEN CONCAT(CAST(judged.points_out AS STRING), ' forecasts outside 0 to 60 points')
        WHEN judged.confidence_out > 0 THEN CONCAT(CAST(judged.confidence_out AS STRING), ' confidences outside 0 to 1')
        WHEN judged.recommendations_out > 0 THEN CONCAT(CAST(judged.recommendations_out AS STRING), ' invented lines or recommendations')
    END AS problem,
FROM dates
LEFT JOIN judged ON judged.game_date = dates.game_date
