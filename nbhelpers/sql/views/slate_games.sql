-- views.slate_games
-- The games that were to be played, opening night to the end of the window; postponed ones are not on a slate.
--
-- grain:  one row per game
-- inputs: nba_raw.nbac_schedule
SELECT
    game_id,
    nba_game_id,
    game_date,
    game_type,
    is_official,
    home_team_abbr,
    away_team_abbr,
    game_status,
FROM nba_raw.nbac_schedule
WHERE
    game_date BETWEEN @season_start AND @end_date
    AND NOT is_postponed
    AND game_type IN ('regular', 'cup_final', 'play_in', 'playoffs')
