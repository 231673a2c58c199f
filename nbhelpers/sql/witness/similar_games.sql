-- witness.similar_games
-- The games of the 90 days before that are like a player's game today, by opponent, rest, venue and form: 70 points or more.
--
-- grain:  one row per player to forecast and similar game
-- inputs: witness.forecast_players, witness.player_games, witness.calendar, witness.defence_tiers, witness.player_form
WITH pairs AS (
    SELECT
        players.player_lookup,
        players.game_date,
        past.game_date AS past_date,
        past.points,
        -- What is not known of either game is no likeness.
        COALESCE(ABS(past_tier.tier - tier.tier), 9) AS tiers_apart,
        COALESCE(ABS(LEAST(rest.days_of_rest, 3) - LEAST(players.days_of_rest, 3)), 9) AS rest_apart,
        past.is_home = players.is_home AS is_same_venue,
        COALESCE(ABS(past_form.form - form.form), 9) AS form_apart,
    FROM witness.forecast_players AS players
    INNER JOIN witness.player_games AS past
        ON past.player_lookup = players.player_lookup
        AND DATE_DIFF(players.game_date, past.game_date, DAY) BETWEEN 1 AND 90
    INNER JOIN witness.calendar AS rest ON rest.game_id = past.game_id AND rest.team_abbr = past.team_abbr
    LEFT JOIN witness.defence_tiers AS past_tier
        ON past_tier.team_abbr = past.opponent_team_abbr AND past_tier.analysis_date = past.game_date
    LEFT JOIN witness.defence_tiers AS tier
        ON tier.team_abbr = players.opponent_team_abbr AND tier.analysis_date = players.game_date
    LEFT JOIN witness.player_form AS past_form
        ON past_form.player_lookup = past.player_lookup AND past_form.nth = past.nth - 1
    LEFT JOIN witness.player_form AS form ON form.player_lookup = players.player_lookup AND form.nth = players.games
),
likenesses AS (
    SELECT
        player_lookup,
        game_date,
        past_date,
        points,
        CASE WHEN tiers_apart = 0 THEN 40 WHEN tiers_apart = 1 THEN 20 ELSE 0 END
        + CASE WHEN rest_apart = 0 THEN 30 WHEN rest_apart = 1 THEN 15 ELSE 0 END
        + CASE WHEN is_same_venue THEN 15 ELSE 0 END
        + CASE WHEN form_apart = 0 THEN 15 WHEN form_apart = 1 THEN 5 ELSE 0 END AS likeness,
    FROM pairs
)
SELECT player_lookup, game_date, past_date, points, likeness
FROM likenesses
WHERE likeness >= 70
