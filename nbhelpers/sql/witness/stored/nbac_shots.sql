-- The field-goal attempts of players in the play-by-plays.
WITH plays AS (
    SELECT key, JSON_TRANSFORM(body, '{"game": {"gameId": "VARCHAR", "actions": [{
        "actionNumber": "VARCHAR", "period": "VARCHAR", "teamId": "VARCHAR", "teamTricode": "VARCHAR", "personId": "VARCHAR",
        "playerName": "VARCHAR", "playerNameI": "VARCHAR", "actionType": "VARCHAR", "shotResult": "VARCHAR", "isFieldGoal": "VARCHAR",
        "area": "VARCHAR", "shotDistance": "VARCHAR", "xLegacy": "VARCHAR", "yLegacy": "VARCHAR", "qualifiers": ["VARCHAR"]
    }]}}').game AS game
    FROM stored
    WHERE STARTS_WITH(key, 'nba-com/play-by-play/')
),
actions AS (
    SELECT key, game.gameId AS nba_game_id, UNNEST(game.actions, max_depth := 2) FROM plays
),
attempts AS (
    SELECT
        actions.key,
        actions.nba_game_id,
        whole(actions.actionNumber) AS action_number,
        whole(actions.period) AS period,
        teams.team_abbr,
        whole(actions.personId) AS person_id,
        COALESCE(filled(actions.playerNameI), actions.playerName) AS player_name,
        IF(actions.actionType = '2pt', 2, 3) AS shot_value,
        actions.shotResult = 'Made' AS is_made,
        filled(actions.area) AS zone_basic,
        number(actions.shotDistance) AS distance_ft,
        number(actions.xLegacy) / 10 AS x_ft,
        number(actions.yLegacy) / 10 AS y_ft,
        COALESCE(LIST_CONTAINS(actions.qualifiers, 'pointsinthepaint'), FALSE) AS is_counted_in_paint,
    FROM actions
    LEFT JOIN teams ON teams.spelled = actions.teamTricode
    WHERE
        whole(actions.isFieldGoal) = 1 AND COALESCE(whole(actions.personId), 0) != 0  -- a team's heave is nobody's attempt
        AND whole(actions.personId) IS DISTINCT FROM whole(actions.teamId)
        AND NOT COALESCE(actions.actionType = 'heave' AND actions.shotResult IS DISTINCT FROM 'Made', FALSE)
),
measured AS (
    -- Nearer than four feet is the hoop, whatever the label says: by the place, and by the distance.
    SELECT *, POWER(POWER(x_ft, 2) + POWER(y_ft, 2), 0.5) < 4 AS is_placed_at_hoop, distance_ft < 4 AS is_told_at_hoop FROM attempts
)
SELECT
    measured.key AS source_file_path,
    measured.nba_game_id,
    games.game_id,
    games.game_date,
    measured.* EXCLUDE (key, nba_game_id, is_counted_in_paint, is_placed_at_hoop, is_told_at_hoop),
    CASE
        WHEN shot_value = 3 THEN 'three_pt'
        WHEN zone_basic IN ('Restricted Area', 'In The Paint (Non-RA)') OR is_counted_in_paint THEN 'paint'
        WHEN zone_basic IS NOT NULL AND NOT (COALESCE(is_placed_at_hoop, FALSE) OR COALESCE(is_told_at_hoop, FALSE)) THEN 'mid_range'
        WHEN zone_basic IS NOT NULL THEN IF(COALESCE(is_placed_at_hoop, TRUE) AND COALESCE(is_told_at_hoop, TRUE), 'paint', NULL)
        WHEN is_placed_at_hoop OR (ABS(x_ft) <= 8 AND y_ft <= 13.8) THEN 'paint'
        WHEN x_ft IS NOT NULL AND y_ft IS NOT NULL THEN 'mid_range'
    END AS zone,
FROM measured
LEFT JOIN nbac_schedule AS games ON games.nba_game_id = measured.nba_game_id
