-- players_make_the_team
-- fail:    Do the players' lines sum to the team's, their shots by zone within 2 %, their usage to the whole?
-- of:      team-games
-- because: player and team windows must be about the same games
-- then:    run 20_build_player_summary and 22_build_team_offense again, then this gate
WITH players AS (
    SELECT
        game_id,
        team_abbr,
        SUM(points) AS points,
        SUM(fg_makes) AS fg_makes,
        SUM(fg_attempts) AS fg_attempts,
        SUM(three_pt_makes) AS three_pt_makes,
        SUM(three_pt_attempts) AS three_pt_attempts,
        SUM(ft_makes) AS ft_makes,
        SUM(ft_attempts) AS ft_attempts,
        SUM(rebounds) AS rebounds,
        SUM(assists) AS assists,
        SUM(turnovers) AS turnovers,
        SUM(paint_attempts) AS paint_attempts,
        SUM(mid_range_attempts) AS mid_range_attempts,
        SUM(usage_rate * minutes_played) AS usage_minutes,
        COUNTIF(efg_pct > 1.5 OR ts_pct > 1.5) AS impossible,
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
compared AS (
    SELECT
        expected.game_date,
        expected.member,
        expected.has_play_by_play,
        players.game_id IS NOT NULL AND team.game_id IS NOT NULL AS is_examined,
        ARRAY_TO_STRING(
            [
                IF(players.points IS DISTINCT FROM team.points_scored, 'points', NULL),
                IF(players.fg_makes IS DISTINCT FROM team.fg_makes, 'fg_makes', NULL),
                IF(players.fg_attempts IS DISTINCT FROM team.fg_attempts, 'fg_attempts', NULL),
                IF(players.three_pt_makes IS DISTINCT FROM team.three_pt_makes, 'three_pt_makes', NULL),
                IF(players.three_pt_attempts IS DISTINCT FROM team.three_pt_attempts, 'three_pt_attempts', NULL),
                IF(players.ft_makes IS DISTINCT FROM team.ft_makes, 'ft_makes', NULL),
                IF(players.ft_attempts IS DISTINCT FROM team.ft_attempts, 'ft_attempts', NULL),
                IF(players.rebounds IS DISTINCT FROM team.rebounds, 'rebounds', NULL),
                IF(players.assists IS DISTINCT FROM team.assists, 'assists', NULL),
                IF(players.turnovers IS DISTINCT FROM team.turnovers, 'turnovers', NULL)
            ],
            ', '
        ) AS unequal,
        ABS(players.paint_attempts - team.paint_attempts) AS paint_lost,
        ABS(players.mid_range_attempts - team.mid_range_attempts) AS mid_range_lost,
        team.fg_attempts,
        players.usage_minutes / (team.team_minutes / 5) AS usage,
        players.impossible,
    FROM views.expected_team_games AS expected
    LEFT JOIN players ON players.game_id = expected.game_id AND players.team_abbr = expected.team_abbr
    LEFT JOIN nba_analytics.team_offense_game_summary AS team
        ON team.game_id = expected.game_id
        AND team.team_abbr = expected.team_abbr
        AND team.game_date BETWEEN @start_date AND @end_date
)
SELECT
    game_date,
    member,
    is_examined,
    CASE
        WHEN NOT is_examined THEN 'no rows on one side'
        WHEN unequal != '' THEN CONCAT('unequal: ', unequal)
        WHEN has_play_by_play AND COALESCE(paint_lost + mid_range_lost > @most_zone_share_lost * fg_attempts, TRUE)
            THEN 'player zones differ from team zones by too large a share of attempts'
        WHEN COALESCE(usage NOT BETWEEN @least_usage AND @most_usage, TRUE)
            THEN CONCAT('usage of the five on the floor is ', COALESCE(CAST(ROUND(usage, 1) AS STRING), 'unknown'), ' of 100')
        WHEN impossible > 0 THEN CONCAT(CAST(impossible AS STRING), ' shooting percentages above 1.5')
    END AS problem,
FROM compared
