-- totals_there
-- fail:    Has the official record the totals of both teams of each game that it tells, once, from the same file, and of nobody else?
-- of:      team-games of the official record
-- because: the totals are what its lines and the paint are held to; absent, they contradict nothing
-- then:    run 11_load_raw again; look at the object that source_file_path names
-- from:    official_record
WITH lines AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        MIN(nba_game_id) AS nba_game_id,
        MIN(source_file_path) AS source_file_path,
        COUNTIF(season_year != @season_year) AS of_another_season,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
),
totals AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        COUNT(*) AS copies,
        MIN(nba_game_id) AS nba_game_id,
        MIN(source_file_path) AS source_file_path,
        COUNTIF(season_year != @season_year) AS of_another_season,
    FROM nba_raw.nbac_team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
)
SELECT
    COALESCE(lines.game_date, totals.game_date) AS game_date,
    CONCAT(COALESCE(lines.game_id, totals.game_id), ' ', COALESCE(lines.team_abbr, totals.team_abbr)) AS member,
    lines.game_id IS NOT NULL AND totals.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN totals.game_id IS NULL THEN 'lines and no totals'
        WHEN lines.game_id IS NULL THEN 'totals of a team that has no lines'
        WHEN totals.copies > 1 THEN CONCAT('totals ', CAST(totals.copies AS STRING), ' times')
        WHEN lines.of_another_season + totals.of_another_season > 0 THEN 'of another season'
        WHEN totals.nba_game_id != lines.nba_game_id THEN CONCAT('lines of game ', lines.nba_game_id, ', totals of ', totals.nba_game_id)
        WHEN totals.source_file_path != lines.source_file_path THEN 'lines and totals from different files'
    END AS problem,
FROM lines
FULL OUTER JOIN totals
    ON totals.game_id = lines.game_id AND totals.game_date = lines.game_date AND totals.team_abbr = lines.team_abbr
