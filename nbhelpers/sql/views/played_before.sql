-- views.played_before
-- How many official games each listed player has played before each slate date, and which ten are the newest: what gates
-- hold the analyses to.
--
-- grain:  one row per player listed on the slate
-- inputs: views.slate_players, views.earlier_player_games
WITH counted AS (
    SELECT
        player_lookup,
        analysis_date,
        COUNT(*) AS games,
        MIN(IF(games_ago <= 10, game_date, NULL)) AS tenth_date,
        MAX(game_date) AS newest_date,
        SUM(IF(games_ago <= 10, field_goals_attempted, NULL)) AS shots_last_10,
    FROM views.earlier_player_games
    GROUP BY player_lookup, analysis_date
)
SELECT
    listed.player_lookup,
    listed.game_date AS analysis_date,
    listed.team_abbr,
    listed.opponent_team_abbr,
    COALESCE(counted.games, 0) AS games,  -- nobody's count of earlier games is absent: it is none
    counted.tenth_date,
    counted.newest_date,
    counted.shots_last_10,
FROM views.slate_players AS listed
LEFT JOIN counted ON counted.player_lookup = listed.player_lookup AND counted.analysis_date = listed.game_date
