-- views.compared_shots
-- Each player's attempts, threes and makes as counted from the shots of the play-by-play, beside his line. Players whose
-- shots may be among those of nobody listed, which shots_have_players counts, are left out.
--
-- grain:  one row per player and official game of the window that has shots
-- inputs: views.box_lines, nba_raw.nbac_shots
WITH shots AS (
    SELECT
        game_id,
        team_abbr,
        player_lookup,
        COUNT(*) AS attempts,
        COUNTIF(shot_value = 3) AS threes,
        COUNTIF(is_made) AS makes,
        COUNTIF(is_made AND shot_value = 3) AS threes_made,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date AND player_lookup IS NOT NULL
    GROUP BY game_id, team_abbr, player_lookup
),
teams AS (
    SELECT game_id, team_abbr, COUNTIF(player_lookup IS NULL) AS of_nobody,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
box AS (
    SELECT
        game_id,
        team_abbr,
        player_lookup,
        field_goals_attempted AS attempts,
        three_pointers_attempted AS threes,
        field_goals_made AS makes,
        three_pointers_made AS threes_made,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date AND did_play
)
SELECT
    COALESCE(box.game_id, shots.game_id) AS game_id,
    COALESCE(box.team_abbr, shots.team_abbr) AS team_abbr,
    COALESCE(box.player_lookup, shots.player_lookup) AS player_lookup,
    -- Who has no shot in a game whose shots are all somebody's took none.
    COALESCE(shots.attempts, 0) AS shot_attempts,
    COALESCE(shots.threes, 0) AS shot_threes,
    COALESCE(shots.makes, 0) AS shot_makes,
    COALESCE(shots.threes_made, 0) AS shot_threes_made,
    box.attempts,
    box.threes,
    box.makes,
    box.threes_made,
FROM box
FULL OUTER JOIN shots
    ON shots.game_id = box.game_id AND shots.team_abbr = box.team_abbr AND shots.player_lookup = box.player_lookup
INNER JOIN teams
    ON teams.game_id = COALESCE(box.game_id, shots.game_id) AND teams.team_abbr = COALESCE(box.team_abbr, shots.team_abbr)
WHERE shots.game_id IS NOT NULL OR teams.of_nobody = 0
