-- box_score_per_game
-- fail:    Has every slate game one final box score with both teams, and no game that the schedule does not know?
-- of:      team-games
-- because: a game without its box score is missing from every average of its players and teams
-- then:    run 10_fetch_raw and 11_load_raw again; if no source will ever have the game, python run_backfill.py accept-gap GAME box_score --reason "..."
WITH loaded AS (
    -- Of whichever source: the two must tell of the same game.
    SELECT
        game_id,
        game_date,
        team_abbr,
        COUNTIF(game_status != 'Final' OR period < 4) AS not_final,
        MIN(home_team_abbr) AS home_team_abbr,
        MIN(away_team_abbr) AS away_team_abbr,
        COUNT(DISTINCT CONCAT(home_team_abbr, away_team_abbr)) AS pairings,
        COUNT(DISTINCT CONCAT(
            lines_source, source_file_path, CAST(period AS STRING), ' ', CAST(home_team_score AS STRING), ' ', CAST(away_team_score AS STRING)
        )) > COUNT(DISTINCT lines_source) AS is_pieced_together,
        COUNTIF(season_year != @season_year) AS of_another_season,
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
),
counted AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        COUNTIF(did_play) AS players,
        SUM(minutes_played) AS minutes,
        240 + 25 * GREATEST(MAX(period) - 4, 0) AS team_minutes,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
)
SELECT
    COALESCE(expected.game_date, loaded.game_date) AS game_date,
    COALESCE(expected.member, CONCAT(loaded.game_id, ' ', loaded.team_abbr)) AS member,
    loaded.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN loaded.game_id IS NULL THEN 'no box score'
        WHEN expected.member IS NULL THEN 'the schedule knows no such game, team or date'
        WHEN loaded.of_another_season > 0 THEN 'lines of another season'
        WHEN loaded.not_final > 0 THEN 'not final'
        WHEN counted.game_id IS NULL THEN 'none of the source that is believed for the game'
        -- Six and seven have finished games, and then their minutes make the game.
        WHEN counted.players < @least_players
            OR (counted.players < @usual_players AND counted.minutes < counted.team_minutes - @most_minutes_off)
            THEN CONCAT(
                'only ', CAST(counted.players AS STRING), ' players who played, ',
                CAST(CAST(ROUND(counted.minutes, 0) AS INT64) AS STRING), ' of ', CAST(counted.team_minutes AS STRING), ' minutes'
            )
        WHEN loaded.is_pieced_together THEN 'pieced together from several snapshots'
        WHEN
            loaded.pairings != 1
            OR IF(expected.is_home, loaded.home_team_abbr, loaded.away_team_abbr) != expected.team_abbr
            OR IF(expected.is_home, loaded.away_team_abbr, loaded.home_team_abbr) != expected.opponent_team_abbr
            THEN 'home and away are not those of the schedule'
    END AS problem,
FROM views.expected_team_games AS expected
FULL OUTER JOIN loaded
    ON loaded.game_id = expected.game_id
    AND loaded.game_date = expected.game_date
    AND loaded.team_abbr = expected.team_abbr
LEFT JOIN counted
    ON counted.game_id = loaded.game_id
    AND counted.game_date = loaded.game_date
    AND counted.team_abbr = loaded.team_abbr
WHERE expected.member IS NOT NULL OR loaded.game_id NOT IN (
    -- What came after all of a game that was accepted as missing counts for nothing, and is no stranger.
    SELECT gaps.game_id FROM nba_processing.accepted_gaps AS gaps
    INNER JOIN views.slate_games AS games ON games.game_id = gaps.game_id
    WHERE gaps.what = 'box_score'
)
