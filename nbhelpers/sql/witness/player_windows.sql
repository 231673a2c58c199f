-- witness.player_windows
-- The sums of each listed player's last 3, 5 and 10 games and of his season, told by two running sums each.
--
-- grain:  one row per player listed on the slate who has played a game before
-- inputs: witness.listed_players, witness.player_games
SELECT
    listed.player_lookup,
    listed.game_date,
    listed.games,
    LEAST(listed.games, 10) AS games_in_10,
    first.game_date AS window_start_date,
    newest.game_date AS window_end_date,
    newest.sum_points AS points,
    -- Before his first game every running sum is 0.
    newest.sum_points - COALESCE(before_3.sum_points, 0) AS points_of_3,
    newest.sum_points - COALESCE(before_5.sum_points, 0) AS points_of_5,
    newest.sum_points - COALESCE(before_10.sum_points, 0) AS points_of_10,
    newest.sum_points_squared - COALESCE(before_10.sum_points_squared, 0) AS points_squared_of_10,
    newest.sum_ft_makes - COALESCE(before_10.sum_ft_makes, 0) AS ft_makes_of_10,
    newest.sum_minutes AS minutes,
    newest.sum_minutes - COALESCE(before_10.sum_minutes, 0) AS minutes_of_10,
    SAFE_DIVIDE(newest.sum_usage, newest.usages) AS usage_season,
    SAFE_DIVIDE(
        newest.sum_usage - COALESCE(before_5.sum_usage, 0), newest.usages - COALESCE(before_5.usages, 0)
    ) AS usage_last_5,
    SAFE_DIVIDE(
        newest.sum_usage - COALESCE(before_10.sum_usage, 0), newest.usages - COALESCE(before_10.usages, 0)
    ) AS usage_last_10,
    SAFE_DIVIDE(newest.sum_ts - COALESCE(before_10.sum_ts, 0), newest.tss - COALESCE(before_10.tss, 0)) AS ts_last_10,
    newest.games_without_zones - COALESCE(before_10.games_without_zones, 0) AS games_without_zones,
    newest.sum_paint_makes - COALESCE(before_10.sum_paint_makes, 0) AS paint_makes,
    newest.sum_paint_attempts - COALESCE(before_10.sum_paint_attempts, 0) AS paint_attempts,
    newest.sum_mid_range_makes - COALESCE(before_10.sum_mid_range_makes, 0) AS mid_range_makes,
    newest.sum_mid_range_attempts - COALESCE(before_10.sum_mid_range_attempts, 0) AS mid_range_attempts,
    newest.sum_three_pt_makes - COALESCE(before_10.sum_three_pt_makes, 0) AS three_pt_makes,
    newest.sum_three_pt_attempts - COALESCE(before_10.sum_three_pt_attempts, 0) AS three_pt_attempts,
FROM witness.listed_players AS listed
INNER JOIN witness.player_games AS newest ON newest.player_lookup = listed.player_lookup AND newest.nth = listed.games
INNER JOIN witness.player_games AS first
    ON first.player_lookup = listed.player_lookup AND first.nth = GREATEST(listed.games - 9, 1)
LEFT JOIN witness.player_games AS before_3
    ON before_3.player_lookup = listed.player_lookup AND before_3.nth = listed.games - 3
LEFT JOIN witness.player_games AS before_5
    ON before_5.player_lookup = listed.player_lookup AND before_5.nth = listed.games - 5
LEFT JOIN witness.player_games AS before_10
    ON before_10.player_lookup = listed.player_lookup AND before_10.nth = listed.games - 10
