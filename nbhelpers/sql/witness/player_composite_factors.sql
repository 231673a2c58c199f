-- witness.player_composite_factors
-- PCF a second time.
--
-- grain:  one row per player listed on the slate, from the factor start, whose opponent has a zone analysis that date
-- inputs: witness.listed_players, witness.player_windows, witness.team_mornings,
--         witness.team_defense_zone_analysis, witness.player_shot_zone_analysis
WITH league AS (
    SELECT
        mornings.analysis_date,
        SAFE_DIVIDE(SUM(defences.defensive_rating_last_15), COUNT(defences.defensive_rating_last_15)) AS rating,
        SAFE_DIVIDE(SUM(mornings.pace_last_10), COUNT(mornings.pace_last_10)) AS pace,
    FROM witness.team_mornings AS mornings
    LEFT JOIN witness.team_defense_zone_analysis AS defences
        ON defences.team_abbr = mornings.team_abbr AND defences.analysis_date = mornings.analysis_date
    GROUP BY mornings.analysis_date
),
matchups AS (
    SELECT
        listed.*,
        50 + 3.5 * (league.rating - defence.defensive_rating_last_15) AS strength,
        0.5 * (opponent.pace_last_10 - league.pace) AS pace,
        IF(listed.games < 5, NULL, 0.3 * (windows.usage_last_5 - windows.usage_season)) AS usage,
        -- Of a player who scores from everywhere, the paint.
        ROUND(
            CASE zones.primary_scoring_zone
                WHEN 'perimeter' THEN defence.three_pt_defense_vs_league_avg * LEAST(zones.three_pt_rate_last_10, 50)
                WHEN 'mid_range' THEN defence.mid_range_defense_vs_league_avg * LEAST(zones.mid_range_rate_last_10, 50)
                WHEN 'paint' THEN defence.paint_defense_vs_league_avg * LEAST(zones.paint_rate_last_10, 50)
                WHEN 'balanced' THEN
                    defence.paint_defense_vs_league_avg * LEAST(50, zones.paint_rate_last_10)
            END / 50,
            8
        ) AS mismatch,
        100
        - CASE WHEN listed.days_of_rest = 0 THEN 15 WHEN listed.days_of_rest >= 3 THEN -5 ELSE 0 END
        - CASE WHEN listed.games_in_7_days >= 4 THEN 10 ELSE 0 END
        - CASE WHEN listed.minutes_in_7_days > 240 THEN 10 ELSE 0 END
        - CASE WHEN ROUND(SAFE_DIVIDE(listed.minutes_in_7_days, listed.own_games_in_7_days), 6) > 35 THEN 8 ELSE 0 END
        - CASE listed.back_to_backs WHEN 0 THEN 0 WHEN 1 THEN 5 ELSE 12 END AS freshness,
    FROM witness.listed_players AS listed
    INNER JOIN witness.team_defense_zone_analysis AS defence
        ON defence.team_abbr = listed.opponent_team_abbr AND defence.analysis_date = listed.game_date
    INNER JOIN league ON league.analysis_date = listed.game_date
    LEFT JOIN witness.team_mornings AS opponent
        ON opponent.team_abbr = listed.opponent_team_abbr AND opponent.analysis_date = listed.game_date
    LEFT JOIN witness.player_windows AS windows
        ON windows.player_lookup = listed.player_lookup AND windows.game_date = listed.game_date
    LEFT JOIN witness.player_shot_zone_analysis AS zones
        ON zones.player_lookup = listed.player_lookup AND zones.analysis_date = listed.game_date
    WHERE listed.game_date >= @factor_start
),
scores AS (
    SELECT
        *,
        ROUND(CASE WHEN strength < 1 THEN 1 WHEN strength > 100 THEN 100 ELSE strength END, 2) AS opponent_strength_score,
        ROUND(
            CASE
                WHEN mismatch BETWEEN -5 AND 5 THEN mismatch
                WHEN mismatch * 1.2 > 10 THEN 10
                WHEN mismatch * 1.2 < -10 THEN -10
                ELSE mismatch * 1.2
            END,
            1
        ) AS shot_zone_mismatch_score,
        CAST(CASE WHEN freshness > 100 THEN 100 WHEN freshness < 0 THEN 0 ELSE freshness END AS FLOAT64) AS fatigue_score,
        ROUND(CASE WHEN pace > 3 THEN 3 WHEN pace < -3 THEN -3 ELSE pace END, 2) AS pace_score,
        ROUND(CASE WHEN usage > 3 THEN 3 WHEN usage < -3 THEN -3 ELSE usage END, 2) AS usage_spike_score,
    FROM matchups
)
SELECT
    player_lookup,
    game_date,
    game_id,
    team_abbr,
    opponent_team_abbr,
    is_home,
    opponent_strength_score,
    shot_zone_mismatch_score,
    fatigue_score,
    pace_score,
    usage_spike_score,
    ROUND(
        -- An absent factor adjusts nothing; it is named below.
        0.05 * fatigue_score - 5
        + COALESCE(shot_zone_mismatch_score, 0) + COALESCE(pace_score, 0) + COALESCE(usage_spike_score, 0),
        2
    ) AS total_composite_adjustment,
    4 - IF(shot_zone_mismatch_score IS NULL, 1, 0) - IF(pace_score IS NULL, 1, 0) - IF(usage_spike_score IS NULL, 1, 0) AS factors_present,
    SUBSTR(
        CONCAT(
            IF(shot_zone_mismatch_score IS NULL, ',shot_zone_mismatch_score', ''), IF(pace_score IS NULL, ',pace_score', ''),
            IF(usage_spike_score IS NULL, ',usage_spike_score', '')
        ),
        2
    ) AS missing_factors,
FROM scores
