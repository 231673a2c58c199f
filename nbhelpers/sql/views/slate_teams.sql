-- views.slate_teams
-- The same games from each team's side, with the days the team has rested: days since its previous official game,
-- less one. NULL before its first.
--
-- grain:  one row per team per game
-- inputs: views.slate_games
WITH sides AS (
    SELECT game_id, nba_game_id, game_date, game_type, is_official, home_team_abbr AS team_abbr,
        away_team_abbr AS opponent_team_abbr, TRUE AS is_home,
    FROM views.slate_games
    UNION ALL
    SELECT game_id, nba_game_id, game_date, game_type, is_official, away_team_abbr,
        home_team_abbr, FALSE,
    FROM views.slate_games
),
with_previous AS (
    SELECT
        *,
        MAX(IF(is_official, game_date, NULL)) OVER (
            PARTITION BY team_abbr ORDER BY game_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS previous_game_date,
    FROM sides
)
SELECT
    game_id,
    nba_game_id,
    game_date,
    game_type,
    is_official,
    team_abbr,
    opponent_team_abbr,
    is_home,
    DATE_DIFF(game_date, previous_game_date, DAY) - 1 AS days_of_rest,
FROM with_previous
