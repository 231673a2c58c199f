-- The players of the official box scores: a row a player, two where both teams list one who played for both.
WITH listed AS (
    SELECT key, place, team_abbr, UNNEST(players) AS player, UNNEST(RANGE(LEN(players))) AS nth FROM official_teams
),
lines AS (
    SELECT
        listed.key,
        listed.place,
        listed.nth,
        listed.team_abbr,
        whole(player.personId) AS person_id,
        TRIM(COALESCE(filled(player.name), CONCAT(player.firstName, ' ', player.familyName))) AS player_name,
        whole(player.starter) != 0 AS starter,
        COALESCE(filled(player.notPlayingDescription), filled(player.notPlayingReason)) AS not_playing_reason,
        minutes(player.statistics.minutes) AS minutes_played,
        whole(player.statistics.points) AS points,
        whole(player.statistics.assists) AS assists,
        whole(player.statistics.reboundsTotal) AS rebounds,
        whole(player.statistics.reboundsOffensive) AS offensive_rebounds,
        whole(player.statistics.reboundsDefensive) AS defensive_rebounds,
        whole(player.statistics.steals) AS steals,
        whole(player.statistics.blocks) AS blocks,
        whole(player.statistics.turnovers) AS turnovers,
        whole(player.statistics.foulsPersonal) AS personal_fouls,
        whole(player.statistics.fieldGoalsMade) AS field_goals_made,
        whole(player.statistics.fieldGoalsAttempted) AS field_goals_attempted,
        whole(player.statistics.threePointersMade) AS three_pointers_made,
        whole(player.statistics.threePointersAttempted) AS three_pointers_attempted,
        whole(player.statistics.freeThrowsMade) AS free_throws_made,
        whole(player.statistics.freeThrowsAttempted) AS free_throws_attempted,
        whole(player.statistics.plusMinusPoints) AS plus_minus,
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
    games.key AS source_file_path,
    games.nba_game_id,
    game_named(games.game_date, games.away_team_abbr, games.home_team_abbr) AS game_id,
    games.game_date,
    $season_year AS season_year,
    games.game_status,
    games.period,
    games.home_team_abbr,
    games.away_team_abbr,
    games.home_score,
    games.away_score,
    judged.* EXCLUDE (key, place, nth),
    fetched(games.key, games.game_date) AS fetched_at,
FROM judged
INNER JOIN official_games AS games ON games.key = judged.key
WINDOW of_person AS (PARTITION BY games.key, judged.person_id)
-- Of one whom both teams list, as on the day of a trade between them, the idle line counts for nothing.
QUALIFY judged.did_play OR (
    NOT BOOL_OR(judged.did_play) OVER of_person AND ROW_NUMBER() OVER (of_person ORDER BY judged.place, judged.nth) = 1
)
