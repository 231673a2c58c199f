-- points_add_up
-- fail:    Do the players' points make the team's score, and each line's shots its points?
-- of:      team-games
-- because: a lost, doubled or half-finished line shifts every average of its player and team
-- then:    run 10_fetch_raw and 11_load_raw again; look at the object that source_file_path names
WITH sums AS (
    SELECT
        game_id,
        team_abbr,
        SUM(points) AS points,
        MAX(IF(team_abbr = home_team_abbr, home_team_score, away_team_score)) AS score,
        -- Of who did not play a source may say nothing at all: NULL makes NULL. Of who played it must say all.
        COUNTIF(
            (did_play AND points IS NULL)
            OR points IS DISTINCT FROM 2 * (field_goals_made - three_pointers_made) + 3 * three_pointers_made + free_throws_made
        ) AS lines_not_adding_up,
        COUNTIF(
            COALESCE(field_goals_made > field_goals_attempted, did_play OR field_goals_made IS DISTINCT FROM field_goals_attempted)
            OR COALESCE(three_pointers_made > three_pointers_attempted, did_play OR three_pointers_made IS DISTINCT FROM three_pointers_attempted)
            OR COALESCE(free_throws_made > free_throws_attempted, did_play OR free_throws_made IS DISTINCT FROM free_throws_attempted)
            OR COALESCE(three_pointers_attempted > field_goals_attempted, did_play)
        ) AS lines_with_more_makes,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
scores AS (
    SELECT nba_game_id, game_id, game_status, home_team_abbr, home_score, away_score
    FROM nba_raw.nbac_schedule
    WHERE game_date BETWEEN @start_date AND @end_date AND NOT is_postponed
)
SELECT
    expected.game_date,
    expected.member,
    sums.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN sums.game_id IS NULL THEN 'no box score'
        WHEN sums.points != sums.score OR sums.score IS NULL OR sums.points IS NULL
            THEN CONCAT('players ', COALESCE(CAST(sums.points AS STRING), 'unknown'), ', score ', COALESCE(CAST(sums.score AS STRING), 'unknown'))
        WHEN scores.game_status = 3 AND sums.score != IF(expected.is_home, scores.home_score, scores.away_score)
            THEN CONCAT('box score ', CAST(sums.score AS STRING), ', schedule ',
                CAST(IF(expected.is_home, scores.home_score, scores.away_score) AS STRING))
        WHEN sums.lines_not_adding_up > 0
            THEN CONCAT(CAST(sums.lines_not_adding_up AS STRING), ' lines whose shots do not make their points')
        WHEN sums.lines_with_more_makes > 0
            THEN CONCAT(CAST(sums.lines_with_more_makes AS STRING), ' lines with more makes than attempts')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN sums ON sums.game_id = expected.game_id AND sums.team_abbr = expected.team_abbr
LEFT JOIN scores ON scores.game_id = expected.game_id
