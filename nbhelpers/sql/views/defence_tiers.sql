-- views.defence_tiers
-- Each team's fifth of the league by its defensive rating on a morning: 1 is the best.
--
-- grain:  one row per team and date with a zone analysis, from opening night on
-- inputs: nba_precompute.team_defense_zone_analysis
SELECT
    team_abbr,
    analysis_date,
    1 + DIV(
        5 * (ROW_NUMBER() OVER (PARTITION BY analysis_date ORDER BY defensive_rating_last_15, team_abbr) - 1),
        COUNT(*) OVER (PARTITION BY analysis_date)
    ) AS tier,
FROM nba_precompute.team_defense_zone_analysis
WHERE analysis_date BETWEEN @season_start AND @end_date
