-- witness.calendar
-- Every game of the slate from each side, with the rest and the load the team has behind it, by the schedule alone.
--
-- grain:  one row per team per game, opening night to the end of the window
-- inputs: nba_raw.nbac_schedule, nba_processing.accepted_gaps
WITH gaps AS (
    SELECT DISTINCT game_id FROM nba_processing.accepted_gaps
),
sides AS (
    SELECT
        games.game_id,
        games.nba_game_id,
        games.game_date,
        games.game_type,
        games.is_official,
        games.is_official AND gaps.game_id IS NULL AS counts,
        is_home,
        IF(is_home, games.home_team_abbr, games.away_team_abbr) AS team_abbr,
        IF(is_home, games.away_team_abbr, games.home_team_abbr) AS opponent_team_abbr,
    FROM nba_raw.nbac_schedule AS games
    CROSS JOIN UNNEST([TRUE, FALSE]) AS is_home
    LEFT JOIN gaps ON gaps.game_id = games.game_id
    WHERE
        games.game_date BETWEEN @season_start AND @end_date
        AND games.game_type IN ('regular', 'cup_final', 'play_in', 'playoffs')
        AND NOT games.is_postponed
),
pairs AS (
    SELECT later.team_abbr, later.game_id, MIN(DATE_DIFF(later.game_date, earlier.game_date, DAY)) AS days_since,
    FROM sides AS later
    INNER JOIN sides AS earlier ON earlier.team_abbr = later.team_abbr AND earlier.game_date < later.game_date
    WHERE earlier.is_official
    GROUP BY later.team_abbr, later.game_id
),
rested AS (
    SELECT sides.*, pairs.days_since - 1 AS days_of_rest,
    FROM sides
    LEFT JOIN pairs ON pairs.team_abbr = sides.team_abbr AND pairs.game_id = sides.game_id
),
loads AS (
    SELECT
        today.team_abbr,
        today.game_id,
        COUNTIF(DATE_DIFF(today.game_date, earlier.game_date, DAY) BETWEEN 1 AND 7) AS games_in_7_days,
        -- The second night of a pair, whose first is also within the 14 days.
        COUNTIF(DATE_DIFF(today.game_date, earlier.game_date, DAY) BETWEEN 1 AND 13 AND earlier.days_of_rest = 0) AS back_to_backs,
    FROM rested AS today
    INNER JOIN rested AS earlier ON earlier.team_abbr = today.team_abbr
    WHERE earlier.is_official
    GROUP BY today.team_abbr, today.game_id
)
SELECT
    rested.*,
    COALESCE(loads.games_in_7_days, 0) AS games_in_7_days,  -- no official game all season is none in the week
    COALESCE(loads.back_to_backs, 0) AS back_to_backs,
FROM rested
LEFT JOIN loads ON loads.team_abbr = rested.team_abbr AND loads.game_id = rested.game_id
