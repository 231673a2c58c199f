-- views.factor_matchups
-- What each listed player meets on a date: rest and load, form, and the opponent's defence and pace beside the league's.
--
-- grain:  one row per player listed on the slate whose opponent has a zone analysis, from the factor start
-- inputs: views.slate_players, views.slate_teams, views.player_windows, views.offence_windows,
--         nba_precompute.team_defense_zone_analysis, nba_precompute.player_shot_zone_analysis
-- dates:  only official games before game_date count
WITH league_defence AS (
    SELECT analysis_date, AVG(defensive_rating_last_15) AS mean_rating
    FROM nba_precompute.team_defense_zone_analysis
    WHERE analysis_date BETWEEN @start_date AND @end_date
    GROUP BY analysis_date
),
team_pace AS (
    SELECT team_abbr, analysis_date, AVG(pace) AS pace_last_10
    FROM views.offence_windows
    WHERE games_ago <= 10
    GROUP BY team_abbr, analysis_date
),
league_pace AS (
    SELECT analysis_date, AVG(pace_last_10) AS mean_pace
    FROM team_pace
    GROUP BY analysis_date
),
official_nights AS (
    SELECT team_abbr, game_date, days_of_rest
    FROM views.slate_teams
    WHERE is_official
),
team_load AS (
    SELECT
        today.team_abbr,
        today.game_date,
        COUNTIF(DATE_DIFF(today.game_date, earlier.game_date, DAY) <= 7) AS games_in_7_days,
        -- A back-to-back is told by its second night, so its first is within the 14 days if the second is within 13.
        COUNTIF(earlier.days_of_rest = 0 AND DATE_DIFF(today.game_date, earlier.game_date, DAY) <= 13) AS back_to_backs,
    FROM views.slate_teams AS today
    INNER JOIN official_nights AS earlier
        ON earlier.team_abbr = today.team_abbr
        AND DATE_DIFF(today.game_date, earlier.game_date, DAY) BETWEEN 1 AND 14
    WHERE today.game_date BETWEEN @start_date AND @end_date
    GROUP BY today.team_abbr, today.game_date
),
player_form AS (
    SELECT
        player_lookup,
        analysis_date,
        COUNT(*) AS games,
        AVG(IF(games_ago <= 5, usage_rate, NULL)) AS usage_last_5,
        AVG(usage_rate) AS usage_season,
        -- Rounded so that comparing exact seconds with 240 and 35 does not hang on the order of summation.
        ROUND(SUM(IF(DATE_DIFF(analysis_date, game_date, DAY) <= 7, minutes_played, NULL)), 6) AS minutes_in_7_days,
        ROUND(AVG(IF(DATE_DIFF(analysis_date, game_date, DAY) <= 7, minutes_played, NULL)), 6) AS mean_minutes_in_7_days,
    FROM views.player_windows
    GROUP BY player_lookup, analysis_date
)
SELECT
    listed.player_lookup,
    listed.game_date,
    listed.game_id,
    listed.team_abbr,
    listed.opponent_team_abbr,
    listed.is_home,
    listed.days_of_rest,
    -- A team without a game in the last 14 days has played none and has no back-to-back: zeros that are true.
    COALESCE(team_load.games_in_7_days, 0) AS team_games_in_7_days,
    COALESCE(team_load.back_to_backs, 0) AS back_to_backs,
    player_form.minutes_in_7_days,
    player_form.mean_minutes_in_7_days,
    league_defence.mean_rating - defence.defensive_rating_last_15 AS rating_above_league,
    CASE zones.primary_scoring_zone
        WHEN 'perimeter' THEN zones.three_pt_rate_last_10
        WHEN 'mid_range' THEN zones.mid_range_rate_last_10
        ELSE zones.paint_rate_last_10
    END AS zone_rate,
    CASE zones.primary_scoring_zone
        WHEN 'perimeter' THEN defence.three_pt_defense_vs_league_avg
        WHEN 'mid_range' THEN defence.mid_range_defense_vs_league_avg
        ELSE defence.paint_defense_vs_league_avg
    END AS zone_defence,
    (opponent_pace.pace_last_10 - league_pace.mean_pace) / 2 AS pace_difference,
    IF(player_form.games >= 5, 0.3 * (player_form.usage_last_5 - player_form.usage_season), NULL) AS usage_difference,
FROM views.slate_players AS listed
INNER JOIN nba_precompute.team_defense_zone_analysis AS defence
    ON defence.team_abbr = listed.opponent_team_abbr AND defence.analysis_date = listed.game_date
INNER JOIN league_defence ON league_defence.analysis_date = listed.game_date
LEFT JOIN nba_precompute.player_shot_zone_analysis AS zones
    ON zones.player_lookup = listed.player_lookup AND zones.analysis_date = listed.game_date
LEFT JOIN player_form
    ON player_form.player_lookup = listed.player_lookup AND player_form.analysis_date = listed.game_date
LEFT JOIN team_load ON team_load.team_abbr = listed.team_abbr AND team_load.game_date = listed.game_date
LEFT JOIN team_pace AS opponent_pace
    ON opponent_pace.team_abbr = listed.opponent_team_abbr AND opponent_pace.analysis_date = listed.game_date
LEFT JOIN league_pace ON league_pace.analysis_date = listed.game_date
WHERE listed.game_date >= @factor_start
