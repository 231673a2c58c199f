-- sources_hold
-- warn:    Does neither source contradict itself or the schedule's score, and is no total of the official record absent?
-- of:      team-games
-- because: a source that contradicts itself is outvoted by the other; with no other beside it nobody would know
-- then:    nothing to rebuild: it is a source that is wrong; lines_hold fails where the lines that count are
WITH contradicting AS (
    SELECT
        game_id,
        team_abbr,
        STRING_AGG(
            CONCAT(IF(lines_source = 'bdl', 'BallDontLie: ', 'the NBA: '), contradiction), '; ' ORDER BY lines_source
        ) AS contradictions,
    FROM views.source_teams
    WHERE game_date >= @start_date
    GROUP BY game_id, team_abbr
),
totals AS (
    SELECT
        game_id,
        team_abbr,
        (
            SELECT STRING_AGG(total.statistic, ', ')
            FROM UNNEST([
                STRUCT('points' AS statistic, points AS value),
                STRUCT('assists', assists), STRUCT('rebounds', rebounds), STRUCT('offensive rebounds', offensive_rebounds),
                STRUCT('defensive rebounds', defensive_rebounds), STRUCT('steals', steals), STRUCT('blocks', blocks),
                STRUCT('turnovers', turnovers), STRUCT('personal fouls', personal_fouls), STRUCT('field goals made', field_goals_made),
                STRUCT('field goals attempted', field_goals_attempted), STRUCT('three pointers made', three_pointers_made),
                STRUCT('three pointers attempted', three_pointers_attempted), STRUCT('free throws made', free_throws_made),
                STRUCT('free throws attempted', free_throws_attempted)
            ]) AS total
            WHERE total.value IS NULL
        ) AS absent,
        IF(paint_makes IS NULL OR paint_attempts IS NULL, 'shots in the paint', NULL) AS absent_paint,
    FROM nba_raw.nbac_team_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
)
SELECT
    expected.game_date,
    expected.member,
    contradicting.game_id IS NOT NULL AS is_examined,
    NULLIF(
        ARRAY_TO_STRING([
            contradicting.contradictions,
            CONCAT('the NBA tells no total of ', totals.absent),
            -- Of a game that is not official no shots are loaded, and nothing is held to its paint.
            IF(expected.is_official, CONCAT('the NBA tells no total of ', totals.absent_paint), NULL)
        ], '; '), ''
    ) AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN contradicting ON contradicting.game_id = expected.game_id AND contradicting.team_abbr = expected.team_abbr
LEFT JOIN totals ON totals.game_id = expected.game_id AND totals.team_abbr = expected.team_abbr
