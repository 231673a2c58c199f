-- The names by which the objects that are read call the players of each lookup.
SELECT loaded.player_lookup, told.player_full_name AS name
FROM rows_of_bdl_player_boxscores AS loaded
INNER JOIN bdl_player_boxscores AS told USING (source_file_path, game_id, bdl_player_id)
UNION
SELECT loaded.player_lookup, told.player_name
FROM rows_of_nbac_player_boxscores AS loaded
INNER JOIN nbac_player_boxscores AS told USING (source_file_path, game_id, person_id)
