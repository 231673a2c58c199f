-- witness.player_daily_cache
-- PDC a second time.
--
-- grain:  one row per player listed on the slate with at least 5 games
-- inputs: witness.listed_players, witness.player_windows, witness.team_mornings, witness.player_shot_zone_analysis
SELECT
    listed.player_lookup,
    listed.game_date AS cache_date,
    listed.team_abbr,
    listed.games AS games_played_season,
    ROUND(windows.points_of_5 / 5, 2) AS points_avg_last_5,
    ROUND(windows.points_of_10 / windows.games_in_10, 2) AS points_avg_last_10,
    ROUND(windows.points / windows.games, 2) AS points_avg_season,
    -- n times the sum of squares less the square of the sum, in whole numbers: exact until the root.
    ROUND(
        SQRT(
            (windows.games_in_10 * windows.points_squared_of_10 - windows.points_of_10 * windows.points_of_10)
            / (windows.games_in_10 * (windows.games_in_10 - 1))
        ),
        2
    ) AS points_std_last_10,
    ROUND(windows.minutes_of_10 / windows.games_in_10, 2) AS minutes_avg_last_10,
    ROUND(windows.usage_last_10, 2) AS usage_rate_last_10,
    ROUND(windows.ts_last_10, 3) AS ts_pct_last_10,
    listed.own_games_in_7_days AS games_in_last_7_days,
    ROUND(listed.minutes_in_7_days, 2) AS minutes_in_last_7_days,
    listed.own_games_in_14_days AS games_in_last_14_days,
    listed.own_back_to_backs AS back_to_backs_last_14_days,
    ROUND(team.pace_last_10, 2) AS team_pace_last_10,
    ROUND(team.off_rating_last_10, 2) AS team_off_rating_last_10,
    ROUND(team.win_pct, 3) AS team_win_pct,
    zones.primary_scoring_zone,
    zones.paint_rate_last_10,
    zones.mid_range_rate_last_10,
    zones.three_pt_rate_last_10,
    listed.games < 10 AS early_season_flag,
    windows.window_start_date,
    windows.window_end_date,
FROM witness.listed_players AS listed
INNER JOIN witness.player_windows AS windows
    ON windows.player_lookup = listed.player_lookup AND windows.game_date = listed.game_date
LEFT JOIN witness.team_mornings AS team ON team.team_abbr = listed.team_abbr AND team.analysis_date = listed.game_date
LEFT JOIN witness.player_shot_zone_analysis AS zones
    ON zones.player_lookup = listed.player_lookup AND zones.analysis_date = listed.game_date
WHERE listed.games >= 5
