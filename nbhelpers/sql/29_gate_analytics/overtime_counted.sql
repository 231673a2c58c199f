-- overtime_counted
-- fail:    Do possessions, ratings, minutes and pace follow from the box score and its overtimes?
-- of:      team-games
-- because: a pace over 48 minutes of a game of 58 is a fifth too high
-- then:    run 21_build_team_defense and 22_build_team_offense again, then this gate
WITH periods AS (
    SELECT game_id, GREATEST(MAX(period) - 4, 0) AS overtimes,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
),
compared AS (
    SELECT
        expected.game_date,
        expected.member,
        periods.overtimes,
        offence.game_id IS NOT NULL AND defence.game_id IS NOT NULL AND periods.game_id IS NOT NULL AS is_examined,
        ABS(
            offence.possessions
            - (offence.fg_attempts + 0.44 * offence.ft_attempts - offence.offensive_rebounds + offence.turnovers)
        ) < @most_rating_off
        AND ABS(offence.offensive_rating - SAFE_DIVIDE(100 * offence.points_scored, offence.possessions)) < @most_rating_off
        AND offence.overtime_periods = periods.overtimes
        AND defence.overtime_periods = periods.overtimes
        AND offence.team_minutes = 240 + 25 * periods.overtimes
        AND ABS(offence.pace - offence.possessions * 48 / (48 + 5 * periods.overtimes)) < @most_rating_off
        AND ABS(defence.opponent_pace - defence.opp_possessions * 48 / (48 + 5 * periods.overtimes)) < @most_rating_off AS agrees,
    FROM views.expected_team_games AS expected
    LEFT JOIN periods ON periods.game_id = expected.game_id
    LEFT JOIN nba_analytics.team_offense_game_summary AS offence
        ON offence.game_id = expected.game_id
        AND offence.team_abbr = expected.team_abbr
        AND offence.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_analytics.team_defense_game_summary AS defence
        ON defence.game_id = expected.game_id
        AND defence.defending_team_abbr = expected.team_abbr
        AND defence.game_date BETWEEN @start_date AND @end_date
)
SELECT
    game_date,
    member,
    is_examined,
    IF(COALESCE(agrees, FALSE), NULL, CONCAT('does not follow, with ', COALESCE(CAST(overtimes AS STRING), 'unknown'), ' overtimes')) AS problem,
FROM compared
