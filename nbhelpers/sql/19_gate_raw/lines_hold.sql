-- lines_hold
-- fail:    Do the lines that count contradict neither themselves nor their source's team totals nor the schedule's score?
-- of:      team-games
-- because: no source was believed that contradicts itself while another does not; what is left here has no right value anywhere
-- then:    run 10_fetch_raw and 11_load_raw again; a later snapshot may put it right
SELECT
    expected.game_date,
    expected.member,
    teams.game_id IS NOT NULL AS is_examined,
    IF(
        teams.game_id IS NULL,
        'no box score',
        CONCAT(IF(teams.lines_source = 'bdl', 'BallDontLie: ', 'the NBA: '), teams.contradiction)
    ) AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN views.chosen_sources AS told ON told.game_id = expected.game_id AND told.game_date = expected.game_date
LEFT JOIN views.source_teams AS teams
    ON teams.game_id = told.game_id
    AND teams.game_date = told.game_date
    AND teams.lines_source = told.lines_source
    AND teams.team_abbr = expected.team_abbr
