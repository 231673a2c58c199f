-- identities_hold
-- fail:    Has over the season every id of a source one name, and every name one id of it?
-- of:      players of each source
-- because: a second name for one person splits his history in two, and one name for two people mixes theirs
-- then:    run 11_load_raw for the whole season so far; two people of one name need names that differ
-- per:     range
WITH named AS (
    SELECT
        lines_source,
        source_player_id,
        player_lookup,
        MIN(game_date) AS first_date,
        COUNTIF(game_date >= @start_date) > 0 AS is_of_the_window,
    FROM views.source_lines
    GROUP BY lines_source, source_player_id, player_lookup
),
told AS (
    SELECT
        *,
        COUNT(*) OVER (PARTITION BY lines_source, source_player_id) AS names,
        MIN(player_lookup) OVER (PARTITION BY lines_source, source_player_id) AS one_name,
        MAX(player_lookup) OVER (PARTITION BY lines_source, source_player_id) AS other_name,
        COUNT(*) OVER (PARTITION BY lines_source, player_lookup) AS ids,
        MIN(source_player_id) OVER (PARTITION BY lines_source, player_lookup) AS one_id,
        MAX(source_player_id) OVER (PARTITION BY lines_source, player_lookup) AS other_id,
        GREATEST(
            MAX(first_date) OVER (PARTITION BY lines_source, source_player_id),
            MAX(first_date) OVER (PARTITION BY lines_source, player_lookup)
        ) AS second_date,
    FROM named
)
SELECT
    -- On the day that the second name or id comes, a second history begins; before the window it is no date's of it.
    IF((names > 1 OR ids > 1) AND second_date >= @start_date, second_date, NULL) AS game_date,
    CONCAT(IF(lines_source = 'bdl', 'BallDontLie ', 'NBA '), CAST(source_player_id AS STRING), ' ', player_lookup) AS member,
    TRUE AS is_examined,
    CASE
        WHEN names > 1 THEN CONCAT('one id, two names: ', one_name, ' and ', other_name)
        WHEN ids > 1 THEN CONCAT('one name, two ids: ', CAST(one_id AS STRING), ' and ', CAST(other_id AS STRING))
    END AS problem,
FROM told
WHERE is_of_the_window
