-- details_hold
-- warn:    Does what nothing is computed from hold too: five starters, plus-minus that makes the margin, periods in order, flags that fit?
-- of:      team-games
-- because: a source that slips in what nobody reads slips elsewhere too
-- then:    nothing to rebuild: no feature is computed from it; look at the object that source_file_path names
WITH flags AS (
    SELECT
        game_id,
        team_abbr,
        COUNTIF(starter) AS starters,
        COUNTIF(starter IS NULL) AS without_word,
        SUM(COUNTIF(starter IS NOT NULL)) OVER (PARTITION BY game_date) AS with_word,
        COUNTIF(starter AND NOT did_play) AS idle_starters,
        COUNTIF(did_play AND not_playing_reason != '') AS played_with_reason,
        COUNTIF(NOT did_play AND COALESCE(not_playing_reason, '') = '') AS idle_without_reason,
        COUNTIF(NOT did_play AND not_playing_reason != '') AS idle_with_reason,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, game_date, team_abbr
),
margins AS (
    SELECT
        game_id,
        team_abbr,
        lines_source,
        SUM(plus_minus) AS plus_minus,
        -- Five are on the floor whenever a point is made.
        5 * MIN(IF(team_abbr = home_team_abbr, home_team_score - away_team_score, away_team_score - home_team_score)) AS made,
        COUNTIF(did_play AND plus_minus IS NULL) = 0 AND COUNTIF(plus_minus != 0) > 0 AS is_told,
    FROM views.source_lines
    WHERE game_date >= @start_date
    GROUP BY game_id, team_abbr, lines_source
),
off AS (
    SELECT
        game_id,
        team_abbr,
        STRING_AGG(
            CONCAT(
                IF(lines_source = 'bdl', 'BallDontLie: ', 'the NBA: '), 'plus-minus ', CAST(plus_minus AS STRING),
                ' by players, five times the margin is ', CAST(made AS STRING)
            ), '; ' ORDER BY lines_source
        ) AS plus_minus,
    FROM margins
    WHERE is_told AND ABS(plus_minus - made) > @most_plus_minus_off
    GROUP BY game_id, team_abbr
),
postseason AS (
    SELECT game_id, team_abbr, COUNTIF(is_postseason) AS postseason_lines, COUNT(*) AS n_lines,
    FROM nba_raw.bdl_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id, team_abbr
),
played AS (
    SELECT
        game_id,
        team_abbr,
        period,
        action_number,
        MAX(period) OVER (PARTITION BY game_id ORDER BY action_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS period_before,
        MIN(player_name) OVER (PARTITION BY game_id, person_id) != MAX(player_name) OVER (PARTITION BY game_id, person_id) AS has_two_names,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
),
games AS (
    SELECT played.game_id, COUNT(DISTINCT played.period) AS periods, MAX(told.last_period) AS last_period,
    FROM played
    LEFT JOIN (SELECT game_id, MAX(period) AS last_period FROM views.source_lines WHERE game_date >= @start_date GROUP BY game_id) AS told
        ON told.game_id = played.game_id
    GROUP BY played.game_id
),
shots AS (
    SELECT
        played.game_id,
        played.team_abbr,
        MIN(games.periods) AS periods,
        COUNTIF(played.period < COALESCE(played.period_before, 1) OR played.period > games.last_period) AS strange,
        COUNTIF(played.action_number <= 0) AS without_number,
        COUNTIF(played.has_two_names) AS of_two_names,
    FROM played
    LEFT JOIN games ON games.game_id = played.game_id
    GROUP BY played.game_id, played.team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    margins.game_id IS NOT NULL AS is_examined,
    NULLIF(ARRAY_TO_STRING([
        IF(flags.starters NOT IN (0, 5), CONCAT(CAST(flags.starters AS STRING), ' starters'), NULL),
        IF(
            flags.without_word > 0 AND flags.with_word > 0,
            CONCAT(CAST(flags.without_word AS STRING), ' of whom nobody says whether they started'), NULL
        ),
        IF(flags.idle_starters > 0, CONCAT(CAST(flags.idle_starters AS STRING), ' starters who did not play'), NULL),
        IF(flags.played_with_reason > 0, CONCAT(CAST(flags.played_with_reason AS STRING), ' who played, with a reason why not'), NULL),
        IF(
            flags.idle_with_reason > 0 AND flags.idle_without_reason > 0,
            CONCAT(CAST(flags.idle_without_reason AS STRING), ' who did not play, without a reason'), NULL
        ),
        off.plus_minus,
        IF(shots.strange > 0, CONCAT(CAST(shots.strange AS STRING), ' shots in a period that cannot be'), NULL),
        IF(shots.periods < 4, CONCAT('shots in ', CAST(shots.periods AS STRING), ' periods alone'), NULL),
        IF(shots.without_number > 0, CONCAT(CAST(shots.without_number AS STRING), ' shots without a number'), NULL),
        IF(shots.of_two_names > 0, CONCAT(CAST(shots.of_two_names AS STRING), ' shots of a person of two names'), NULL),
        IF(
            postseason.postseason_lines NOT IN (0, postseason.n_lines)
            OR (scheduled.game_type = 'regular' AND postseason.postseason_lines > 0)
            OR (scheduled.game_type = 'playoffs' AND postseason.postseason_lines = 0),
            CONCAT(CAST(postseason.postseason_lines AS STRING), ' lines of the postseason, and the game is ', scheduled.game_type), NULL
        ),
        IF(scheduled.game_type = 'cup_final' AND NOT scheduled.is_neutral, 'a Cup final in the arena of one of the teams', NULL),
        IF(
            REPLACE(scheduled.source_object, 'nba-com/boxscores/', '') != scheduled.source_object,
            'told by its box score: its entry in the schedule cannot be read', NULL
        )
    ], '; '), '') AS problem,
FROM views.expected_team_games AS expected
INNER JOIN nba_raw.nbac_schedule AS scheduled
    ON scheduled.game_id = expected.game_id AND scheduled.game_date = expected.game_date
    AND scheduled.game_date BETWEEN @start_date AND @end_date
LEFT JOIN (SELECT DISTINCT game_id, team_abbr FROM margins) AS margins
    ON margins.game_id = expected.game_id AND margins.team_abbr = expected.team_abbr
LEFT JOIN flags ON flags.game_id = expected.game_id AND flags.team_abbr = expected.team_abbr
LEFT JOIN off ON off.game_id = expected.game_id AND off.team_abbr = expected.team_abbr
LEFT JOIN postseason ON postseason.game_id = expected.game_id AND postseason.team_abbr = expected.team_abbr
LEFT JOIN shots ON shots.game_id = expected.game_id AND shots.team_abbr = expected.team_abbr
