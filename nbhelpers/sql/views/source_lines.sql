-- views.source_lines
-- What each of the two sources says of each listed player of a game, in the same columns. has_statistics: any was counted.
--
-- grain:  one row per source ('bdl', 'nba') and listed player of a game, opening night to the end of the window
-- inputs: nba_raw.bdl_player_boxscores, nba_raw.nbac_player_boxscores
WITH told AS (
    SELECT
        'bdl' AS lines_source,
        game_id,
        game_date,
        season_year,
        game_status,
        period,
        home_team_abbr,
        away_team_abbr,
        home_team_score,
        away_team_score,
        team_abbr,
        player_full_name,
        player_lookup,
        bdl_player_id AS source_player_id,
        minutes_played,
        did_play,
        points,
        assists,
        rebounds,
        offensive_rebounds,
        defensive_rebounds,
        steals,
        blocks,
        turnovers,
        personal_fouls,
        field_goals_made,
        field_goals_attempted,
        three_pointers_made,
        three_pointers_attempted,
        free_throws_made,
        free_throws_attempted,
        plus_minus,
        source_file_path,
    FROM nba_raw.bdl_player_boxscores
    WHERE game_date BETWEEN @season_start AND @end_date
    UNION ALL
    SELECT
        'nba',
        game_id,
        game_date,
        season_year,
        IF(game_status = 3, 'Final', 'not final'),
        period,
        home_team_abbr,
        away_team_abbr,
        home_score,
        away_score,
        team_abbr,
        player_name,
        player_lookup,
        person_id,
        minutes_played,
        did_play,
        points,
        assists,
        rebounds,
        offensive_rebounds,
        defensive_rebounds,
        steals,
        blocks,
        turnovers,
        personal_fouls,
        field_goals_made,
        field_goals_attempted,
        three_pointers_made,
        three_pointers_attempted,
        free_throws_made,
        free_throws_attempted,
        plus_minus,
        source_file_path,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @season_start AND @end_date
)
SELECT
    told.*,
    GREATEST(
        COALESCE(points, 0), COALESCE(assists, 0), COALESCE(rebounds, 0), COALESCE(offensive_rebounds, 0),
        COALESCE(defensive_rebounds, 0), COALESCE(steals, 0), COALESCE(blocks, 0), COALESCE(turnovers, 0),
        COALESCE(personal_fouls, 0), COALESCE(field_goals_made, 0), COALESCE(field_goals_attempted, 0), COALESCE(three_pointers_made, 0),
        COALESCE(three_pointers_attempted, 0), COALESCE(free_throws_made, 0), COALESCE(free_throws_attempted, 0)
    ) > 0 AS has_statistics,
FROM told
