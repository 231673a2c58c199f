-- forecasts_hit
-- warn:    Is each system's mean absolute error over the window below 7 points?
-- of:      systems with forecasts of players who then played
-- because: a system far off the season mean has been fed something wrong
-- then:    compare with the naive season mean in the notebook; look at the features of the worst dates
-- from:    factor_start
-- per:     range
SELECT
    CAST(NULL AS DATE) AS game_date,
    forecasts.system_id AS member,
    TRUE AS is_examined,
    IF(
        COUNT(*) >= @fewest_forecasts AND AVG(ABS(forecasts.predicted_points - games.points)) > @most_points_off,
        CONCAT('mean absolute error ', CAST(ROUND(AVG(ABS(forecasts.predicted_points - games.points)), 2) AS STRING)),
        NULL
    ) AS problem,
FROM nba_predictions.player_prop_predictions AS forecasts
INNER JOIN nba_analytics.player_game_summary AS games
    ON games.player_lookup = forecasts.player_lookup AND games.game_id = forecasts.game_id
WHERE
    forecasts.game_date BETWEEN @start_date AND @end_date
    AND games.game_date BETWEEN @start_date AND @end_date
GROUP BY forecasts.system_id
