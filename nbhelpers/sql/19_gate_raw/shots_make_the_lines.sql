-- shots_make_the_lines
-- fail:    Do each player's shots make his line, and does each shot's zone follow from its label and its place?
-- of:      official team-games
-- because: a shot on the wrong account, or in the wrong zone, moves two players or two zones and no total
-- then:    run 10_fetch_raw and 11_load_raw again; shots_disagree names every shot that the two sources tell otherwise
-- from:    official_games
WITH compared AS (
    SELECT compared.*, told.lines_source IS NOT NULL AS is_outvoted,
    FROM views.compared_shots AS compared
    -- A line of the source that is not believed, which tells what the shots tell.
    LEFT JOIN views.source_lines AS told
        ON told.game_id = compared.game_id AND told.team_abbr = compared.team_abbr AND told.player_lookup = compared.player_lookup
        AND told.three_pointers_attempted = compared.shot_threes AND told.three_pointers_made = compared.shot_threes_made
        AND (compared.shot_threes != compared.threes OR compared.shot_threes_made != compared.threes_made)
),
differing AS (
    SELECT
        game_id,
        team_abbr,
        -- A two may be a three in one of the sources: an attempt may not be absent, nor a make, nor may much differ at once.
        STRING_AGG(
            IF(
                COALESCE(shot_attempts != attempts, TRUE)
                OR COALESCE(ABS(shot_threes - threes) > @most_shots_off, TRUE)
                OR COALESCE(shot_makes != makes, TRUE)
                OR COALESCE(ABS(shot_threes_made - threes_made) > @most_shots_off, TRUE)
                OR is_outvoted,
                CONCAT(
                    player_lookup, ' ', CAST(shot_makes AS STRING), ' of ', CAST(shot_attempts AS STRING), ', ',
                    CAST(shot_threes AS STRING), ' threes by the shots, ', COALESCE(CAST(makes AS STRING), 'none'), ' of ',
                    COALESCE(CAST(attempts AS STRING), 'none'), ', ', COALESCE(CAST(threes AS STRING), 'none'), ' by his line',
                    IF(is_outvoted, ', which the other box score does not tell', '')
                ),
                NULL
            ), '; ' ORDER BY player_lookup
        ) AS players,
        COUNTIF(shot_threes != threes OR shot_threes_made != threes_made) AS a_shot_off,
    FROM compared
    GROUP BY game_id, team_abbr
),
placed AS (
    SELECT
        game_id,
        team_abbr,
        action_number,
        person_id,
        player_lookup,
        zone,
        zone_basic,
        CASE
            WHEN shot_value NOT IN (2, 3) THEN TRUE
            WHEN shot_value = 3 THEN zone != 'three_pt' OR COALESCE(is_labelled_two, FALSE)
            WHEN zone_basic IN ('Above the Break 3', 'Left Corner 3', 'Right Corner 3', 'Backcourt') OR feet > @farthest_two_ft THEN TRUE
            WHEN zone IS NULL THEN FALSE  -- shots_have_zones counts them
            WHEN zone_basic IN ('Restricted Area', 'In The Paint (Non-RA)') THEN zone != 'paint' OR COALESCE(is_far_from_the_lane, FALSE)
            WHEN feet < @nearest_mid_range_ft THEN zone != 'paint'  -- a label that its own place contradicts
            -- The source itself may say of a shot in the lane that it was in the paint, whatever the label.
            WHEN zone = 'mid_range' AND zone_basic IS NOT NULL THEN COALESCE(is_deep_in_the_lane, FALSE)
            WHEN zone_basic IS NOT NULL THEN zone != 'paint' OR NOT COALESCE(is_in_the_lane, TRUE)
            WHEN is_in_the_lane IS NULL THEN TRUE
            ELSE zone != IF(is_in_the_lane, 'paint', 'mid_range')
        END AS is_wrong,
    FROM (
        SELECT
            *,
            COALESCE(SQRT(x_ft * x_ft + y_ft * y_ft), distance_ft) AS feet,
            ABS(x_ft) <= @half_lane_ft AND y_ft <= @lane_ft AS is_in_the_lane,
            ABS(x_ft) < @half_lane_ft - @most_feet_beside AND y_ft < @lane_ft - @most_feet_beside AS is_deep_in_the_lane,
            ABS(x_ft) > @half_lane_ft + @most_feet_beside OR y_ft > @lane_ft + @most_feet_beside AS is_far_from_the_lane,
            zone_basic IN ('Restricted Area', 'In The Paint (Non-RA)', 'Mid-Range') AS is_labelled_two,
        FROM nba_raw.nbac_shots
        WHERE game_date BETWEEN @start_date AND @end_date
    )
),
people AS (
    SELECT game_id, team_abbr, person_id, player_lookup,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
),
shots AS (
    SELECT
        placed.game_id,
        placed.team_abbr,
        -- Both are the NBA's own: who shot has the id that he has in its box score, and the name.
        COUNTIF(told.game_id IS NOT NULL AND people.player_lookup IS DISTINCT FROM placed.player_lookup) AS of_another,
        COUNT(*) - COUNT(DISTINCT action_number) AS doubled,
        COUNTIF(is_wrong) AS wrong_zones,
        MIN(IF(is_wrong, CONCAT('action ', CAST(action_number AS STRING), ' ', COALESCE(zone_basic, 'without a label'), ' is ', zone), NULL))
            AS one_of_them,
    FROM placed
    LEFT JOIN people
        ON people.game_id = placed.game_id AND people.team_abbr = placed.team_abbr AND people.person_id = placed.person_id
    LEFT JOIN (SELECT DISTINCT game_id, team_abbr FROM people) AS told
        ON told.game_id = placed.game_id AND told.team_abbr = placed.team_abbr
    GROUP BY placed.game_id, placed.team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    shots.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN shots.game_id IS NULL THEN 'no play-by-play'
        WHEN shots.doubled > 0 THEN CONCAT(CAST(shots.doubled AS STRING), ' shots under the number of another')
        WHEN shots.of_another > 0 THEN CONCAT(CAST(shots.of_another AS STRING), ' shots of an id that is nobody or another in the box score')
        WHEN differing.game_id IS NULL THEN 'no box score to compare with'
        WHEN differing.players IS NOT NULL THEN differing.players
        WHEN differing.a_shot_off > @most_players_a_shot_off
            THEN CONCAT(CAST(differing.a_shot_off AS STRING), ' players whose shots are not those of their lines')
        WHEN shots.wrong_zones > 0
            THEN CONCAT(CAST(shots.wrong_zones AS STRING), ' zones that do not follow from label and place, ', shots.one_of_them)
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN shots ON shots.game_id = expected.game_id AND shots.team_abbr = expected.team_abbr
LEFT JOIN differing ON differing.game_id = expected.game_id AND differing.team_abbr = expected.team_abbr
WHERE expected.has_play_by_play
