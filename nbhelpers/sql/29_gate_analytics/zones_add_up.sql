-- zones_add_up
-- fail:    Do paint, mid-range and three-point attempts make the opponent's field-goal attempts, give or take one?
-- of:      official team-games
-- because: zone analysis divides by these attempts
-- then:    run 21_build_team_defense again; if it stays, the shots in nba_raw.nbac_shots lack zones
-- from:    official_games
SELECT
    expected.game_date,
    expected.member,
    COUNT(defence.opp_paint_attempts) > 0 AS is_examined,
    CASE
        WHEN COUNT(defence.game_id) = 0 THEN 'no row'
        WHEN COUNT(defence.opp_paint_attempts) = 0 OR COUNT(defence.opp_mid_range_attempts) = 0 THEN 'zones are NULL'
        WHEN
            COALESCE(
                MAX(ABS(
                    defence.opp_paint_attempts + defence.opp_mid_range_attempts + defence.opp_three_pt_attempts
                    - defence.opp_fg_attempts
                )),
                @most_shots_off + 1
            ) > @most_shots_off
            THEN CONCAT(
                'zones make ',
                COALESCE(CAST(MAX(defence.opp_paint_attempts + defence.opp_mid_range_attempts + defence.opp_three_pt_attempts) AS STRING), 'unknown'),
                ' of ', COALESCE(CAST(MAX(defence.opp_fg_attempts) AS STRING), 'unknown'), ' attempts'
            )
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN nba_analytics.team_defense_game_summary AS defence
    ON defence.game_id = expected.game_id
    AND defence.defending_team_abbr = expected.team_abbr
    AND defence.game_date BETWEEN @start_date AND @end_date
WHERE expected.has_play_by_play
GROUP BY expected.game_date, expected.member
