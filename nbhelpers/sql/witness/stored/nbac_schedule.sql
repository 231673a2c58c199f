-- The games of the newest schedule; one of which the entry cannot be read, as its box score tells it.
WITH days AS (
    SELECT UNNEST(JSON_TRANSFORM(body, '{"leagueSchedule": {"gameDates": [{"games": [{
        "gameId": "VARCHAR", "gameStatus": "VARCHAR", "gameStatusText": "VARCHAR", "gameDateEst": "VARCHAR", "gameCode": "VARCHAR",
        "postponedStatus": "VARCHAR", "isNeutral": "VARCHAR",
        "homeTeam": {"teamId": "VARCHAR", "teamTricode": "VARCHAR", "score": "VARCHAR"},
        "awayTeam": {"teamId": "VARCHAR", "teamTricode": "VARCHAR", "score": "VARCHAR"}
    }]}]}}').leagueSchedule.gameDates) AS day
    FROM stored
    WHERE key = $schedule
),
entries AS (
    SELECT DISTINCT UNNEST(day.games, max_depth := 2) FROM days
),
listed AS (
    SELECT
        entries.gameId AS nba_game_id,
        TRY_CAST(LEFT(entries.gameDateEst, 10) AS DATE) AS game_date,
        home.team_abbr AS home_team_abbr,
        away.team_abbr AS away_team_abbr,
        whole(entries.gameStatus) AS game_status,
        COALESCE(entries.postponedStatus = 'P', FALSE) OR COALESCE(entries.gameStatusText = 'PPD', FALSE) AS is_postponed,
        TRY_CAST(entries.isNeutral AS BOOLEAN) AS is_neutral,
        whole(entries.homeTeam.score) AS home_score,
        whole(entries.awayTeam.score) AS away_score,
        entries.gameCode AS game_code,
        COALESCE(whole(entries.homeTeam.teamId) = 0, FALSE) OR COALESCE(whole(entries.awayTeam.teamId) = 0, FALSE) AS is_undecided,
    FROM entries
    LEFT JOIN teams AS home ON home.spelled = entries.homeTeam.teamTricode
    LEFT JOIN teams AS away ON away.spelled = entries.awayTeam.teamTricode
    QUALIFY COUNT(*) OVER (PARTITION BY entries.gameId) = 1  -- told twice, differently, a game is told by nobody
),
told_by_box_scores AS (
    SELECT
        games.nba_game_id, games.game_date, games.home_team_abbr, games.away_team_abbr, games.game_status, games.is_postponed,
        CAST(NULL AS BOOLEAN) AS is_neutral, games.home_score, games.away_score,
    FROM official_games AS games
    INNER JOIN rows_of_nbac_schedule AS loaded ON loaded.nba_game_id = games.nba_game_id AND loaded.source_object = games.key
),
told AS (
    SELECT * EXCLUDE (game_code, is_undecided)
    FROM listed
    WHERE
        REGEXP_FULL_MATCH(nba_game_id, '00[2456]\d{7}') AND game_status IN (1, 2, 3)
        AND home_team_abbr IS NOT NULL AND away_team_abbr IS NOT NULL AND NOT (game_status = 1 AND is_undecided)
        AND (is_postponed OR STARTS_WITH(game_code, STRFTIME(game_date, '%Y%m%d/')))
        AND (game_status = 1 OR (home_score IS NOT NULL AND away_score IS NOT NULL))
        AND nba_game_id NOT IN (SELECT nba_game_id FROM told_by_box_scores)
    UNION ALL
    SELECT * FROM told_by_box_scores
)
SELECT
    $season AS season,
    nba_game_id,
    game_named(game_date, away_team_abbr, home_team_abbr) AS game_id,
    game_date,
    CASE LEFT(nba_game_id, 3) WHEN '002' THEN 'regular' WHEN '004' THEN 'playoffs' WHEN '005' THEN 'play_in' ELSE 'cup_final' END AS game_type,
    LEFT(nba_game_id, 3) != '006' AS is_official,
    home_team_abbr,
    away_team_abbr,
    game_status,
    is_postponed,
    is_neutral,
    IF(game_status = 1, NULL, home_score) AS home_score,  -- before the game the source shows 0
    IF(game_status = 1, NULL, away_score) AS away_score,
FROM told
