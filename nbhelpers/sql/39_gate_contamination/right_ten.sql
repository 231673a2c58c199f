-- right_ten
-- fail:    Do the windows hold exactly the games that the schedule and the raw lines say they should?
-- of:      teams and listed players with enough games
-- because: a window that holds the day itself, last season, the Cup final or a game not played is wrong without being zero
-- then:    run 30 to 33 again, then this gate
-- from:    enough_games
SELECT
    before.analysis_date AS game_date,
    CONCAT('TDZA ', before.team_abbr) AS member,
    zones.team_abbr IS NOT NULL AS is_examined,
    CASE
        WHEN zones.team_abbr IS NULL THEN 'no row'
        WHEN
            zones.games_in_sample != LEAST(before.games, 15)
            OR zones.window_start_date != before.fifteenth_date
            OR zones.window_end_date != before.newest_date
            THEN CONCAT(
                'window ', CAST(zones.window_start_date AS STRING), ' to ', CAST(zones.window_end_date AS STRING),
                ', schedule ', CAST(before.fifteenth_date AS STRING), ' to ', CAST(before.newest_date AS STRING)
            )
    END AS problem,
FROM views.team_games_before AS before
LEFT JOIN nba_precompute.team_defense_zone_analysis AS zones
    ON zones.team_abbr = before.team_abbr
    AND zones.analysis_date = before.analysis_date
    AND zones.analysis_date BETWEEN @start_date AND @end_date
WHERE before.games >= 5
UNION ALL
SELECT
    before.analysis_date,
    CONCAT('PSZA ', before.player_lookup),
    zones.player_lookup IS NOT NULL OR failures.entity_id IS NOT NULL,
    CASE
        WHEN zones.player_lookup IS NULL THEN NULL  -- a failure: judged by failures_as_expected
        WHEN
            zones.games_in_sample != 10
            OR zones.window_start_date != before.tenth_date
            OR zones.window_end_date != before.newest_date
            THEN CONCAT(
                'window ', CAST(zones.window_start_date AS STRING), ' to ', CAST(zones.window_end_date AS STRING),
                ', played ', CAST(before.tenth_date AS STRING), ' to ', CAST(before.newest_date AS STRING)
            )
        WHEN ABS(zones.total_shots_last_10 - before.shots_last_10) > @most_shots_off_in_ten
            THEN CONCAT(CAST(zones.total_shots_last_10 AS STRING), ' shots, box scores ', CAST(before.shots_last_10 AS STRING))
    END,
FROM views.played_before AS before
LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
    ON zones.player_lookup = before.player_lookup
    AND zones.analysis_date = before.analysis_date
    AND zones.analysis_date BETWEEN @start_date AND @end_date
LEFT JOIN nba_processing.precompute_failures AS failures
    ON failures.processor_name = 'PSZA'
    AND failures.analysis_date = before.analysis_date
    AND failures.entity_id = before.player_lookup
    AND failures.analysis_date BETWEEN @start_date AND @end_date
WHERE before.games >= 10
UNION ALL
SELECT
    before.analysis_date,
    CONCAT('PDC ', before.player_lookup),
    cache.player_lookup IS NOT NULL,
    CASE
        WHEN cache.player_lookup IS NULL THEN 'no row'
        WHEN
            cache.games_played_season != before.games
            OR cache.window_start_date != before.tenth_date
            OR cache.window_end_date != before.newest_date
            THEN CONCAT(
                CAST(cache.games_played_season AS STRING), ' games, ', CAST(cache.window_start_date AS STRING), ' to ',
                CAST(cache.window_end_date AS STRING), '; played ', CAST(before.games AS STRING), ', ',
                CAST(before.tenth_date AS STRING), ' to ', CAST(before.newest_date AS STRING)
            )
    END,
FROM views.played_before AS before
LEFT JOIN nba_precompute.player_daily_cache AS cache
    ON cache.player_lookup = before.player_lookup
    AND cache.cache_date = before.analysis_date
    AND cache.cache_date BETWEEN @start_date AND @end_date
WHERE before.games >= 5
