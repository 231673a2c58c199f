-- nba_precompute.player_composite_factors (PCF)
-- What today's opponent, rest, pace and form should change for each listed player.
--
-- grain:  one row per player listed on the slate, from the factor start (day 15)
-- key:    player_lookup, game_date
-- inputs: views.factor_matchups
-- dates:  only official games before game_date count
-- absent: opponent without a zone analysis that date -> no row; a factor that cannot be known -> NULL and named
WITH mismatches AS (
    -- NULL without a zone rate: no zone analysis, or no attempt in it. Rounded so that comparing with 5 is exact.
    SELECT *, ROUND(zone_defence * LEAST(zone_rate / 50, 1), 8) AS mismatch,
    FROM views.factor_matchups
),
scores AS (
    SELECT
        *,
        ROUND(LEAST(GREATEST(50 + 3.5 * rating_above_league, 1), 100), 2) AS opponent_strength_score,
        ROUND(LEAST(GREATEST(IF(ABS(mismatch) > 5, mismatch * 1.2, mismatch), -10), 10), 1) AS shot_zone_mismatch_score,
        LEAST(
            GREATEST(
                100.0
                + CASE WHEN days_of_rest = 0 THEN -15 WHEN days_of_rest >= 3 THEN 5 ELSE 0 END
                + IF(team_games_in_7_days >= 4, -10, 0)
                + IF(minutes_in_7_days > 240, -10, 0)
                + IF(mean_minutes_in_7_days > 35, -8, 0)
                + CASE WHEN back_to_backs >= 2 THEN -12 WHEN back_to_backs = 1 THEN -5 ELSE 0 END,
                0
            ),
            100
        ) AS fatigue_score,
        ROUND(LEAST(GREATEST(pace_difference, -3), 3), 2) AS pace_score,
        ROUND(LEAST(GREATEST(usage_difference, -3), 3), 2) AS usage_spike_score,
    FROM mismatches
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
    -- An absent factor adjusts nothing and is named in missing_factors.
    ROUND(
        (fatigue_score - 100) / 20
        + COALESCE(shot_zone_mismatch_score, 0)
        + COALESCE(pace_score, 0)
        + COALESCE(usage_spike_score, 0),
        2
    ) AS total_composite_adjustment,
    1
    + IF(shot_zone_mismatch_score IS NULL, 0, 1)
    + IF(pace_score IS NULL, 0, 1)
    + IF(usage_spike_score IS NULL, 0, 1) AS factors_present,
    COALESCE(
        ARRAY_TO_STRING(
            [
                IF(shot_zone_mismatch_score IS NULL, 'shot_zone_mismatch_score', NULL),
                IF(pace_score IS NULL, 'pace_score', NULL),
                IF(usage_spike_score IS NULL, 'usage_spike_score', NULL)
            ],
            ','
        ),
        ''  -- none is missing: some engines make NULL of an array of NULLs
    ) AS missing_factors,
FROM scores
