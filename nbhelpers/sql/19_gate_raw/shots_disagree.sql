-- shots_disagree
-- warn:    Does every single shot stand in its player's line as it was taken, a three as a three?
-- of:      official team-games
-- because: the line counts for points and shooting, the play-by-play for zones: a two that is a three counts in two zones
-- then:    nothing to rebuild: it is the sources that differ, not our build; a later file of the NBA may agree
-- from:    official_games
WITH differing AS (
    SELECT
        game_id,
        team_abbr,
        STRING_AGG(
            IF(
                shot_attempts != attempts OR shot_threes != threes OR shot_makes != makes OR shot_threes_made != threes_made,
                CONCAT(
                    player_lookup, ' ', CAST(shot_makes AS STRING), ' of ', CAST(shot_attempts AS STRING), ', threes ',
                    CAST(shot_threes_made AS STRING), ' of ', CAST(shot_threes AS STRING), ' by the shots, ', CAST(makes AS STRING), ' of ',
                    CAST(attempts AS STRING), ', threes ', CAST(threes_made AS STRING), ' of ', CAST(threes AS STRING), ' by his line'
                ),
                NULL
            ), '; ' ORDER BY player_lookup
        ) AS players,
    FROM views.compared_shots
    GROUP BY game_id, team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    differing.game_id IS NOT NULL AS is_examined,
    differing.players AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN differing ON differing.game_id = expected.game_id AND differing.team_abbr = expected.team_abbr
WHERE expected.has_play_by_play
