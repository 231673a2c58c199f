-- flags_agree
-- fail:    Do each game's ids, date, teams, kind, flags and score tell one story, in the schedule and in both box scores?
-- of:      games of the schedule
-- because: a game of the wrong kind, day or season enters windows that it does not belong to, or leaves those it does
-- then:    run 10_fetch_raw and 11_load_raw again; look at the object that source_object names
WITH games AS (
    SELECT
        *,
        CASE SUBSTR(nba_game_id, 1, 3)
            WHEN '002' THEN 'regular' WHEN '004' THEN 'playoffs' WHEN '005' THEN 'play_in' WHEN '006' THEN 'cup_final'
        END AS type_of_id,
        CONCAT(REPLACE(CAST(game_date AS STRING), '-', ''), '_', away_team_abbr, '_', home_team_abbr) AS id_of_facts,
        COUNT(*) OVER (PARTITION BY game_id) AS same_id,
    FROM nba_raw.nbac_schedule
    WHERE game_date BETWEEN @start_date AND @end_date
),
sources AS (
    SELECT
        game_id,
        STRING_AGG(DISTINCT CONCAT(away_team_abbr, ' at ', home_team_abbr), ' and ') AS teams,
        COUNT(DISTINCT CONCAT(away_team_abbr, ' at ', home_team_abbr)) AS pairings,
        MIN(home_team_abbr) AS home_team_abbr,
        MIN(away_team_abbr) AS away_team_abbr,
        COUNTIF(team_abbr NOT IN (home_team_abbr, away_team_abbr)) AS of_neither,
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
),
counted AS (
    SELECT game_id, MAX(home_team_score) AS home_score, MAX(away_team_score) AS away_score,
    FROM views.box_lines
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
),
official AS (
    SELECT game_id, MIN(nba_game_id) AS nba_game_id, MAX(nba_game_id) AS other_id,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
),
played AS (
    SELECT game_id, MIN(nba_game_id) AS nba_game_id, MAX(nba_game_id) AS other_id,
    FROM nba_raw.nbac_shots
    WHERE game_date BETWEEN @start_date AND @end_date
    GROUP BY game_id
)
SELECT
    games.game_date,
    games.game_id AS member,
    TRUE AS is_examined,
    CASE
        WHEN games.season != @season OR SUBSTR(games.nba_game_id, 4, 2) != SUBSTR(@season, 3, 2)
            THEN CONCAT('game ', games.nba_game_id, ' of season ', games.season, ' in ', @season)
        WHEN games.game_type != COALESCE(games.type_of_id, 'unknown')
            THEN CONCAT('game ', games.nba_game_id, ' is called ', games.game_type, ', by its id ', COALESCE(games.type_of_id, 'unknown'))
        WHEN games.is_official != (games.game_type IN ('regular', 'play_in', 'playoffs'))
            THEN CONCAT('a ', games.game_type, ' game with is_official ', CAST(games.is_official AS STRING))
        WHEN games.game_id != games.id_of_facts THEN CONCAT('by date and teams it is ', games.id_of_facts)
        WHEN games.same_id > 1 THEN CONCAT(CAST(games.same_id AS STRING), ' games of this id')
        WHEN games.is_postponed AND (games.game_status = 3 OR COALESCE(games.home_score, 0) + COALESCE(games.away_score, 0) > 0)
            THEN 'postponed, and yet final or with a score'
        WHEN games.game_status = 3 AND COALESCE(games.home_score = games.away_score, TRUE)
            THEN CONCAT(
                'final with ', COALESCE(CAST(games.away_score AS STRING), 'no score'), ' to ', COALESCE(CAST(games.home_score AS STRING), 'no score')
            )
        WHEN games.game_status = 1 AND games.home_score + games.away_score > 0 AND counted.game_id IS NULL
            THEN 'not begun, and yet with a score'
        WHEN sources.pairings > 1 OR sources.home_team_abbr != games.home_team_abbr OR sources.away_team_abbr != games.away_team_abbr
            THEN CONCAT('in the box scores ', sources.teams)
        WHEN sources.of_neither > 0 THEN CONCAT(CAST(sources.of_neither AS STRING), ' lines of a team that did not play')
        WHEN games.nba_game_id NOT IN (official.nba_game_id, official.other_id)
            OR official.nba_game_id != official.other_id THEN CONCAT('in the official box score it is game ', official.nba_game_id)
        WHEN games.nba_game_id NOT IN (played.nba_game_id, played.other_id)
            OR played.nba_game_id != played.other_id THEN CONCAT('in the play-by-play it is game ', played.nba_game_id)
        WHEN games.game_status = 3 AND (counted.home_score != games.home_score OR counted.away_score != games.away_score)
            THEN CONCAT(
                'score ', CAST(games.away_score AS STRING), '-', CAST(games.home_score AS STRING),
                ', in its box score ', CAST(counted.away_score AS STRING), '-', CAST(counted.home_score AS STRING)
            )
    END AS problem,
FROM games
LEFT JOIN sources ON sources.game_id = games.game_id
LEFT JOIN counted ON counted.game_id = games.game_id
LEFT JOIN official ON official.game_id = games.game_id
LEFT JOIN played ON played.game_id = games.game_id
