-- no_nulls
-- fail:    Has every critical column of the three summaries a value?
-- of:      tables and dates
-- because: an average skips NULLs in silence, so a window over them looks whole
-- then:    run the step of the table named (20, 21 or 22); if it stays, the raw lines lack the column
WITH dates AS (
    SELECT DISTINCT game_date FROM views.expected_team_games
),
players AS (
    SELECT
        game_date,
        COUNT(*) AS n,
        COUNTIF(
            points IS NULL OR rebounds IS NULL OR assists IS NULL OR turnovers IS NULL OR fg_makes IS NULL
            OR fg_attempts IS NULL OR three_pt_makes IS NULL OR three_pt_attempts IS NULL OR ft_makes IS NULL
            OR ft_attempts IS NULL OR minutes_played IS NULL
            OR usage_rate IS NULL AND minutes_played > 0
            OR has_shot_zones AND (paint_attempts IS NULL OR mid_range_attempts IS NULL)
        ) AS blank,
    FROM nba_analytics.player_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
defences AS (
    SELECT
        game_date,
        COUNT(*) AS n,
        COUNTIF(
            points_allowed IS NULL OR opp_fg_attempts IS NULL OR opp_three_pt_makes IS NULL OR opp_three_pt_attempts IS NULL
            OR opp_possessions IS NULL OR defensive_rating IS NULL OR opponent_pace IS NULL OR margin_of_victory IS NULL
            OR overtime_periods IS NULL
        ) AS blank,
    FROM nba_analytics.team_defense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
offences AS (
    SELECT
        game_date,
        COUNT(*) AS n,
        COUNTIF(
            points_scored IS NULL OR fg_attempts IS NULL OR three_pt_attempts IS NULL OR possessions IS NULL
            OR offensive_rating IS NULL OR pace IS NULL OR team_minutes IS NULL OR margin_of_victory IS NULL
        ) AS blank,
    FROM nba_analytics.team_offense_game_summary
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_date
),
counted AS (
    SELECT 'player_game_summary' AS in_table, dates.game_date, players.n, players.blank
    FROM dates LEFT JOIN players ON players.game_date = dates.game_date
    UNION ALL
    SELECT 'team_defense_game_summary', dates.game_date, defences.n, defences.blank
    FROM dates LEFT JOIN defences ON defences.game_date = dates.game_date
    UNION ALL
    SELECT 'team_offense_game_summary', dates.game_date, offences.n, offences.blank
    FROM dates LEFT JOIN offences ON offences.game_date = dates.game_date
)
SELECT
    game_date,
    in_table AS member,
    n IS NOT NULL AS is_examined,
    CASE
        WHEN n IS NULL THEN 'no rows'
        WHEN blank > 0 THEN CONCAT(CAST(blank AS STRING), ' of ', CAST(n AS STRING), ' rows with a critical column NULL')
    END AS problem,
FROM counted
