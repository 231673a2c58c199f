-- views.source_teams
-- What each source says of each team in a game, and how it contradicts itself or the schedule's score: NULL where it does
-- not. Attempts of the team's totals may be more than its players' by heaves, which are nobody's.
--
-- grain:  one row per source, game and team
-- inputs: views.source_lines, nba_raw.nbac_team_boxscores, nba_raw.nbac_schedule
WITH teams AS (
    SELECT
        lines_source,
        game_id,
        game_date,
        team_abbr,
        MAX(period) AS period,
        MAX(home_team_abbr) AS home_team_abbr,
        MAX(home_team_score) AS home_team_score,
        MAX(away_team_score) AS away_team_score,
        MAX(IF(team_abbr = home_team_abbr, home_team_score, away_team_score)) AS score,
        SUM(minutes_played) AS minutes,
        240 + 25 * GREATEST(MAX(period) - 4, 0) AS team_minutes,
        SUM(points) AS points,
        SUM(assists) AS assists,
        SUM(rebounds) AS rebounds,
        SUM(offensive_rebounds) AS offensive_rebounds,
        SUM(defensive_rebounds) AS defensive_rebounds,
        SUM(steals) AS steals,
        SUM(blocks) AS blocks,
        SUM(turnovers) AS turnovers,
        SUM(personal_fouls) AS personal_fouls,
        SUM(field_goals_made) AS field_goals_made,
        SUM(field_goals_attempted) AS field_goals_attempted,
        SUM(three_pointers_made) AS three_pointers_made,
        SUM(three_pointers_attempted) AS three_pointers_attempted,
        SUM(free_throws_made) AS free_throws_made,
        SUM(free_throws_attempted) AS free_throws_attempted,
        COUNTIF(did_play AND COALESCE(points != 2 * field_goals_made + three_pointers_made + free_throws_made, TRUE)) AS wrong_points,
        COUNTIF(did_play AND COALESCE(rebounds != offensive_rebounds + defensive_rebounds, TRUE)) AS wrong_rebounds,
        COUNTIF(did_play AND COALESCE(
            field_goals_made > field_goals_attempted OR three_pointers_made > three_pointers_attempted
            OR free_throws_made > free_throws_attempted OR three_pointers_attempted > field_goals_attempted
            OR three_pointers_made > field_goals_made, TRUE
        )) AS wrong_makes,
        COUNTIF(did_play AND (
            assists IS NULL OR steals IS NULL OR blocks IS NULL OR turnovers IS NULL OR personal_fouls IS NULL
        )) AS without_a_statistic,
    FROM views.source_lines
    GROUP BY lines_source, game_id, game_date, team_abbr
),
totals AS (
    SELECT *, 'nba' AS lines_source,
    FROM nba_raw.nbac_team_boxscores
    WHERE game_date BETWEEN @season_start AND @end_date
),
scores AS (
    SELECT game_id, game_date, home_team_abbr, home_score, away_score,
    FROM nba_raw.nbac_schedule
    WHERE game_date BETWEEN @season_start AND @end_date AND NOT is_postponed AND game_status = 3
)
SELECT
    teams.lines_source,
    teams.game_id,
    teams.game_date,
    teams.team_abbr,
    teams.period,
    teams.home_team_score,
    teams.away_team_score,
    CASE
        WHEN COALESCE(teams.points != teams.score, TRUE)
            THEN CONCAT('players ', COALESCE(CAST(teams.points AS STRING), 'unknown'), ' points, score ', CAST(teams.score AS STRING))
        WHEN teams.score != IF(teams.team_abbr = scores.home_team_abbr, scores.home_score, scores.away_score)
            THEN CONCAT('score ', CAST(teams.score AS STRING), ', in the schedule ',
                CAST(IF(teams.team_abbr = scores.home_team_abbr, scores.home_score, scores.away_score) AS STRING))
        WHEN teams.wrong_points > 0 THEN CONCAT(CAST(teams.wrong_points AS STRING), ' lines whose shots do not make their points')
        WHEN teams.wrong_rebounds > 0 THEN CONCAT(CAST(teams.wrong_rebounds AS STRING), ' lines whose rebounds do not add up')
        WHEN teams.wrong_makes > 0 THEN CONCAT(CAST(teams.wrong_makes AS STRING), ' lines with more makes than attempts')
        WHEN ABS(teams.minutes - teams.team_minutes)
            > IF(teams.lines_source = 'nba', @most_official_minutes_contradicting, @most_minutes_contradicting)
            THEN CONCAT(CAST(CAST(ROUND(teams.minutes, 0) AS INT64) AS STRING), ' of ', CAST(teams.team_minutes AS STRING), ' minutes')
        ELSE COALESCE(
            CONCAT(
                CASE
                    WHEN teams.score != totals.score THEN 'score'
                    WHEN teams.points != totals.points THEN 'points'
                    WHEN teams.assists != totals.assists THEN 'assists'
                    WHEN teams.rebounds != totals.rebounds THEN 'rebounds'
                    WHEN teams.offensive_rebounds != totals.offensive_rebounds THEN 'offensive rebounds'
                    WHEN teams.defensive_rebounds != totals.defensive_rebounds THEN 'defensive rebounds'
                    WHEN teams.steals != totals.steals THEN 'steals'
                    WHEN teams.blocks != totals.blocks THEN 'blocks'
                    WHEN teams.turnovers != totals.turnovers THEN 'turnovers'
                    WHEN teams.personal_fouls != totals.personal_fouls THEN 'personal fouls'
                    WHEN teams.field_goals_made != totals.field_goals_made THEN 'field goals made'
                    WHEN totals.field_goals_attempted - teams.field_goals_attempted NOT BETWEEN 0 AND @most_heaves THEN 'field goals attempted'
                    WHEN teams.three_pointers_made != totals.three_pointers_made THEN 'three pointers made'
                    WHEN totals.three_pointers_attempted - teams.three_pointers_attempted NOT BETWEEN 0 AND @most_heaves THEN 'three pointers attempted'
                    WHEN teams.free_throws_made != totals.free_throws_made THEN 'free throws made'
                    WHEN teams.free_throws_attempted != totals.free_throws_attempted THEN 'free throws attempted'
                END, ' of the players are not those of the team'
            ),
            IF(
                teams.without_a_statistic > 0,
                CONCAT(CAST(teams.without_a_statistic AS STRING), ' lines without a counted statistic'),
                NULL
            )
        )
    END AS contradiction,
FROM teams
LEFT JOIN totals
    ON totals.lines_source = teams.lines_source
    AND totals.game_id = teams.game_id AND totals.game_date = teams.game_date AND totals.team_abbr = teams.team_abbr
LEFT JOIN scores ON scores.game_id = teams.game_id AND scores.game_date = teams.game_date
