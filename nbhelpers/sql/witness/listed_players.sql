-- witness.listed_players
-- Who is listed on the slate of each date of the window, with the game, the sides and what he has behind him that morning.
--
-- grain:  one row per player per date; of two lines on a day the one counts that was played, else that of the first game
-- inputs: witness.calendar, witness.lines_that_count, witness.player_games
WITH lines AS (
    SELECT
        box.player_lookup,
        box.did_play,
        sides.*,
        opponent.days_of_rest AS opponent_days_of_rest,
    FROM witness.lines_that_count AS box
    INNER JOIN witness.calendar AS sides ON sides.game_id = box.game_id AND sides.team_abbr = box.team_abbr
    INNER JOIN witness.calendar AS opponent ON opponent.game_id = sides.game_id AND opponent.team_abbr = sides.opponent_team_abbr
    WHERE sides.game_date BETWEEN @start_date AND @end_date
),
outdone AS (
    SELECT one.player_lookup, one.game_id,
    FROM lines AS one
    INNER JOIN lines AS other ON other.player_lookup = one.player_lookup AND other.game_date = one.game_date
    WHERE other.did_play AND NOT one.did_play OR other.did_play = one.did_play AND other.game_id < one.game_id
    GROUP BY one.player_lookup, one.game_id
),
listed AS (
    SELECT lines.*,
    FROM lines
    LEFT JOIN outdone ON outdone.player_lookup = lines.player_lookup AND outdone.game_id = lines.game_id
    WHERE outdone.game_id IS NULL
),
histories AS (
    SELECT
        listed.player_lookup,
        listed.game_date,
        COUNT(*) AS games,
        COUNTIF(DATE_DIFF(listed.game_date, games.game_date, DAY) <= 7) AS own_games_in_7_days,
        SUM(IF(DATE_DIFF(listed.game_date, games.game_date, DAY) <= 7, games.minutes_played, 0)) AS minutes_in_7_days,
        COUNTIF(DATE_DIFF(listed.game_date, games.game_date, DAY) <= 14) AS own_games_in_14_days,
        COUNTIF(DATE_DIFF(listed.game_date, games.game_date, DAY) <= 13 AND games.is_second_night) AS own_back_to_backs,
    FROM listed
    INNER JOIN witness.player_games AS games
        ON games.player_lookup = listed.player_lookup AND games.game_date < listed.game_date
    GROUP BY listed.player_lookup, listed.game_date
)
SELECT
    listed.*,
    -- Who has played no game has none behind him, and no minutes: counts, not defaults.
    COALESCE(histories.games, 0) AS games,
    COALESCE(histories.own_games_in_7_days, 0) AS own_games_in_7_days,
    ROUND(COALESCE(histories.minutes_in_7_days, 0), 6) AS minutes_in_7_days,
    COALESCE(histories.own_games_in_14_days, 0) AS own_games_in_14_days,
    COALESCE(histories.own_back_to_backs, 0) AS own_back_to_backs,
FROM listed
LEFT JOIN histories ON histories.player_lookup = listed.player_lookup AND histories.game_date = listed.game_date
