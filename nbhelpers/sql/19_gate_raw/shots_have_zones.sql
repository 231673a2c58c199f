-- shots_have_zones
-- fail:    Do at least 99 % of each official game's shots have a zone?
-- of:      official games
-- because: a shot without a zone is missing from paint and mid-range alike
-- then:    run 10_fetch_raw again when the NBA has filled area and coordinates in
-- from:    official_games
WITH shots AS (
    SELECT game_id, COUNT(*) AS attempts, COUNTIF(zone IS NOT NULL) AS with_zone,
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
        WHEN shots.with_zone < @least_zoned_share * shots.attempts
            THEN CONCAT(CAST(shots.attempts - shots.with_zone AS STRING), ' of ', CAST(shots.attempts AS STRING), ' shots without a zone')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN shots ON shots.game_id = expected.game_id
WHERE expected.has_play_by_play AND expected.is_home
