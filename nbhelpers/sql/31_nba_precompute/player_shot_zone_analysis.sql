-- nba_precompute.player_shot_zone_analysis (PSZA)
-- From where each listed player has shot, and how well, over his last 10 played games.
--
-- grain:  one row per player listed on the slate
-- key:    player_lookup, analysis_date
-- inputs: views.player_windows
-- dates:  only official games he played before analysis_date count; reaches back 10 of them
-- absent: fewer than 10 games, or one without known zones among them -> no row (a failure, not a zero)
WITH samples AS (
    SELECT
        player_lookup,
        analysis_date,
        listed_team_abbr AS team_abbr,
        COUNT(*) AS games_in_sample,
        MIN(game_date) AS window_start_date,
        MAX(game_date) AS window_end_date,
        SUM(paint_makes) AS paint_makes,
        SUM(paint_attempts) AS paint_attempts,
        SUM(mid_range_makes) AS mid_range_makes,
        SUM(mid_range_attempts) AS mid_range_attempts,
        SUM(three_pt_makes) AS three_pt_makes,
        SUM(three_pt_attempts) AS three_pt_attempts,
        SUM(paint_attempts) + SUM(mid_range_attempts) + SUM(three_pt_attempts) AS shots,
    FROM views.player_windows
    WHERE games_ago <= 10
    GROUP BY player_lookup, analysis_date, listed_team_abbr
    HAVING COUNT(*) = 10 AND COUNTIF(NOT has_shot_zones) = 0
),
rated AS (
    SELECT
        *,
        ROUND(SAFE_DIVIDE(100 * paint_attempts, shots), 2) AS paint_rate,
        ROUND(SAFE_DIVIDE(100 * mid_range_attempts, shots), 2) AS mid_range_rate,
        ROUND(SAFE_DIVIDE(100 * three_pt_attempts, shots), 2) AS three_pt_rate,
    FROM samples
)
SELECT
    player_lookup,
    analysis_date,
    team_abbr,
    games_in_sample,
    window_start_date,
    window_end_date,
    shots AS total_shots_last_10,
    paint_rate AS paint_rate_last_10,
    mid_range_rate AS mid_range_rate_last_10,
    three_pt_rate AS three_pt_rate_last_10,
    ROUND(SAFE_DIVIDE(paint_makes, paint_attempts), 4) AS paint_pct_last_10,
    ROUND(SAFE_DIVIDE(mid_range_makes, mid_range_attempts), 4) AS mid_range_pct_last_10,
    ROUND(SAFE_DIVIDE(three_pt_makes, three_pt_attempts), 4) AS three_pt_pct_last_10,
    ROUND(paint_attempts / games_in_sample, 2) AS paint_attempts_per_game,
    ROUND(mid_range_attempts / games_in_sample, 2) AS mid_range_attempts_per_game,
    ROUND(three_pt_attempts / games_in_sample, 2) AS three_pt_attempts_per_game,
    CASE
        WHEN paint_rate >= 40 THEN 'paint'
        WHEN three_pt_rate >= 40 THEN 'perimeter'
        WHEN mid_range_rate >= 35 THEN 'mid_range'
        ELSE 'balanced'
    END AS primary_scoring_zone,
FROM rated
