-- witness.team_defense_zone_analysis
-- TDZA a second time, of every slate date since opening night.
--
-- grain:  one row per team per slate date with at least 5 games, all of the last 15 with zones
-- inputs: witness.team_mornings
WITH defences AS (
    SELECT * FROM witness.team_mornings WHERE games >= 5 AND games_without_zones = 0
),
league AS (
    SELECT
        analysis_date,
        100 * SAFE_DIVIDE(SUM(paint_makes), SUM(paint_attempts)) AS paint,
        100 * SAFE_DIVIDE(SUM(mid_range_makes), SUM(mid_range_attempts)) AS mid_range,
        100 * SAFE_DIVIDE(SUM(three_pt_makes), SUM(three_pt_attempts)) AS three_pt,
    FROM defences
    GROUP BY analysis_date
),
zones AS (
    SELECT
        defences.*,
        ROUND(100 * SAFE_DIVIDE(defences.paint_makes, defences.paint_attempts) - league.paint, 2) AS paint,
        ROUND(100 * SAFE_DIVIDE(defences.mid_range_makes, defences.mid_range_attempts) - league.mid_range, 2) AS mid_range,
        ROUND(100 * SAFE_DIVIDE(defences.three_pt_makes, defences.three_pt_attempts) - league.three_pt, 2) AS three_pt,
    FROM defences
    INNER JOIN league ON league.analysis_date = defences.analysis_date
)
SELECT
    team_abbr,
    analysis_date,
    games_in_15 AS games_in_sample,
    window_start_date,
    window_end_date,
    ROUND(SAFE_DIVIDE(paint_makes, paint_attempts), 4) AS paint_pct_allowed_last_15,
    ROUND(SAFE_DIVIDE(mid_range_makes, mid_range_attempts), 4) AS mid_range_pct_allowed_last_15,
    ROUND(SAFE_DIVIDE(three_pt_makes, three_pt_attempts), 4) AS three_pt_pct_allowed_last_15,
    ROUND(paint_attempts / games_in_15, 2) AS paint_attempts_allowed_per_game,
    ROUND(mid_range_attempts / games_in_15, 2) AS mid_range_attempts_allowed_per_game,
    ROUND(three_pt_attempts / games_in_15, 2) AS three_pt_attempts_allowed_per_game,
    paint AS paint_defense_vs_league_avg,
    mid_range AS mid_range_defense_vs_league_avg,
    three_pt AS three_pt_defense_vs_league_avg,
    ROUND(defensive_rating / games_in_15, 2) AS defensive_rating_last_15,
    ROUND(points_allowed / games_in_15, 2) AS opponent_points_per_game,
    ROUND(opponent_pace / games_in_15, 2) AS opponent_pace,
    -- Of equals the one nearer the basket is named; where one is not known, none is.
    CASE
        WHEN paint <= mid_range AND paint <= three_pt THEN 'paint'
        WHEN mid_range <= three_pt AND mid_range < paint THEN 'mid_range'
        WHEN three_pt < mid_range AND three_pt < paint THEN 'three_pt'
    END AS strongest_zone,
    CASE
        WHEN paint >= mid_range AND paint >= three_pt THEN 'paint'
        WHEN mid_range >= three_pt AND mid_range > paint THEN 'mid_range'
        WHEN three_pt > mid_range AND three_pt > paint THEN 'three_pt'
    END AS weakest_zone,
    CASE games_in_15 WHEN 15 THEN 'high' ELSE IF(games_in_15 < 10, 'low', 'medium') END AS data_quality_tier,
FROM zones
