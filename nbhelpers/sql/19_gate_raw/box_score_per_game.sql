-- box_score_per_game
-- fail:    Has every slate game one final box score with both teams, and no game that the schedule does not know?
-- of:      team-games
-- because: a game without its box score is missing from every average of its players and teams
-- then:    run 10_fetch_raw and 11_load_raw again; if the source will never have the game, python run_backfill.py accept-gap GAME box_score --reason
WITH lines AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        COUNTIF(did_play) AS players,
        COUNTIF(game_status != 'Final' OR period < 4) AS not_final,
        MIN(home_team_abbr) AS home_team_abbr,
        MIN(away_team_abbr) AS away_team_abbr,
        COUNT(DISTINCT CONCAT(home_team_abbr, away_team_abbr)) AS pairings,
        COUNT(DISTINCT source_file_path) AS sources,
        COUNTIF(season_year != @season_year) AS of_another_season,
    FROM nba_raw.bdl_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
)
SELECT
    COALESCE(expected.game_date, lines.game_date) AS game_date,
    COALESCE(expected.member, CONCAT(lines.game_id, ' ', lines.team_abbr)) AS member,
    lines.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN lines.game_id IS NULL THEN 'no box score'
        WHEN expected.member IS NULL THEN 'the schedule knows no such game, team or date'
        WHEN lines.of_another_season > 0 THEN 'lines of another season'
        WHEN lines.not_final > 0 THEN 'not final'
        WHEN lines.players < @least_players THEN CONCAT('only ', CAST(lines.players AS STRING), ' players who played')
        WHEN lines.sources > 1 THEN 'pieced together from several snapshots'
        WHEN
            lines.pairings != 1
            OR IF(expected.is_home, lines.home_team_abbr, lines.away_team_abbr) != expected.team_abbr
            OR IF(expected.is_home, lines.away_team_abbr, lines.home_team_abbr) != expected.opponent_team_abbr
            THEN 'home and away are not those of the schedule'
    END AS problem,
FROM views.expected_team_games AS expected
FULL OUTER JOIN lines
    ON lines.game_id = expected.game_id
    AND lines.game_date = expected.game_date
    AND lines.team_abbr = expected.team_abbr
