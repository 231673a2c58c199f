-- nba_precompute.team_defense_zone_analysis (TDZA)
-- How each team has defended each shot zone over its last 15 games, against the league's average that morning.
--
-- grain:  one row per team per slate date, all 30 teams, playing or not
-- key:    team_abbr, analysis_date
-- inputs: views.defence_windows
-- dates:  only official games before analysis_date count; reaches back 15 games
-- absent: fewer than 5 earlier games, or a game without zones in the window -> no row (a failure, not a zero)
WITH samples AS (
    SELECT
        team_abbr,
        analysis_date,
        COUNT(*) AS games_in_sample,
        MIN(game_date) AS window_start_date,
        MAX(game_date) AS window_end_date,
        SUM(opp_paint_makes) AS paint_makes,
        SUM(opp_paint_attempts) AS paint_attempts,
        SUM(opp_mid_range_makes) AS mid_range_makes,
        SUM(opp_mid_range_attempts) AS mid_range_attempts,
        SUM(opp_three_pt_makes) AS three_pt_makes,
        SUM(opp_three_pt_attempts) AS three_pt_attempts,
        AVG(defensive_rating) AS defensive_rating,
        AVG(points_allowed) AS points_allowed,
        AVG(opponent_pace) AS opponent_pace,
    FROM views.defence_windows
    WHERE games_ago <= 15
    GROUP BY team_abbr, analysis_date
    HAVING COUNT(*) >= 5 AND COUNTIF(NOT has_zones) = 0
),
league AS (
    SELECT
        analysis_date,
        SAFE_DIVIDE(SUM(paint_makes), SUM(paint_attempts)) AS paint_pct,
        SAFE_DIVIDE(SUM(mid_range_makes), SUM(mid_range_attempts)) AS mid_range_pct,
        SAFE_DIVIDE(SUM(three_pt_makes), SUM(three_pt_attempts)) AS three_pt_pct,
    FROM samples
    GROUP BY analysis_date
),
compared AS (
    SELECT
        samples.*,
        SAFE_DIVIDE(paint_makes, paint_attempts) AS paint_pct_allowed,
        SAFE_DIVIDE(mid_range_makes, mid_range_attempts) AS mid_range_pct_allowed,
        SAFE_DIVIDE(three_pt_makes, three_pt_attempts) AS three_pt_pct_allowed,
        ROUND(100 * (SAFE_DIVIDE(paint_makes, paint_attempts) - league.paint_pct), 2) AS paint_vs_league,
        ROUND(100 * (SAFE_DIVIDE(mid_range_makes, mid_range_attempts) - league.mid_range_pct), 2) AS mid_range_vs_league,
        ROUND(100 * (SAFE_DIVIDE(three_pt_makes, three_pt_attempts) - league.three_pt_pct), 2) AS three_pt_vs_league,
    FROM samples
    INNER JOIN league ON league.analysis_date = samples.analysis_date
),
extremes AS (
    SELECT
        *,
        LEAST(paint_vs_league, mid_range_vs_league, three_pt_vs_league) AS smallest,
        GREATEST(paint_vs_league, mid_range_vs_league, three_pt_vs_league) AS largest,
    FROM compared
)
SELECT
    team_abbr,
    analysis_date,
    games_in_sample,
    window_start_date,
    window_end_date,
    ROUND(paint_pct_allowed, 4) AS paint_pct_allowed_last_15,
    ROUND(mid_range_pct_allowed, 4) AS mid_range_pct_allowed_last_15,
    ROUND(three_pt_pct_allowed, 4) AS three_pt_pct_allowed_last_15,
    ROUND(paint_attempts / games_in_sample, 2) AS paint_attempts_allowed_per_game,
    ROUND(mid_range_attempts / games_in_sample, 2) AS mid_range_attempts_allowed_per_game,
    ROUND(three_pt_attempts / games_in_sample, 2) AS three_pt_attempts_allowed_per_game,
    paint_vs_league AS paint_defense_vs_league_avg,
    mid_range_vs_league AS mid_range_defense_vs_league_avg,
    three_pt_vs_league AS three_pt_defense_vs_league_avg,
    ROUND(defensive_rating, 2) AS defensive_rating_last_15,
    ROUND(points_allowed, 2) AS opponent_points_per_game,
    ROUND(opponent_pace, 2) AS opponent_pace,
    CASE smallest
        WHEN paint_vs_league THEN 'paint'
        WHEN mid_range_vs_league THEN 'mid_range'
        WHEN three_pt_vs_league THEN 'three_pt'
    END AS strongest_zone,
    CASE largest
        WHEN paint_vs_league THEN 'paint'
        WHEN mid_range_vs_league THEN 'mid_range'
        WHEN three_pt_vs_league THEN 'three_pt'
    END AS weakest_zone,
    CASE
        WHEN games_in_sample >= 15 THEN 'high'
        WHEN games_in_sample >= 10 THEN 'medium'
        ELSE 'low'
    END AS data_quality_tier,
FROM extremes
