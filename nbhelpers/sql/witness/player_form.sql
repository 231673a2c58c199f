-- witness.player_form
-- A player's form after each of his games: 1 where his last five beat his season's mean by 3 points or more, -1 where they lack
-- as many, else 0.
--
-- grain:  one row per player and official game he played
-- inputs: witness.player_games
WITH gaps AS (
    SELECT
        latest.player_lookup,
        latest.nth,
        ROUND(
            (latest.sum_points - COALESCE(before_5.sum_points, 0)) / LEAST(latest.nth, 5)  -- before his first game the sum is 0
            - latest.sum_points / latest.nth,
            8
        ) AS gap,
    FROM witness.player_games AS latest
    LEFT JOIN witness.player_games AS before_5
        ON before_5.player_lookup = latest.player_lookup AND before_5.nth = latest.nth - 5
)
SELECT player_lookup, nth, IF(ABS(gap) < 3, 0, SIGN(gap)) AS form,
FROM gaps
