-- play_by_play_per_game
-- fail:    Has every official game shots, as many and as good as its box score says, give or take one, and nobody else any?
-- of:      official team-games
-- because: paint attempts come from the play-by-play alone; without them team zones are empty and the cascade begins
-- then:    run 10_fetch_raw and 11_load_raw again; if the NBA will never have it, python run_backfill.py accept-gap GAME play_by_play --reason "..."
-- from:    official_games
WITH shots AS (
    SELECT game_id, game_date, team_abbr, COUNT(*) AS attempts, COUNTIF(is_made) AS makes,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
),
box AS (
    SELECT game_id, team_abbr, SUM(field_goals_attempted) AS attempts, SUM(field_goals_made) AS makes,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
)
SELECT
    COALESCE(expected.game_date, shots.game_date) AS game_date,
    COALESCE(expected.member, CONCAT(shots.game_id, ' ', shots.team_abbr)) AS member,
    shots.game_id IS NOT NULL AND (box.game_id IS NOT NULL OR expected.member IS NULL) AS is_examined,
    CASE
        WHEN expected.member IS NULL THEN CONCAT(CAST(shots.attempts AS STRING), ' shots of a game, team or date that the schedule does not know')
        WHEN shots.game_id IS NULL THEN 'no play-by-play'
        WHEN box.game_id IS NULL THEN 'no box score to compare with'
        WHEN ABS(shots.attempts - box.attempts) <= @most_shots_off AND ABS(shots.makes - box.makes) <= @most_shots_off THEN NULL
        ELSE CONCAT(
            'shots ', CAST(shots.makes AS STRING), ' of ', CAST(shots.attempts AS STRING),
            ', box score ', COALESCE(CAST(box.makes AS STRING), 'unknown'), ' of ', COALESCE(CAST(box.attempts AS STRING), 'unknown')
        )
    END AS problem,
FROM views.expected_team_games AS expected
FULL OUTER JOIN shots
    ON shots.game_id = expected.game_id AND shots.game_date = expected.game_date AND shots.team_abbr = expected.team_abbr
LEFT JOIN box ON box.game_id = expected.game_id AND box.team_abbr = expected.team_abbr
WHERE
    expected.has_play_by_play
    -- What came after all of a game that was accepted as missing counts for nothing, and is no stranger.
    OR expected.member IS NULL AND shots.game_id NOT IN (
        SELECT gaps.game_id FROM nba_processing.accepted_gaps AS gaps
        INNER JOIN views.slate_games AS games ON games.game_id = gaps.game_id
    )
