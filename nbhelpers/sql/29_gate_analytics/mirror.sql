-- mirror
-- fail:    Is what one team did exactly what the other allowed, column by column?
-- of:      team-games
-- because: the two tables are built apart; where they disagree, one of them is wrong
-- then:    run 21_build_team_defense and 22_build_team_offense again, then this gate
WITH compared AS (
    SELECT
        expected.game_date,
        expected.member,
        offence.game_id IS NOT NULL AND defence.game_id IS NOT NULL AS is_examined,
        ARRAY_TO_STRING(
            [
                IF(offence.points_scored IS DISTINCT FROM defence.points_allowed, 'points', NULL),
                IF(offence.fg_makes IS DISTINCT FROM defence.opp_fg_makes, 'fg_makes', NULL),
                IF(offence.fg_attempts IS DISTINCT FROM defence.opp_fg_attempts, 'fg_attempts', NULL),
                IF(offence.three_pt_makes IS DISTINCT FROM defence.opp_three_pt_makes, 'three_pt_makes', NULL),
                IF(offence.three_pt_attempts IS DISTINCT FROM defence.opp_three_pt_attempts, 'three_pt_attempts', NULL),
                IF(offence.ft_makes IS DISTINCT FROM defence.opp_ft_makes, 'ft_makes', NULL),
                IF(offence.ft_attempts IS DISTINCT FROM defence.opp_ft_attempts, 'ft_attempts', NULL),
                IF(offence.rebounds IS DISTINCT FROM defence.opp_rebounds, 'rebounds', NULL),
                IF(offence.assists IS DISTINCT FROM defence.opp_assists, 'assists', NULL),
                IF(offence.turnovers IS DISTINCT FROM defence.turnovers_forced, 'turnovers', NULL),
                IF(offence.paint_makes IS DISTINCT FROM defence.opp_paint_makes, 'paint_makes', NULL),
                IF(offence.paint_attempts IS DISTINCT FROM defence.opp_paint_attempts, 'paint_attempts', NULL),
                IF(offence.mid_range_makes IS DISTINCT FROM defence.opp_mid_range_makes, 'mid_range_makes', NULL),
                IF(offence.mid_range_attempts IS DISTINCT FROM defence.opp_mid_range_attempts, 'mid_range_attempts', NULL),
                IF(offence.possessions IS DISTINCT FROM defence.opp_possessions, 'possessions', NULL),
                IF(offence.offensive_rating IS DISTINCT FROM defence.defensive_rating, 'rating', NULL),
                IF(offence.pace IS DISTINCT FROM defence.opponent_pace, 'pace', NULL),
                IF(offence.overtime_periods IS DISTINCT FROM defence.overtime_periods, 'overtime_periods', NULL),
                IF(offence.margin_of_victory IS DISTINCT FROM -defence.margin_of_victory, 'margin_of_victory', NULL)
            ],
            ', '
        ) AS unequal,
    FROM views.expected_team_games AS expected
    LEFT JOIN nba_analytics.team_offense_game_summary AS offence
        ON offence.game_id = expected.game_id
        AND offence.team_abbr = expected.team_abbr
        AND offence.game_date BETWEEN @start_date AND @end_date
    LEFT JOIN nba_analytics.team_defense_game_summary AS defence
        ON defence.game_id = expected.game_id
        AND defence.defending_team_abbr = expected.opponent_team_abbr
        AND defence.game_date BETWEEN @start_date AND @end_date
)
SELECT
    game_date,
    member,
    is_examined,
    CASE
        WHEN NOT is_examined THEN 'a row is missing on one side'
        WHEN unequal != '' THEN CONCAT('unequal: ', unequal)
    END AS problem,
FROM compared
