-- witnessed
-- warn:    Are each game's lines told by both sources, and is no date without any official record?
-- of:      games
-- because: a fault of the only source there is shows nowhere; a date that nobody witnessed fails
-- then:    run 10_fetch_raw again: it asks for what is absent; without a key of BallDontLie the NBA alone tells the games
SELECT
    expected.game_date,
    expected.game_id AS member,
    COALESCE(told.nba_has_it, FALSE) AS is_examined,
    CASE
        WHEN told.game_id IS NULL THEN 'neither source has it'
        WHEN NOT told.nba_has_it THEN 'BallDontLie alone has it'
        WHEN NOT told.bdl_has_it THEN 'the NBA alone has it'
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN views.chosen_sources AS told ON told.game_id = expected.game_id AND told.game_date = expected.game_date
WHERE expected.is_home
