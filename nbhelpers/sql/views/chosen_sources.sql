-- views.chosen_sources
-- Whose lines of a game count, and why: those of @lines, unless that source lacks the game or contradicts itself, or the
-- two differ. Then the NBA's count, the official record, unless they contradict themselves.
--
-- grain:  one row per game that a source has
-- inputs: views.source_teams, views.compared_lines
WITH sources AS (
    SELECT
        game_id,
        game_date,
        COUNTIF(lines_source = 'bdl') > 0 AS bdl_has_it,
        COUNTIF(lines_source = 'nba') > 0 AS nba_has_it,
        STRING_AGG(IF(lines_source = 'bdl', CONCAT(team_abbr, ' ', contradiction), NULL), '; ' ORDER BY team_abbr) AS bdl_contradiction,
        STRING_AGG(IF(lines_source = 'nba', CONCAT(team_abbr, ' ', contradiction), NULL), '; ' ORDER BY team_abbr) AS nba_contradiction,
        IF(
            COUNT(DISTINCT period) > 1 OR COUNT(DISTINCT home_team_score) > 1 OR COUNT(DISTINCT away_team_score) > 1,
            CONCAT(
                'period ', CAST(MAX(IF(lines_source = 'bdl', period, NULL)) AS STRING),
                ' and ', CAST(MAX(IF(lines_source = 'nba', period, NULL)) AS STRING),
                ', score ', CAST(MAX(IF(lines_source = 'bdl', away_team_score, NULL)) AS STRING),
                '-', CAST(MAX(IF(lines_source = 'bdl', home_team_score, NULL)) AS STRING),
                ' and ', CAST(MAX(IF(lines_source = 'nba', away_team_score, NULL)) AS STRING),
                '-', CAST(MAX(IF(lines_source = 'nba', home_team_score, NULL)) AS STRING)
            ),
            NULL
        ) AS difference,
    FROM views.source_teams
    GROUP BY game_id, game_date
),
differing AS (
    SELECT game_id, game_date, COUNTIF(differs) AS lines_that_differ,
    FROM views.compared_lines
    GROUP BY game_id, game_date
),
judged AS (
    SELECT
        sources.*,
        COALESCE(sources.difference IS NOT NULL OR differing.lines_that_differ > 0, FALSE) AS they_differ,
        -- None differ where there is nothing to compare.
        COALESCE(differing.lines_that_differ, 0) AS lines_that_differ,
    FROM sources
    LEFT JOIN differing ON differing.game_id = sources.game_id AND differing.game_date = sources.game_date
)
SELECT
    game_id,
    game_date,
    bdl_has_it,
    nba_has_it,
    they_differ,
    lines_that_differ,
    difference,
    bdl_contradiction,
    nba_contradiction,
    CASE
        WHEN NOT nba_has_it THEN 'bdl'
        WHEN NOT bdl_has_it THEN 'nba'
        WHEN nba_contradiction IS NULL AND (they_differ OR @lines = 'nba' OR bdl_contradiction IS NOT NULL) THEN 'nba'
        WHEN bdl_contradiction IS NULL AND (they_differ OR @lines = 'bdl' OR nba_contradiction IS NOT NULL) THEN 'bdl'
        ELSE @lines
    END AS lines_source,
    CASE
        WHEN NOT nba_has_it THEN 'the NBA does not have the game'
        WHEN NOT bdl_has_it THEN 'BallDontLie does not have the game'
        WHEN NOT they_differ AND bdl_contradiction IS NULL AND nba_contradiction IS NULL THEN 'both sources agree'
        WHEN bdl_contradiction IS NOT NULL AND nba_contradiction IS NOT NULL THEN 'both sources contradict themselves'
        WHEN nba_contradiction IS NOT NULL THEN CONCAT('the official record contradicts itself: ', nba_contradiction)
        WHEN bdl_contradiction IS NOT NULL THEN CONCAT('BallDontLie contradicts itself: ', bdl_contradiction)
        ELSE 'the two differ, and the NBA has the official record'
    END AS why,
FROM judged
