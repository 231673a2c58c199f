-- zones_sane
-- fail:    Are the zone analyses those of basketball: all teams, rates that sum to 100, a league that shoots from the paint?
-- of:      teams and listed players with enough games, and dates
-- because: a zone counted as 0 where it is unknown makes everybody a perimeter player
-- then:    run 30_build_team_zones and 31_build_player_zones again; if it stays, gate 29 for the dates before
-- from:    enough_games
WITH teams AS (
    SELECT
        members.analysis_date AS game_date,
        members.entity_id AS member,
        zones.team_abbr IS NOT NULL AS is_examined,
        CASE
            WHEN zones.team_abbr IS NULL THEN 'no zone analysis of a team with enough games'
            WHEN
                zones.paint_defense_vs_league_avg IS NULL
                OR zones.mid_range_defense_vs_league_avg IS NULL
                OR zones.three_pt_defense_vs_league_avg IS NULL
                THEN 'no comparison with the league'
            WHEN zones.paint_attempts_allowed_per_game <= 0 THEN 'no paint attempts allowed'
        END AS problem,
        zones.paint_attempts_allowed_per_game AS paint,
        zones.mid_range_attempts_allowed_per_game AS mid_range,
        zones.three_pt_attempts_allowed_per_game AS three_pt,
    FROM views.stage_members AS members
    LEFT JOIN nba_precompute.team_defense_zone_analysis AS zones
        ON zones.team_abbr = members.entity_id
        AND zones.analysis_date = members.analysis_date
        AND zones.analysis_date BETWEEN @start_date AND @end_date
    WHERE members.processor_name = 'TDZA' AND NOT members.must_fail
)
SELECT game_date, member, is_examined, problem FROM teams
UNION ALL
SELECT
    game_date,
    CONCAT('league on ', CAST(game_date AS STRING)),
    COUNT(paint) > 0,
    IF(
        SUM(paint) / SUM(paint + mid_range + three_pt) BETWEEN @least_paint_share AND @most_paint_share,
        NULL,
        CONCAT('paint share of attempts ', COALESCE(CAST(ROUND(SUM(paint) / SUM(paint + mid_range + three_pt), 3) AS STRING), 'unknown'))
    ),
FROM teams
GROUP BY game_date
UNION ALL
SELECT
    members.analysis_date,
    members.entity_id,
    zones.player_lookup IS NOT NULL OR failures.entity_id IS NOT NULL,
    CASE
        WHEN zones.player_lookup IS NULL OR zones.total_shots_last_10 = 0 THEN NULL
        WHEN COALESCE(ABS(zones.paint_rate_last_10 + zones.mid_range_rate_last_10 + zones.three_pt_rate_last_10 - 100) > @most_rate_sum_off, TRUE)
            THEN 'rates do not sum to 100'
    END,
FROM views.stage_members AS members
LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
    ON zones.player_lookup = members.entity_id
    AND zones.analysis_date = members.analysis_date
    AND zones.analysis_date BETWEEN @start_date AND @end_date
LEFT JOIN nba_processing.precompute_failures AS failures
    ON failures.processor_name = 'PSZA'
    AND failures.analysis_date = members.analysis_date
    AND failures.entity_id = members.entity_id
    AND failures.analysis_date BETWEEN @start_date AND @end_date
WHERE members.processor_name = 'PSZA' AND NOT members.must_fail
