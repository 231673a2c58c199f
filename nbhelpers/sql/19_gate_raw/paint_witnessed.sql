-- paint_witnessed
-- fail:    Are the paint attempts and makes counted from the shots those of the official box score, give or take one?
-- of:      official team-games with an official box score
-- because: the paint of a team comes from the labels of its shots alone, and every zone analysis stands on it
-- then:    run 10_fetch_raw and 11_load_raw again: labels of the first hours are put right later; witnessed tells which games were not examined
-- from:    official_record
WITH shots AS (
    SELECT
        game_id,
        team_abbr,
        COUNTIF(zone = 'paint') AS attempts,
        COUNTIF(zone = 'paint' AND is_made) AS makes,
        COUNTIF(zone IS NULL) AS unknown_attempts,
        COUNTIF(zone IS NULL AND is_made) AS unknown_makes,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
official AS (
    SELECT game_id, team_abbr, paint_attempts, paint_makes,
    FROM nba_raw.nbac_team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date AND paint_attempts IS NOT NULL AND paint_makes IS NOT NULL
)
SELECT
    expected.game_date,
    expected.member,
    shots.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN shots.game_id IS NULL THEN 'no play-by-play'
        -- A shot without a zone may be one from the paint.
        WHEN official.paint_attempts NOT BETWEEN shots.attempts - @most_shots_off AND shots.attempts + shots.unknown_attempts + @most_shots_off
            OR official.paint_makes NOT BETWEEN shots.makes - @most_shots_off AND shots.makes + shots.unknown_makes + @most_shots_off
            THEN CONCAT(
                'paint ', CAST(shots.makes AS STRING), ' of ', CAST(shots.attempts AS STRING), ' by the shots, ',
                CAST(official.paint_makes AS STRING), ' of ', CAST(official.paint_attempts AS STRING), ' by the official box score'
            )
    END AS problem,
FROM views.expected_team_games AS expected
INNER JOIN official ON official.game_id = expected.game_id AND official.team_abbr = expected.team_abbr
LEFT JOIN shots ON shots.game_id = expected.game_id AND shots.team_abbr = expected.team_abbr
WHERE expected.has_play_by_play
