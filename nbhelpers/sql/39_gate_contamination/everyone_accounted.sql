-- everyone_accounted
-- fail:    Has every member of every stage's universe either a row or a failure, and nobody else anything?
-- of:      members of the five stages
-- because: a member with neither has been lost in silence; one with both is counted twice
-- then:    run the step of the stage named again (TDZA 30, PSZA 31, PCF 32, PDC 33, MLFS 34), then this gate
WITH row_counts AS (
    SELECT processor_name, analysis_date, entity_id, COUNT(*) AS n,
    FROM views.stage_rows
    GROUP BY processor_name, analysis_date, entity_id
),
failure_counts AS (
    SELECT processor_name, analysis_date, entity_id, COUNT(*) AS n, MAX(failure_category) AS failure_category,
    FROM nba_processing.precompute_failures
    WHERE analysis_date BETWEEN @start_date AND @end_date AND processor_name != 'PREDICTIONS'
    GROUP BY processor_name, analysis_date, entity_id
),
things AS (
    SELECT processor_name, analysis_date, entity_id FROM row_counts
    UNION DISTINCT
    SELECT processor_name, analysis_date, entity_id FROM failure_counts
),
accounts AS (
    SELECT
        COALESCE(members.analysis_date, things.analysis_date) AS game_date,
        COALESCE(members.processor_name, things.processor_name) AS processor_name,
        COALESCE(members.entity_id, things.entity_id) AS entity_id,
        members.entity_id IS NOT NULL AS is_member,
        things.entity_id IS NOT NULL AS is_examined,
    FROM views.stage_members AS members
    FULL OUTER JOIN things
        ON things.processor_name = members.processor_name
        AND things.analysis_date = members.analysis_date
        AND things.entity_id = members.entity_id
)
SELECT
    accounts.game_date,
    CONCAT(accounts.processor_name, ' ', accounts.entity_id) AS member,
    accounts.is_examined,
    CASE
        WHEN NOT accounts.is_member THEN 'not in the universe of that date'
        WHEN row_counts.n IS NULL AND failure_counts.n IS NULL THEN 'untracked: neither a row nor a failure'
        WHEN row_counts.n IS NOT NULL AND failure_counts.n IS NOT NULL THEN 'conflict: a row and a failure'
        WHEN COALESCE(row_counts.n, failure_counts.n) > 1 THEN 'there more than once'
        WHEN failure_counts.failure_category = 'PROCESSING_ERROR' THEN 'PROCESSING_ERROR'
    END AS problem,
FROM accounts
LEFT JOIN row_counts
    ON row_counts.processor_name = accounts.processor_name
    AND row_counts.analysis_date = accounts.game_date
    AND row_counts.entity_id = accounts.entity_id
LEFT JOIN failure_counts
    ON failure_counts.processor_name = accounts.processor_name
    AND failure_counts.analysis_date = accounts.game_date
    AND failure_counts.entity_id = accounts.entity_id
