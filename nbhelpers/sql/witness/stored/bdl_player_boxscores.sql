-- The players of BallDontLie's box scores: a row a player and a game.
WITH answers AS (
    SELECT key, JSON_TRANSFORM(body, '{"timestamp": "VARCHAR", "boxScores": [{
        "date": "VARCHAR", "status": "VARCHAR", "period": "VARCHAR", "postseason": "VARCHAR",
        "home_team_score": "VARCHAR", "visitor_team_score": "VARCHAR",
        "home_team": {"abbreviation": "VARCHAR", "players": [{
            "min": "VARCHAR", "pts": "VARCHAR", "ast": "VARCHAR", "reb": "VARCHAR", "oreb": "VARCHAR", "dreb": "VARCHAR", "stl": "VARCHAR",
            "blk": "VARCHAR", "turnover": "VARCHAR", "pf": "VARCHAR", "fgm": "VARCHAR", "fga": "VARCHAR", "fg3m": "VARCHAR",
            "fg3a": "VARCHAR", "ftm": "VARCHAR", "fta": "VARCHAR", "plus_minus": "VARCHAR",
            "player": {"id": "VARCHAR", "first_name": "VARCHAR", "last_name": "VARCHAR", "jersey_number": "VARCHAR", "position": "VARCHAR"}
        }]},
        "visitor_team": {"abbreviation": "VARCHAR", "players": [{
            "min": "VARCHAR", "pts": "VARCHAR", "ast": "VARCHAR", "reb": "VARCHAR", "oreb": "VARCHAR", "dreb": "VARCHAR", "stl": "VARCHAR",
            "blk": "VARCHAR", "turnover": "VARCHAR", "pf": "VARCHAR", "fgm": "VARCHAR", "fga": "VARCHAR", "fg3m": "VARCHAR",
            "fg3a": "VARCHAR", "ftm": "VARCHAR", "fta": "VARCHAR", "plus_minus": "VARCHAR",
            "player": {"id": "VARCHAR", "first_name": "VARCHAR", "last_name": "VARCHAR", "jersey_number": "VARCHAR", "position": "VARCHAR"}
        }]}
    }]}') AS answer
    FROM stored
    WHERE STARTS_WITH(key, 'ball-dont-lie/boxscores/')
),
games AS (
    SELECT key, TRY_CAST(TRY_CAST(answer.timestamp AS TIMESTAMPTZ) AS TIMESTAMP) AS fetched_at, UNNEST(answer.boxScores) AS game FROM answers
),
read AS (
    SELECT
        games.key,
        games.fetched_at,
        TRY_CAST(LEFT(game.date, 10) AS DATE) AS game_date,
        game.status AS game_status,
        whole(game.period) AS period,
        TRY_CAST(game.postseason AS BOOLEAN) AS is_postseason,
        home.team_abbr AS home_team_abbr,
        away.team_abbr AS away_team_abbr,
        whole(game.home_team_score) AS home_team_score,
        whole(game.visitor_team_score) AS away_team_score,
        UNNEST([
            {'place': 1, 'team_abbr': home.team_abbr, 'players': game.home_team.players},
            {'place': 2, 'team_abbr': away.team_abbr, 'players': game.visitor_team.players}
        ], max_depth := 2),
    FROM games
    LEFT JOIN teams AS home ON home.spelled = game.home_team.abbreviation
    LEFT JOIN teams AS away ON away.spelled = game.visitor_team.abbreviation
),
listed AS (
    SELECT * EXCLUDE players, UNNEST(players) AS line, UNNEST(RANGE(LEN(players))) AS nth FROM read
),
lines AS (
    SELECT
        * EXCLUDE line,
        CONCAT_WS(' ', filled(TRIM(line.player.first_name)), filled(TRIM(line.player.last_name))) AS player_full_name,
        whole(line.player.id) AS bdl_player_id,
        filled(line.player.jersey_number) AS jersey_number,
        filled(line.player.position) AS position,
        TRIM(line.min) AS minutes,
        minutes(line.min) AS minutes_played,
        whole(line.pts) AS points,
        whole(line.ast) AS assists,
        whole(line.reb) AS rebounds,
        whole(line.oreb) AS offensive_rebounds,
        whole(line.dreb) AS defensive_rebounds,
        whole(line.stl) AS steals,
        whole(line.blk) AS blocks,
        whole(line.turnover) AS turnovers,
        whole(line.pf) AS personal_fouls,
        whole(line.fgm) AS field_goals_made,
        whole(line.fga) AS field_goals_attempted,
        whole(line.fg3m) AS three_pointers_made,
        whole(line.fg3a) AS three_pointers_attempted,
        whole(line.ftm) AS free_throws_made,
        whole(line.fta) AS free_throws_attempted,
        whole(line.plus_minus) AS plus_minus,
    FROM listed
),
judged AS (
    SELECT
        *,
        has_played(minutes_played, [
            points, assists, rebounds, offensive_rebounds, defensive_rebounds, steals, blocks, turnovers, personal_fouls, field_goals_made,
            field_goals_attempted, three_pointers_made, three_pointers_attempted, free_throws_made, free_throws_attempted
        ]) AS did_play,
    FROM lines
)
SELECT
    key AS source_file_path,
    game_named(game_date, away_team_abbr, home_team_abbr) AS game_id,
    $season_year AS season_year,
    * EXCLUDE (key, place, nth),
FROM judged
WINDOW of_person AS (PARTITION BY key, game_date, home_team_abbr, away_team_abbr, bdl_player_id)
-- Of one whom both teams list, as on the day of a trade between them, the idle line counts for nothing.
QUALIFY did_play OR (NOT BOOL_OR(did_play) OVER of_person AND ROW_NUMBER() OVER (of_person ORDER BY place, nth) = 1)
