-- views.player_windows
-- For every player listed on a date of the window, the games he played earlier this season, newest first.
--
-- grain:  one row per player, analysis_date and earlier official game he played
-- inputs: views.slate_players, nba_analytics.player_game_summary, nba_processing.accepted_gaps
-- dates:  only official games of the season before analysis_date; accepted gaps leave the window
SELECT
    listed.player_lookup,
    listed.game_date AS analysis_date,
    listed.team_abbr AS listed_team_abbr,
    games.game_id,
    games.game_date,
    ROW_NUMBER() OVER (
        PARTITION BY listed.player_lookup, listed.game_date ORDER BY games.game_date DESC, games.game_id DESC
    ) AS games_ago,
    games.team_abbr,
    games.opponent_team_abbr,
    games.is_home,
    games.minutes_played,
    games.points,
    games.ft_makes,
    games.fg_attempts,
    games.paint_makes,
    games.paint_attempts,
    games.mid_range_makes,
    games.mid_range_attempts,
    games.three_pt_makes,
    games.three_pt_attempts,
    games.has_shot_zones,
    games.usage_rate,
    games.ts_pct,
FROM views.slate_players AS listed
INNER JOIN nba_analytics.player_game_summary AS games
    ON games.player_lookup = listed.player_lookup AND games.game_date < listed.game_date
WHERE
    games.is_official
    AND games.game_date BETWEEN @season_start AND @end_date
    AND games.game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)
