-- witness.defence_tiers
-- In which fifth of the league's defences each team is on a morning: 1 is the best. Counted: how many are better.
--
-- grain:  one row per team and slate date with a zone analysis
-- inputs: witness.team_defense_zone_analysis
SELECT
    own.team_abbr,
    own.analysis_date,
    1 + DIV(
        5 * COUNTIF(
            other.defensive_rating_last_15 < own.defensive_rating_last_15
            OR (other.defensive_rating_last_15 = own.defensive_rating_last_15 AND other.team_abbr < own.team_abbr)
        ),
        COUNT(*)
    ) AS tier,
FROM witness.team_defense_zone_analysis AS own
INNER JOIN witness.team_defense_zone_analysis AS other ON other.analysis_date = own.analysis_date
GROUP BY own.team_abbr, own.analysis_date
