-- views.player_histories
-- How many games each listed player has behind him on a date of the window, and which of the newest ten have no zones.
--
-- grain:  one row per player listed on the slate
-- inputs: views.slate_players, views.player_windows
-- dates:  only official games he played before analysis_date count
SELECT
    listed.player_lookup,
    listed.game_date AS analysis_date,
    COUNT(games.game_id) AS games,
    COUNTIF(games.games_ago <= 10 AND NOT games.has_shot_zones) AS games_without_zones,
    STRING_AGG(
        IF(games.games_ago <= 10 AND NOT games.has_shot_zones, games.game_id, NULL), ',' ORDER BY games.game_id
    ) AS missing_game_ids,
FROM views.slate_players AS listed
LEFT JOIN views.player_windows AS games
    ON games.player_lookup = listed.player_lookup AND games.analysis_date = listed.game_date
GROUP BY listed.player_lookup, listed.game_date
