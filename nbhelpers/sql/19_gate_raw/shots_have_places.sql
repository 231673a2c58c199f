-- shots_have_places
-- fail:    Was every shot taken where it can have been: threes from behind the line, few from the very hoop?
-- of:      official games
-- because: a place that is missing and was written as 0 makes a paint shot of every shot
-- then:    look at xLegacy, yLegacy and shotDistance in the object that source_file_path names; absent must load as NULL
-- from:    official_games
WITH shots AS (
    SELECT
        game_id,
        COUNT(*) AS attempts,
        COUNTIF(shot_value = 3 AND (distance_ft < @nearest_three_ft OR x_ft * x_ft + y_ft * y_ft < @nearest_three_ft * @nearest_three_ft)) AS threes_from_inside,
        -- Where the source tells the area, the place decides nothing.
        COUNTIF(zone_basic IS NULL AND x_ft = 0 AND y_ft = 0) AS at_the_hoop,
        COUNTIF(
            (x_ft IS NULL) != (y_ft IS NULL) OR COALESCE(ABS(SQRT(x_ft * x_ft + y_ft * y_ft) - distance_ft) > @most_feet_apart, FALSE)
        ) AS elsewhere,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
)
SELECT
    expected.game_date,
    expected.game_id AS member,
    shots.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN shots.game_id IS NULL THEN 'no play-by-play'
        -- One may be the slip of a scorer's pen.
        WHEN shots.threes_from_inside > @most_threes_from_inside
            THEN CONCAT(CAST(shots.threes_from_inside AS STRING), ' three-pointers from inside the line')
        WHEN shots.at_the_hoop > @most_share_at_the_hoop * shots.attempts
            THEN CONCAT(CAST(shots.at_the_hoop AS STRING), ' of ', CAST(shots.attempts AS STRING), ' shots at exactly (0, 0)')
        WHEN shots.elsewhere > 0 THEN CONCAT(CAST(shots.elsewhere AS STRING), ' shots whose distance is not that of their place')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN shots ON shots.game_id = expected.game_id
WHERE expected.has_play_by_play AND expected.is_home
