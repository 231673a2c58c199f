-- The games of the official box scores.
SELECT
    stored.key,
    JSON_EXTRACT_STRING(stored.body, '$.game.gameId') AS nba_game_id,
    TRY_CAST(LEFT(JSON_EXTRACT_STRING(stored.body, '$.game.gameEt'), 10) AS DATE) AS game_date,
    whole(JSON_EXTRACT_STRING(stored.body, '$.game.gameStatus')) AS game_status,
    COALESCE(JSON_EXTRACT_STRING(stored.body, '$.game.gameStatusText') = 'PPD', FALSE) AS is_postponed,
    whole(JSON_EXTRACT_STRING(stored.body, '$.game.period')) AS period,
    home.team_abbr AS home_team_abbr,
    away.team_abbr AS away_team_abbr,
    home.score AS home_score,
    away.score AS away_score,
FROM stored
INNER JOIN official_teams AS home ON home.key = stored.key AND home.place = 1
INNER JOIN official_teams AS away ON away.key = stored.key AND away.place = 2
