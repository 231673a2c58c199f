-- witness.player_games
-- The official games each player has played, numbered from his first, with what he had summed up by the end of each.
--
-- grain:  one row per player and official game he played, accepted gaps left out
-- inputs: witness.player_game_summary, witness.calendar
WITH games AS (
    SELECT summaries.*,
    FROM witness.player_game_summary AS summaries
    INNER JOIN witness.calendar AS sides ON sides.game_id = summaries.game_id AND sides.team_abbr = summaries.team_abbr
    WHERE sides.counts
)
SELECT
    latest.player_lookup,
    latest.game_id,
    latest.game_date,
    latest.team_abbr,
    latest.opponent_team_abbr,
    latest.is_home,
    latest.points,
    latest.minutes_played,
    latest.has_shot_zones,
    COUNT(*) AS nth,
    COUNTIF(DATE_DIFF(latest.game_date, earlier.game_date, DAY) = 1) > 0 AS is_second_night,
    SUM(earlier.points) AS sum_points,
    SUM(earlier.points * earlier.points) AS sum_points_squared,
    SUM(earlier.ft_makes) AS sum_ft_makes,
    SUM(earlier.minutes_played) AS sum_minutes,
    COALESCE(SUM(earlier.usage_rate), 0) AS sum_usage,  -- what is not known is no part of a sum, nor counted
    COUNT(earlier.usage_rate) AS usages,
    COALESCE(SUM(earlier.ts_pct), 0) AS sum_ts,
    COUNT(earlier.ts_pct) AS tss,
    COUNTIF(NOT earlier.has_shot_zones) AS games_without_zones,
    COALESCE(SUM(earlier.paint_makes), 0) AS sum_paint_makes,
    COALESCE(SUM(earlier.paint_attempts), 0) AS sum_paint_attempts,
    COALESCE(SUM(earlier.mid_range_makes), 0) AS sum_mid_range_makes,
    COALESCE(SUM(earlier.mid_range_attempts), 0) AS sum_mid_range_attempts,
    SUM(earlier.three_pt_makes) AS sum_three_pt_makes,
    SUM(earlier.three_pt_attempts) AS sum_three_pt_attempts,
FROM games AS latest
INNER JOIN games AS earlier ON earlier.player_lookup = latest.player_lookup AND earlier.game_date <= latest.game_date
GROUP BY
    latest.player_lookup, latest.game_id, latest.game_date, latest.team_abbr, latest.opponent_team_abbr, latest.is_home,
    latest.points, latest.minutes_played, latest.has_shot_zones
