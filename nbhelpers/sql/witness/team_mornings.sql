-- witness.team_mornings
-- What each team has behind it on the morning of a slate date: games, and the sums of its last 15 in defence and 10 in offence.
--
-- A window is told by two running sums, the one up to the last game and the one up to the game before the window.
-- grain:  one row per team per slate date since opening night
-- inputs: witness.calendar, witness.team_games
WITH mornings AS (
    SELECT team_abbr, slate.game_date AS analysis_date,
    FROM (SELECT DISTINCT game_date FROM witness.calendar) AS slate
    CROSS JOIN UNNEST(@teams) AS team_abbr
),
counted AS (
    SELECT mornings.team_abbr, mornings.analysis_date, COUNTIF(games.game_date < mornings.analysis_date) AS games,
    FROM mornings
    LEFT JOIN witness.team_games AS games ON games.team_abbr = mornings.team_abbr
    GROUP BY mornings.team_abbr, mornings.analysis_date
)
SELECT
    counted.team_abbr,
    counted.analysis_date,
    counted.games,
    LEAST(counted.games, 15) AS games_in_15,
    LEAST(counted.games, 10) AS games_in_10,
    first.game_date AS window_start_date,
    newest.game_date AS window_end_date,
    -- Before the first game every running sum is 0.
    newest.games_without_zones - COALESCE(before_15.games_without_zones, 0) AS games_without_zones,
    newest.sum_paint_makes - COALESCE(before_15.sum_paint_makes, 0) AS paint_makes,
    newest.sum_paint_attempts - COALESCE(before_15.sum_paint_attempts, 0) AS paint_attempts,
    newest.sum_mid_range_makes - COALESCE(before_15.sum_mid_range_makes, 0) AS mid_range_makes,
    newest.sum_mid_range_attempts - COALESCE(before_15.sum_mid_range_attempts, 0) AS mid_range_attempts,
    newest.sum_three_pt_makes - COALESCE(before_15.sum_three_pt_makes, 0) AS three_pt_makes,
    newest.sum_three_pt_attempts - COALESCE(before_15.sum_three_pt_attempts, 0) AS three_pt_attempts,
    newest.sum_points_allowed - COALESCE(before_15.sum_points_allowed, 0) AS points_allowed,
    newest.sum_defensive_rating - COALESCE(before_15.sum_defensive_rating, 0) AS defensive_rating,
    newest.sum_opponent_pace - COALESCE(before_15.sum_opponent_pace, 0) AS opponent_pace,
    SAFE_DIVIDE(newest.sum_pace - COALESCE(before_10.sum_pace, 0), LEAST(counted.games, 10)) AS pace_last_10,
    SAFE_DIVIDE(
        newest.sum_offensive_rating - COALESCE(before_10.sum_offensive_rating, 0), LEAST(counted.games, 10)
    ) AS off_rating_last_10,
    SAFE_DIVIDE(newest.wins, counted.games) AS win_pct,
FROM counted
LEFT JOIN witness.team_games AS newest ON newest.team_abbr = counted.team_abbr AND newest.nth = counted.games
LEFT JOIN witness.team_games AS before_15 ON before_15.team_abbr = counted.team_abbr AND before_15.nth = counted.games - 15
LEFT JOIN witness.team_games AS before_10 ON before_10.team_abbr = counted.team_abbr AND before_10.nth = counted.games - 10
LEFT JOIN witness.team_games AS first ON first.team_abbr = counted.team_abbr AND first.nth = GREATEST(counted.games - 14, 1)
