-- The teams of the official box scores, the home team first, each as the source lists it.
WITH sides AS (
    SELECT key, UNNEST([
        {'place': 1, 'team': JSON_EXTRACT(body, '$.game.homeTeam')}, {'place': 2, 'team': JSON_EXTRACT(body, '$.game.awayTeam')}
    ], max_depth := 2)
    FROM stored
    WHERE STARTS_WITH(key, 'nba-com/boxscores/')
),
read AS (
    SELECT key, place, JSON_TRANSFORM(team, '{
        "teamTricode": "VARCHAR", "score": "VARCHAR",
        "statistics": {
            "points": "VARCHAR", "assists": "VARCHAR", "reboundsTotal": "VARCHAR", "reboundsPersonal": "VARCHAR",
            "reboundsOffensive": "VARCHAR", "reboundsDefensive": "VARCHAR", "steals": "VARCHAR", "blocks": "VARCHAR",
            "turnovers": "VARCHAR", "foulsPersonal": "VARCHAR", "fieldGoalsMade": "VARCHAR", "fieldGoalsAttempted": "VARCHAR",
            "threePointersMade": "VARCHAR", "threePointersAttempted": "VARCHAR", "freeThrowsMade": "VARCHAR",
            "freeThrowsAttempted": "VARCHAR", "pointsInThePaintMade": "VARCHAR", "pointsInThePaintAttempted": "VARCHAR"
        },
        "players": [{
            "personId": "VARCHAR", "name": "VARCHAR", "firstName": "VARCHAR", "familyName": "VARCHAR", "starter": "VARCHAR",
            "notPlayingReason": "VARCHAR", "notPlayingDescription": "VARCHAR",
            "statistics": {
                "minutes": "VARCHAR", "plusMinusPoints": "VARCHAR", "points": "VARCHAR", "assists": "VARCHAR", "reboundsTotal": "VARCHAR",
                "reboundsOffensive": "VARCHAR", "reboundsDefensive": "VARCHAR", "steals": "VARCHAR", "blocks": "VARCHAR",
                "turnovers": "VARCHAR", "foulsPersonal": "VARCHAR", "fieldGoalsMade": "VARCHAR", "fieldGoalsAttempted": "VARCHAR",
                "threePointersMade": "VARCHAR", "threePointersAttempted": "VARCHAR", "freeThrowsMade": "VARCHAR",
                "freeThrowsAttempted": "VARCHAR"
            }
        }]
    }') AS team
    FROM sides
)
SELECT read.key, read.place, teams.team_abbr, whole(read.team.score) AS score, read.team.statistics AS statistics, read.team.players AS players,
FROM read
LEFT JOIN teams ON teams.spelled = read.team.teamTricode
