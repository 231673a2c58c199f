-- systems.similarity_balanced_v1
-- The mean of what the player scored in games like today's: opponent, rest, venue and form.
--
-- grain:  one row per player to forecast with at least 5 similar games
-- inputs: views.forecast_players, views.player_windows, views.slate_teams, views.defence_tiers
-- dates:  only official games of the 90 days before game_date
WITH form_gaps AS (
    -- On the morning of each past game: his last five games' mean points less his mean before that day.
    SELECT
        player_lookup,
        analysis_date,
        game_id,
        ROUND(
            AVG(points) OVER (
                PARTITION BY player_lookup, analysis_date ORDER BY game_date, game_id
                ROWS BETWEEN 5 PRECEDING AND 1 PRECEDING
            ) - AVG(points) OVER (
                PARTITION BY player_lookup, analysis_date ORDER BY game_date, game_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            8
        ) AS form_gap,
    FROM views.player_windows
),
form_today AS (
    SELECT
        player_lookup,
        analysis_date,
        ROUND(AVG(IF(games_ago <= 5, points, NULL)) - AVG(points), 8) AS form_gap,
    FROM views.player_windows
    GROUP BY player_lookup, analysis_date
),
past_games AS (
    SELECT
        games.player_lookup,
        games.analysis_date,
        games.game_id,
        games.game_date,
        games.points,
        games.is_home,
        LEAST(rest.days_of_rest, 3) AS rest_bucket,
        tiers.tier,
        CASE WHEN form.form_gap >= 3 THEN 1 WHEN form.form_gap <= -3 THEN -1 WHEN form.form_gap IS NOT NULL THEN 0 END AS form,
    FROM views.player_windows AS games
    INNER JOIN form_gaps AS form
        ON form.player_lookup = games.player_lookup
        AND form.analysis_date = games.analysis_date
        AND form.game_id = games.game_id
    LEFT JOIN views.slate_teams AS rest ON rest.game_id = games.game_id AND rest.team_abbr = games.team_abbr
    LEFT JOIN views.defence_tiers AS tiers
        ON tiers.team_abbr = games.opponent_team_abbr AND tiers.analysis_date = games.game_date
    WHERE DATE_DIFF(games.analysis_date, games.game_date, DAY) <= 90
),
similarities AS (
    SELECT
        past.player_lookup,
        past.analysis_date,
        past.game_id,
        past.game_date,
        past.points,
        CASE ABS(past.tier - tiers.tier) WHEN 0 THEN 40 WHEN 1 THEN 20 ELSE 0 END
        + CASE ABS(past.rest_bucket - LEAST(players.days_of_rest, 3)) WHEN 0 THEN 30 WHEN 1 THEN 15 ELSE 0 END
        + IF(past.is_home = players.is_home, 15, 0)
        + CASE
            ABS(past.form - CASE WHEN form.form_gap >= 3 THEN 1 WHEN form.form_gap <= -3 THEN -1 WHEN form.form_gap IS NOT NULL THEN 0 END)
            WHEN 0 THEN 15
            WHEN 1 THEN 5
            ELSE 0
        END AS similarity,
    FROM views.forecast_players AS players
    INNER JOIN past_games AS past
        ON past.player_lookup = players.player_lookup AND past.analysis_date = players.game_date
    INNER JOIN form_today AS form
        ON form.player_lookup = players.player_lookup AND form.analysis_date = players.game_date
    LEFT JOIN views.defence_tiers AS tiers
        ON tiers.team_abbr = players.opponent_team_abbr AND tiers.analysis_date = players.game_date
),
most_similar AS (
    SELECT player_lookup, analysis_date, points, similarity
    FROM similarities
    WHERE similarity >= 70
    QUALIFY
        ROW_NUMBER() OVER (
            PARTITION BY player_lookup, analysis_date ORDER BY similarity DESC, game_date DESC, game_id DESC
        ) <= 20
)
SELECT player_lookup, analysis_date AS game_date, SUM(similarity * points) / SUM(similarity) AS points
FROM most_similar
GROUP BY player_lookup, analysis_date
HAVING COUNT(*) >= 5
