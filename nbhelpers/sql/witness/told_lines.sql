-- witness.told_lines
-- What both sources tell of the listed players of each game, in one shape; all that is counted in one text as well.
--
-- grain:  one row per source ('bdl', 'nba') and listed player of a game, opening night to the end of the window
-- inputs: nba_raw.bdl_player_boxscores, nba_raw.nbac_player_boxscores
WITH told AS (
    SELECT
        'bdl' AS source, game_id, game_date, season_year, period, home_team_abbr, away_team_abbr, home_team_score, away_team_score,
        team_abbr, player_full_name, player_lookup, did_play, minutes_played, points, assists, rebounds, offensive_rebounds,
        defensive_rebounds, steals, blocks, turnovers, personal_fouls, field_goals_made, field_goals_attempted, three_pointers_made,
        three_pointers_attempted, free_throws_made, free_throws_attempted, plus_minus,
    FROM nba_raw.bdl_player_boxscores
    WHERE game_date BETWEEN @season_start AND @end_date
    UNION ALL
    SELECT
        'nba', game_id, game_date, season_year, period, home_team_abbr, away_team_abbr, home_score, away_score,
        team_abbr, player_name, player_lookup, did_play, minutes_played, points, assists, rebounds, offensive_rebounds,
        defensive_rebounds, steals, blocks, turnovers, personal_fouls, field_goals_made, field_goals_attempted, three_pointers_made,
        three_pointers_attempted, free_throws_made, free_throws_attempted, plus_minus,
    FROM nba_raw.nbac_player_boxscores
    WHERE game_date BETWEEN @season_start AND @end_date
)
SELECT
    *,
    TO_JSON_STRING([
        points, assists, rebounds, offensive_rebounds, defensive_rebounds, steals, blocks, turnovers, personal_fouls, field_goals_made,
        field_goals_attempted, three_pointers_made, three_pointers_attempted, free_throws_made, free_throws_attempted
    ]) AS statistics,
FROM told
