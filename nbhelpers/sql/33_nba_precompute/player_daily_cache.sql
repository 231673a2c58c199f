-- nba_precompute.player_daily_cache (PDC)
-- Each listed player's recent and season averages, his load and his team's form, as known that morning.
--
-- grain:  one row per player listed on the slate
-- key:    player_lookup, cache_date
-- inputs: views.player_windows, views.offence_windows, nba_precompute.player_shot_zone_analysis
-- dates:  only official games before cache_date count; season averages reach back to opening night
-- absent: fewer than 5 played games -> no row; no shot zone analysis -> NULL zone and rates
WITH nights AS (
    SELECT
        *,
        DATE_DIFF(analysis_date, game_date, DAY) AS days_ago,
        DATE_DIFF(
            game_date, LAG(game_date) OVER (PARTITION BY player_lookup, analysis_date ORDER BY game_date, game_id), DAY
        ) AS days_since_previous,
    FROM views.player_windows
),
histories AS (
    SELECT
        player_lookup,
        analysis_date,
        listed_team_abbr AS team_abbr,
        COUNT(*) AS games,
        AVG(IF(games_ago <= 5, points, NULL)) AS points_last_5,
        AVG(IF(games_ago <= 10, points, NULL)) AS points_last_10,
        AVG(points) AS points_season,
        STDDEV_SAMP(IF(games_ago <= 10, points, NULL)) AS points_std_last_10,
        AVG(IF(games_ago <= 10, minutes_played, NULL)) AS minutes_last_10,
        AVG(IF(games_ago <= 10, usage_rate, NULL)) AS usage_last_10,
        AVG(IF(games_ago <= 10, ts_pct, NULL)) AS ts_last_10,
        COUNTIF(days_ago <= 7) AS games_in_7_days,
        -- No game in the week is no minutes in the week: a true zero.
        COALESCE(SUM(IF(days_ago <= 7, minutes_played, NULL)), 0) AS minutes_in_7_days,
        COUNTIF(days_ago <= 14) AS games_in_14_days,
        COUNTIF(days_ago <= 13 AND days_since_previous = 1) AS back_to_backs,
        MIN(IF(games_ago <= 10, game_date, NULL)) AS window_start_date,
        MAX(game_date) AS window_end_date,
    FROM nights
    GROUP BY player_lookup, analysis_date, listed_team_abbr
    HAVING COUNT(*) >= 5
),
teams AS (
    SELECT
        team_abbr,
        analysis_date,
        AVG(IF(games_ago <= 10, pace, NULL)) AS pace_last_10,
        AVG(IF(games_ago <= 10, offensive_rating, NULL)) AS off_rating_last_10,
        SAFE_DIVIDE(COUNTIF(win_flag), COUNT(*)) AS win_pct,
    FROM views.offence_windows
    GROUP BY team_abbr, analysis_date
)
SELECT
    histories.player_lookup,
    histories.analysis_date AS cache_date,
    histories.team_abbr,
    histories.games AS games_played_season,
    ROUND(points_last_5, 2) AS points_avg_last_5,
    ROUND(points_last_10, 2) AS points_avg_last_10,
    ROUND(points_season, 2) AS points_avg_season,
    ROUND(histories.points_std_last_10, 2) AS points_std_last_10,
    ROUND(minutes_last_10, 2) AS minutes_avg_last_10,
    ROUND(usage_last_10, 2) AS usage_rate_last_10,
    ROUND(ts_last_10, 3) AS ts_pct_last_10,
    games_in_7_days AS games_in_last_7_days,
    ROUND(minutes_in_7_days, 2) AS minutes_in_last_7_days,
    games_in_14_days AS games_in_last_14_days,
    back_to_backs AS back_to_backs_last_14_days,
    ROUND(teams.pace_last_10, 2) AS team_pace_last_10,
    ROUND(teams.off_rating_last_10, 2) AS team_off_rating_last_10,
    ROUND(teams.win_pct, 3) AS team_win_pct,
    zones.primary_scoring_zone,
    zones.paint_rate_last_10,
    zones.mid_range_rate_last_10,
    zones.three_pt_rate_last_10,
    histories.games < 10 AS early_season_flag,
    histories.window_start_date,
    histories.window_end_date,
FROM histories
LEFT JOIN teams ON teams.team_abbr = histories.team_abbr AND teams.analysis_date = histories.analysis_date
LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
    ON zones.player_lookup = histories.player_lookup AND zones.analysis_date = histories.analysis_date
