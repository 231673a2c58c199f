-- views.earlier_player_games
-- The official games each listed player has played before each slate date, newest first, by the raw lines and the
-- schedule alone.
--
-- grain:  one row per player listed on the slate and earlier game he played
-- inputs: views.slate_players, views.slate_games, views.box_lines, nba_processing.accepted_gaps
WITH played AS (
    SELECT lines.player_lookup, lines.game_date, lines.game_id, lines.field_goals_attempted,
    FROM views.box_lines AS lines
    INNER JOIN views.slate_games AS games ON games.game_id = lines.game_id
    WHERE
        lines.game_date BETWEEN @season_start AND @end_date
        AND lines.did_play
        AND games.is_official
        AND games.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)
)
SELECT
    listed.player_lookup,
    listed.game_date AS analysis_date,
    played.game_date,
    played.field_goals_attempted,
    ROW_NUMBER() OVER (
        PARTITION BY listed.player_lookup, listed.game_date ORDER BY played.game_date DESC, played.game_id DESC
    ) AS games_ago,
FROM views.slate_players AS listed
INNER JOIN played ON played.player_lookup = listed.player_lookup AND played.game_date < listed.game_date
