-- witness.player_shot_zone_analysis
-- PSZA a second time.
--
-- grain:  one row per player listed on the slate with 10 games, all of the last 10 with zones
-- inputs: witness.player_windows, witness.listed_players
WITH shares AS (
    SELECT
        *,
        paint_attempts + mid_range_attempts + three_pt_attempts AS shots,
        ROUND(SAFE_DIVIDE(paint_attempts, paint_attempts + mid_range_attempts + three_pt_attempts) * 100, 2) AS paint_rate,
        ROUND(SAFE_DIVIDE(mid_range_attempts, paint_attempts + mid_range_attempts + three_pt_attempts) * 100, 2) AS mid_range_rate,
        ROUND(SAFE_DIVIDE(three_pt_attempts, paint_attempts + mid_range_attempts + three_pt_attempts) * 100, 2) AS three_pt_rate,
    FROM witness.player_windows
    WHERE games >= 10 AND games_without_zones = 0
)
SELECT
    shares.player_lookup,
    shares.game_date AS analysis_date,
    listed.team_abbr,
    10 AS games_in_sample,
    shares.window_start_date,
    shares.window_end_date,
    shares.shots AS total_shots_last_10,
    shares.paint_rate AS paint_rate_last_10,
    shares.mid_range_rate AS mid_range_rate_last_10,
    shares.three_pt_rate AS three_pt_rate_last_10,
    ROUND(SAFE_DIVIDE(shares.paint_makes, shares.paint_attempts), 4) AS paint_pct_last_10,
    ROUND(SAFE_DIVIDE(shares.mid_range_makes, shares.mid_range_attempts), 4) AS mid_range_pct_last_10,
    ROUND(SAFE_DIVIDE(shares.three_pt_makes, shares.three_pt_attempts), 4) AS three_pt_pct_last_10,
    ROUND(shares.paint_attempts / 10, 2) AS paint_attempts_per_game,
    ROUND(shares.mid_range_attempts / 10, 2) AS mid_range_attempts_per_game,
    ROUND(shares.three_pt_attempts / 10, 2) AS three_pt_attempts_per_game,
    CASE
        WHEN shares.paint_rate >= 40 THEN 'paint'
        WHEN shares.three_pt_rate >= 40 THEN 'perimeter'
        WHEN shares.mid_range_rate >= 35 THEN 'mid_range'
        ELSE 'balanced'
    END AS primary_scoring_zone,
FROM shares
INNER JOIN witness.listed_players AS listed
    ON listed.player_lookup = shares.player_lookup AND listed.game_date = shares.game_date
