-- systems.zone_matchup_v1
-- The season's mean, moved by what the opponent allows in the zones where the player shoots.
--
-- grain:  one row per player to forecast who has a shot zone analysis
-- inputs: views.forecast_players, nba_precompute.player_shot_zone_analysis, nba_precompute.team_defense_zone_analysis
SELECT
    players.player_lookup,
    players.game_date,
    players.points_avg_season
    + LEAST(
        GREATEST(
            defence.paint_defense_vs_league_avg / 100 * zones.paint_attempts_per_game * 2
            + defence.mid_range_defense_vs_league_avg / 100 * zones.mid_range_attempts_per_game * 2
            + defence.three_pt_defense_vs_league_avg / 100 * zones.three_pt_attempts_per_game * 3,
            -6
        ),
        6
    )
    + 0.4 * COALESCE(players.pace_score, 0)
    + IF(players.is_home, 0.8, -0.8) AS points,
FROM views.forecast_players AS players
INNER JOIN nba_precompute.player_shot_zone_analysis AS zones
    ON zones.player_lookup = players.player_lookup AND zones.analysis_date = players.game_date
INNER JOIN nba_precompute.team_defense_zone_analysis AS defence
    ON defence.team_abbr = players.opponent_team_abbr AND defence.analysis_date = players.game_date
