-- views.player_trends
-- How each player's scoring, minutes and free throws have moved before each slate date of the window.
--
-- grain:  one row per player and analysis_date with an earlier official game
-- inputs: views.player_windows
-- dates:  only official games of the season before analysis_date
WITH recent AS (
    SELECT
        player_lookup,
        analysis_date,
        ROUND(AVG(IF(games_ago <= 3, points, NULL)) - AVG(IF(games_ago BETWEEN 4 AND 5, points, NULL)), 8) AS trend,
        ROUND(
            SAFE_DIVIDE(AVG(IF(games_ago <= 10, minutes_played, NULL)) - AVG(minutes_played), AVG(minutes_played)), 8
        ) AS minutes_shift,
        SAFE_DIVIDE(
            SUM(IF(games_ago <= 10, ft_makes, NULL)), SUM(IF(games_ago <= 10, points, NULL))
        ) AS share_of_free_throws,
    FROM views.player_windows
    GROUP BY player_lookup, analysis_date
)
SELECT
    player_lookup,
    analysis_date,
    CASE
        WHEN trend >= 5 THEN 2.0
        WHEN trend >= 2 THEN 1.0
        WHEN trend <= -5 THEN -2.0
        WHEN trend <= -2 THEN -1.0
        WHEN trend IS NOT NULL THEN 0.0
    END AS recent_trend,
    CASE
        WHEN minutes_shift >= 0.2 THEN 2.0
        WHEN minutes_shift >= 0.1 THEN 1.0
        WHEN minutes_shift <= -0.2 THEN -2.0
        WHEN minutes_shift <= -0.1 THEN -1.0
        WHEN minutes_shift IS NOT NULL THEN 0.0
    END AS minutes_change,
    share_of_free_throws,
FROM recent
