-- witness.team_games
-- The official games of each team, numbered from its first, with what it had summed up in defence and offence by the end of each.
--
-- grain:  one row per team and official game, accepted gaps left out
-- inputs: witness.calendar, witness.team_defense_game_summary, witness.team_offense_game_summary
WITH games AS (
    SELECT
        sides.team_abbr,
        sides.game_id,
        sides.game_date,
        defence.points_allowed,
        defence.opp_paint_makes,
        defence.opp_paint_attempts,
        defence.opp_mid_range_makes,
        defence.opp_mid_range_attempts,
        defence.opp_three_pt_makes,
        defence.opp_three_pt_attempts,
        defence.defensive_rating,
        defence.opponent_pace,
        offence.pace,
        offence.offensive_rating,
        offence.win_flag,
    FROM witness.calendar AS sides
    INNER JOIN witness.team_defense_game_summary AS defence
        ON defence.game_id = sides.game_id AND defence.defending_team_abbr = sides.team_abbr
    INNER JOIN witness.team_offense_game_summary AS offence
        ON offence.game_id = sides.game_id AND offence.team_abbr = sides.team_abbr
    WHERE sides.counts
)
SELECT
    latest.team_abbr,
    latest.game_id,
    latest.game_date,
    latest.opp_paint_attempts IS NULL OR latest.opp_mid_range_attempts IS NULL AS lacks_zones,
    COUNT(*) AS nth,
    COUNTIF(earlier.opp_paint_attempts IS NULL OR earlier.opp_mid_range_attempts IS NULL) AS games_without_zones,
    COUNTIF(earlier.win_flag) AS wins,
    SUM(earlier.points_allowed) AS sum_points_allowed,
    COALESCE(SUM(earlier.opp_paint_makes), 0) AS sum_paint_makes,  -- an unknown zone is no part of a sum, and counted above
    COALESCE(SUM(earlier.opp_paint_attempts), 0) AS sum_paint_attempts,
    COALESCE(SUM(earlier.opp_mid_range_makes), 0) AS sum_mid_range_makes,
    COALESCE(SUM(earlier.opp_mid_range_attempts), 0) AS sum_mid_range_attempts,
    SUM(earlier.opp_three_pt_makes) AS sum_three_pt_makes,
    SUM(earlier.opp_three_pt_attempts) AS sum_three_pt_attempts,
    SUM(earlier.defensive_rating) AS sum_defensive_rating,
    SUM(earlier.opponent_pace) AS sum_opponent_pace,
    SUM(earlier.pace) AS sum_pace,
    SUM(earlier.offensive_rating) AS sum_offensive_rating,
FROM games AS latest
INNER JOIN games AS earlier ON earlier.team_abbr = latest.team_abbr AND earlier.game_date <= latest.game_date
GROUP BY latest.team_abbr, latest.game_id, latest.game_date, latest.opp_paint_attempts, latest.opp_mid_range_attempts
