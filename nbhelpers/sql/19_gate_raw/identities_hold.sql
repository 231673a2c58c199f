-- identities_hold
-- fail:    Has over the season every id of a source one lookup, every lookup one id of it, and one name in both?
-- of:      players of each source
-- because: a second name for one person splits his history in two, and one name for two people mixes theirs
-- then:    run 11_load_raw for the whole season so far; two people of one name need names that differ
-- per:     range
WITH named AS (
    SELECT
        lines_source,
        source_player_id,
        player_lookup,
        player_full_name,
        MIN(game_date) AS first_date,
        COUNTIF(game_date >= @start_date) > 0 AS is_of_the_window,
    FROM views.source_lines
    GROUP BY lines_source, source_player_id, player_lookup, player_full_name
),
told AS (
    SELECT
        *,
        MIN(player_lookup) OVER (PARTITION BY lines_source, source_player_id) AS one_name,
        MAX(player_lookup) OVER (PARTITION BY lines_source, source_player_id) AS other_name,
        MIN(source_player_id) OVER (PARTITION BY lines_source, player_lookup) AS one_id,
        MAX(source_player_id) OVER (PARTITION BY lines_source, player_lookup) AS other_id,
        MIN(player_full_name) OVER (PARTITION BY player_lookup) AS one_spelling,
        MAX(player_full_name) OVER (PARTITION BY player_lookup) AS other_spelling,
        GREATEST(
            MAX(first_date) OVER (PARTITION BY lines_source, source_player_id),
            MAX(first_date) OVER (PARTITION BY lines_source, player_lookup)
        ) AS second_date,
        MAX(first_date) OVER (PARTITION BY player_lookup) AS second_spelling_date,
    FROM named
),
judged AS (
    SELECT
        *,
        CASE
            WHEN one_name != other_name OR one_id != other_id THEN second_date
            WHEN one_spelling != other_spelling THEN second_spelling_date
        END AS bad_from,
    FROM told
)
SELECT
    -- On the day that the second name or id comes, a second history begins; before the window it is no date's of it.
    IF(bad_from >= @start_date, bad_from, NULL) AS game_date,
    CONCAT(IF(lines_source = 'bdl', 'BallDontLie ', 'NBA '), CAST(source_player_id AS STRING), ' ', player_lookup) AS member,
    TRUE AS is_examined,
    CASE
        WHEN one_name != other_name THEN CONCAT('one id, two names: ', one_name, ' and ', other_name)
        WHEN one_id != other_id THEN CONCAT('one name, two ids: ', CAST(one_id AS STRING), ' and ', CAST(other_id AS STRING))
        WHEN one_spelling != other_spelling THEN CONCAT('one player, two spellings: ', one_spelling, ' and ', other_spelling)
    END AS problem,
FROM judged
WHERE is_of_the_window
