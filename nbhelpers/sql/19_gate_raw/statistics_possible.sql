-- statistics_possible
-- fail:    Can every line be: nothing negative, no more makes than attempts, rebounds that add up, nobody on longer than the game?
-- of:      team-games
-- because: a number that cannot be is a slip that no average shows
-- then:    run 10_fetch_raw and 11_load_raw again; look at the object that source_file_path names
WITH impossible AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        STRING_AGG(
            CASE
                WHEN NOT did_play AND minutes_played = 0 AND points IS NULL THEN NULL  -- nothing is said of who did not play
                WHEN LEAST(
                    minutes_played, points, assists, rebounds, offensive_rebounds, defensive_rebounds, steals, blocks, turnovers,
                    personal_fouls, field_goals_made, field_goals_attempted, three_pointers_made, three_pointers_attempted,
                    free_throws_made, free_throws_attempted
                ) < 0 THEN CONCAT(player_lookup, ' has a statistic below 0')
                WHEN field_goals_made > field_goals_attempted
                    THEN CONCAT(player_lookup, ' ', CAST(field_goals_made AS STRING), ' of ', CAST(field_goals_attempted AS STRING), ' shots')
                WHEN three_pointers_made > three_pointers_attempted
                    THEN CONCAT(player_lookup, ' ', CAST(three_pointers_made AS STRING), ' of ', CAST(three_pointers_attempted AS STRING), ' threes')
                WHEN free_throws_made > free_throws_attempted
                    THEN CONCAT(player_lookup, ' ', CAST(free_throws_made AS STRING), ' of ', CAST(free_throws_attempted AS STRING), ' free throws')
                WHEN three_pointers_attempted > field_goals_attempted OR three_pointers_made > field_goals_made
                    THEN CONCAT(player_lookup, ' has more threes than shots')
                WHEN rebounds != offensive_rebounds + defensive_rebounds
                    THEN CONCAT(
                        player_lookup, ' ', CAST(rebounds AS STRING), ' rebounds, ', CAST(offensive_rebounds AS STRING), ' offensive and ',
                        CAST(defensive_rebounds AS STRING), ' defensive'
                    )
                WHEN minutes_played > 48 + 5 * GREATEST(period - 4, 0) + @most_minutes_apart
                    THEN CONCAT(
                        player_lookup, ' on for ', CAST(CAST(ROUND(minutes_played, 0) AS INT64) AS STRING), ' minutes of ',
                        CAST(48 + 5 * GREATEST(period - 4, 0) AS STRING)
                    )
            END, '; ' ORDER BY player_lookup
        ) AS lines,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    impossible.game_id IS NOT NULL AS is_examined,
    IF(impossible.game_id IS NULL, 'no box score', impossible.lines) AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN impossible ON impossible.game_id = expected.game_id AND impossible.team_abbr = expected.team_abbr
