-- incomplete_upstream
-- warn:    Who has no shot zone analysis because the shots of one of his last ten games are not known?
-- of:      listed players
-- because: he has games enough; a name that the play-by-play spells otherwise has cost him his zones
-- then:    see missing_game_ids in nba_processing.precompute_failures; add the spelling, then run from 11
SELECT
    members.analysis_date AS game_date,
    members.entity_id AS member,
    TRUE AS is_examined,
    IF(failures.entity_id IS NULL, NULL, CONCAT('games without his shots: ', COALESCE(failures.missing_game_ids, 'not named'))) AS problem,
FROM views.stage_members AS members
LEFT JOIN nba_processing.precompute_failures AS failures
    ON failures.processor_name = 'PSZA'
    AND failures.analysis_date = members.analysis_date
    AND failures.entity_id = members.entity_id
    AND failures.failure_category = 'INCOMPLETE_UPSTREAM'
    AND failures.analysis_date BETWEEN @start_date AND @end_date
WHERE members.processor_name = 'PSZA'
