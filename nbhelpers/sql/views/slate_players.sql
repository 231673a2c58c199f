-- views.slate_players
-- The players listed on the slate of each date of the window that is among @dates: the universe of every player stage.
--
-- grain:  one row per player per date
-- inputs: views.box_lines, views.slate_teams
SELECT
    lines.player_lookup,
    lines.game_date,
    lines.game_id,
    lines.team_abbr,
    teams.opponent_team_abbr,
    teams.is_home,
    teams.days_of_rest,
    teams.game_type,
FROM views.box_lines AS lines
INNER JOIN views.slate_teams AS teams ON teams.game_id = lines.game_id AND teams.team_abbr = lines.team_abbr
WHERE lines.game_date BETWEEN @start_date AND @end_date AND lines.game_date IN UNNEST(@dates)
-- Listed by two teams on one day: the game he played is the one that counts.
QUALIFY ROW_NUMBER() OVER (PARTITION BY lines.player_lookup, lines.game_date ORDER BY lines.did_play DESC, lines.game_id) = 1
