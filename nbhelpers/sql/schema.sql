-- Every table of the season, bottom layer first: the columns, the partition date and the key, in BigQuery's dialect.
-- How a table is computed stands in sql/<step>_<dataset>/<table>.sql; raw tables are parsed by nbhelpers/raw.py.
-- Absent is NULL or no row. Zero is a measurement. `_pct` is a share from 0 to 1, `_rate` a percentage from 0 to 100.

-- A game of the season: regular, Cup final, play-in or playoffs. Source: the NBA's schedule.
CREATE TABLE nba_raw.nbac_schedule (
    season STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    game_type STRING NOT NULL,
    is_official BOOL NOT NULL,
    home_team_abbr STRING NOT NULL,
    away_team_abbr STRING NOT NULL,
    game_status INT64 NOT NULL,
    is_postponed BOOL NOT NULL,
    is_neutral BOOL,
    home_score INT64,
    away_score INT64,
    source_object STRING NOT NULL,
    PRIMARY KEY (nba_game_id) NOT ENFORCED
) PARTITION BY game_date;

-- A listed player of a game, played or not. Source: BallDontLie, the latest object in which the game is final.
-- player_full_name and player_lookup: the name he had first in the season, one in both sources, whatever is spelled later.
CREATE TABLE nba_raw.bdl_player_boxscores (
    game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    game_status STRING NOT NULL,
    period INT64 NOT NULL,
    is_postseason BOOL NOT NULL,
    home_team_abbr STRING NOT NULL,
    away_team_abbr STRING NOT NULL,
    home_team_score INT64 NOT NULL,
    away_team_score INT64 NOT NULL,
    team_abbr STRING NOT NULL,
    player_full_name STRING NOT NULL,
    player_lookup STRING NOT NULL,
    bdl_player_id INT64 NOT NULL,
    jersey_number STRING,
    position STRING,
    minutes STRING,
    minutes_played FLOAT64 NOT NULL,
    did_play BOOL NOT NULL,
    points INT64,
    assists INT64,
    rebounds INT64,
    offensive_rebounds INT64,
    defensive_rebounds INT64,
    steals INT64,
    blocks INT64,
    turnovers INT64,
    personal_fouls INT64,
    field_goals_made INT64,
    field_goals_attempted INT64,
    three_pointers_made INT64,
    three_pointers_attempted INT64,
    free_throws_made INT64,
    free_throws_attempted INT64,
    plus_minus INT64,
    source_file_path STRING NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    PRIMARY KEY (game_id, bdl_player_id) NOT ENFORCED
) PARTITION BY game_date;

-- A listed player of a game, played or not. Source: the NBA's box score, the official record; minutes are exact.
-- player_name and player_lookup as in bdl_player_boxscores.
CREATE TABLE nba_raw.nbac_player_boxscores (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    game_status INT64 NOT NULL,
    period INT64 NOT NULL,
    home_team_abbr STRING NOT NULL,
    away_team_abbr STRING NOT NULL,
    home_score INT64 NOT NULL,
    away_score INT64 NOT NULL,
    team_abbr STRING NOT NULL,
    person_id INT64 NOT NULL,
    player_name STRING NOT NULL,
    player_lookup STRING NOT NULL,
    starter BOOL,
    did_play BOOL NOT NULL,
    not_playing_reason STRING,
    minutes_played FLOAT64 NOT NULL,
    points INT64,
    assists INT64,
    rebounds INT64,
    offensive_rebounds INT64,
    defensive_rebounds INT64,
    steals INT64,
    blocks INT64,
    turnovers INT64,
    personal_fouls INT64,
    field_goals_made INT64,
    field_goals_attempted INT64,
    three_pointers_made INT64,
    three_pointers_attempted INT64,
    free_throws_made INT64,
    free_throws_attempted INT64,
    plus_minus INT64,
    source_file_path STRING NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    PRIMARY KEY (nba_game_id, person_id) NOT ENFORCED
) PARTITION BY game_date;

-- A team's totals in a game, as the same box score gives them. Turnovers, rebounds and fouls are those of its players
-- (`reboundsPersonal`, not `reboundsTotal`); attempts include heaves, which are on no player's account.
CREATE TABLE nba_raw.nbac_team_boxscores (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    team_abbr STRING NOT NULL,
    score INT64 NOT NULL,
    points INT64,
    assists INT64,
    rebounds INT64,
    offensive_rebounds INT64,
    defensive_rebounds INT64,
    steals INT64,
    blocks INT64,
    turnovers INT64,
    personal_fouls INT64,
    field_goals_made INT64,
    field_goals_attempted INT64,
    three_pointers_made INT64,
    three_pointers_attempted INT64,
    free_throws_made INT64,
    free_throws_attempted INT64,
    paint_makes INT64,
    paint_attempts INT64,
    source_file_path STRING NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    PRIMARY KEY (nba_game_id, team_abbr) NOT ENFORCED
) PARTITION BY game_date;

-- A field-goal attempt of a player. Source: the NBA's play-by-play. zone is NULL where neither area nor place is known.
CREATE TABLE nba_raw.nbac_shots (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    action_number INT64 NOT NULL,
    period INT64 NOT NULL,
    team_abbr STRING NOT NULL,
    person_id INT64 NOT NULL,
    player_name STRING NOT NULL,
    player_lookup STRING,
    shot_value INT64 NOT NULL,
    is_made BOOL NOT NULL,
    zone STRING,
    zone_basic STRING,
    distance_ft FLOAT64,
    x_ft FLOAT64,
    y_ft FLOAT64,
    source_file_path STRING NOT NULL,
    PRIMARY KEY (nba_game_id, action_number) NOT ENFORCED
) PARTITION BY game_date;

-- PGS: a player who played a game. Zone counts are NULL unless has_shot_zones.
CREATE TABLE nba_analytics.player_game_summary (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    is_official BOOL NOT NULL,
    player_lookup STRING NOT NULL,
    player_full_name STRING NOT NULL,
    team_abbr STRING NOT NULL,
    opponent_team_abbr STRING NOT NULL,
    is_home BOOL NOT NULL,
    minutes_played FLOAT64 NOT NULL,
    points INT64,
    assists INT64,
    rebounds INT64,
    offensive_rebounds INT64,
    defensive_rebounds INT64,
    steals INT64,
    blocks INT64,
    turnovers INT64,
    personal_fouls INT64,
    fg_makes INT64,
    fg_attempts INT64,
    three_pt_makes INT64,
    three_pt_attempts INT64,
    ft_makes INT64,
    ft_attempts INT64,
    paint_makes INT64,
    paint_attempts INT64,
    mid_range_makes INT64,
    mid_range_attempts INT64,
    has_shot_zones BOOL NOT NULL,
    efg_pct FLOAT64,
    ts_pct FLOAT64,
    usage_rate FLOAT64,
    plus_minus INT64,
    win_flag BOOL NOT NULL,
    PRIMARY KEY (game_id, player_lookup) NOT ENFORCED
) PARTITION BY game_date;

-- TDGS: a team's defence in a game, two rows a game. Zones are NULL where the game has no play-by-play.
CREATE TABLE nba_analytics.team_defense_game_summary (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    is_official BOOL NOT NULL,
    defending_team_abbr STRING NOT NULL,
    opponent_team_abbr STRING NOT NULL,
    home_game BOOL NOT NULL,
    points_allowed INT64,
    opp_fg_makes INT64,
    opp_fg_attempts INT64,
    opp_three_pt_makes INT64,
    opp_three_pt_attempts INT64,
    opp_ft_makes INT64,
    opp_ft_attempts INT64,
    opp_rebounds INT64,
    opp_assists INT64,
    turnovers_forced INT64,
    opp_paint_makes INT64,
    opp_paint_attempts INT64,
    opp_mid_range_makes INT64,
    opp_mid_range_attempts INT64,
    points_in_paint_allowed INT64,
    steals INT64,
    blocks INT64,
    defensive_rebounds INT64,
    opp_possessions FLOAT64,
    defensive_rating FLOAT64,
    opponent_pace FLOAT64,
    overtime_periods INT64,
    win_flag BOOL NOT NULL,
    margin_of_victory INT64,
    PRIMARY KEY (game_id, defending_team_abbr) NOT ENFORCED
) PARTITION BY game_date;

-- TOGS: a team's offence in a game, two rows a game.
CREATE TABLE nba_analytics.team_offense_game_summary (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    is_official BOOL NOT NULL,
    team_abbr STRING NOT NULL,
    opponent_team_abbr STRING NOT NULL,
    home_game BOOL NOT NULL,
    points_scored INT64,
    fg_makes INT64,
    fg_attempts INT64,
    three_pt_makes INT64,
    three_pt_attempts INT64,
    ft_makes INT64,
    ft_attempts INT64,
    offensive_rebounds INT64,
    rebounds INT64,
    assists INT64,
    turnovers INT64,
    paint_makes INT64,
    paint_attempts INT64,
    mid_range_makes INT64,
    mid_range_attempts INT64,
    possessions FLOAT64,
    offensive_rating FLOAT64,
    pace FLOAT64,
    ts_pct FLOAT64,
    team_minutes INT64,
    overtime_periods INT64,
    win_flag BOOL NOT NULL,
    margin_of_victory INT64,
    PRIMARY KEY (game_id, team_abbr) NOT ENFORCED
) PARTITION BY game_date;

-- TDZA: how a team has defended each shot zone over its last 15 games, as known on the morning of analysis_date.
CREATE TABLE nba_precompute.team_defense_zone_analysis (
    team_abbr STRING NOT NULL,
    analysis_date DATE NOT NULL,
    games_in_sample INT64 NOT NULL,
    window_start_date DATE NOT NULL,
    window_end_date DATE NOT NULL,
    paint_pct_allowed_last_15 FLOAT64,
    mid_range_pct_allowed_last_15 FLOAT64,
    three_pt_pct_allowed_last_15 FLOAT64,
    paint_attempts_allowed_per_game FLOAT64,
    mid_range_attempts_allowed_per_game FLOAT64,
    three_pt_attempts_allowed_per_game FLOAT64,
    paint_defense_vs_league_avg FLOAT64,
    mid_range_defense_vs_league_avg FLOAT64,
    three_pt_defense_vs_league_avg FLOAT64,
    defensive_rating_last_15 FLOAT64,
    opponent_points_per_game FLOAT64,
    opponent_pace FLOAT64,
    strongest_zone STRING,
    weakest_zone STRING,
    data_quality_tier STRING NOT NULL,
    PRIMARY KEY (team_abbr, analysis_date) NOT ENFORCED
) PARTITION BY analysis_date;

-- PSZA: from where a player has shot, and how well, over his last 10 played games.
CREATE TABLE nba_precompute.player_shot_zone_analysis (
    player_lookup STRING NOT NULL,
    analysis_date DATE NOT NULL,
    team_abbr STRING NOT NULL,
    games_in_sample INT64 NOT NULL,
    window_start_date DATE NOT NULL,
    window_end_date DATE NOT NULL,
    total_shots_last_10 INT64 NOT NULL,
    paint_rate_last_10 FLOAT64,
    mid_range_rate_last_10 FLOAT64,
    three_pt_rate_last_10 FLOAT64,
    paint_pct_last_10 FLOAT64,
    mid_range_pct_last_10 FLOAT64,
    three_pt_pct_last_10 FLOAT64,
    paint_attempts_per_game FLOAT64 NOT NULL,
    mid_range_attempts_per_game FLOAT64 NOT NULL,
    three_pt_attempts_per_game FLOAT64 NOT NULL,
    primary_scoring_zone STRING NOT NULL,
    PRIMARY KEY (player_lookup, analysis_date) NOT ENFORCED
) PARTITION BY analysis_date;

-- PCF: what today's opponent, rest, pace and form should change for a listed player.
CREATE TABLE nba_precompute.player_composite_factors (
    player_lookup STRING NOT NULL,
    game_date DATE NOT NULL,
    game_id STRING NOT NULL,
    team_abbr STRING NOT NULL,
    opponent_team_abbr STRING NOT NULL,
    is_home BOOL NOT NULL,
    opponent_strength_score FLOAT64 NOT NULL,
    shot_zone_mismatch_score FLOAT64,
    fatigue_score FLOAT64 NOT NULL,
    pace_score FLOAT64,
    usage_spike_score FLOAT64,
    total_composite_adjustment FLOAT64 NOT NULL,
    factors_present INT64 NOT NULL,
    missing_factors STRING NOT NULL,
    PRIMARY KEY (player_lookup, game_date) NOT ENFORCED
) PARTITION BY game_date;

-- PDC: a listed player's recent and season averages, as known on the morning of cache_date.
CREATE TABLE nba_precompute.player_daily_cache (
    player_lookup STRING NOT NULL,
    cache_date DATE NOT NULL,
    team_abbr STRING NOT NULL,
    games_played_season INT64 NOT NULL,
    points_avg_last_5 FLOAT64 NOT NULL,
    points_avg_last_10 FLOAT64 NOT NULL,
    points_avg_season FLOAT64 NOT NULL,
    points_std_last_10 FLOAT64 NOT NULL,
    minutes_avg_last_10 FLOAT64 NOT NULL,
    usage_rate_last_10 FLOAT64,
    ts_pct_last_10 FLOAT64,
    games_in_last_7_days INT64 NOT NULL,
    minutes_in_last_7_days FLOAT64 NOT NULL,
    games_in_last_14_days INT64 NOT NULL,
    back_to_backs_last_14_days INT64 NOT NULL,
    team_pace_last_10 FLOAT64,
    team_off_rating_last_10 FLOAT64,
    team_win_pct FLOAT64,
    primary_scoring_zone STRING,
    paint_rate_last_10 FLOAT64,
    mid_range_rate_last_10 FLOAT64,
    three_pt_rate_last_10 FLOAT64,
    early_season_flag BOOL NOT NULL,
    window_start_date DATE NOT NULL,
    window_end_date DATE NOT NULL,
    PRIMARY KEY (player_lookup, cache_date) NOT ENFORCED
) PARTITION BY cache_date;

-- MLFS: 25 features of a listed player, each marked observed or default.
CREATE TABLE nba_predictions.ml_feature_store_v2 (
    player_lookup STRING NOT NULL,
    game_date DATE NOT NULL,
    game_id STRING NOT NULL,
    team_abbr STRING NOT NULL,
    opponent_team_abbr STRING NOT NULL,
    feature_version STRING NOT NULL,
    feature_count INT64 NOT NULL,
    features ARRAY<FLOAT64>,
    feature_names ARRAY<STRING>,
    feature_sources ARRAY<STRING>,
    default_feature_count INT64 NOT NULL,
    feature_quality_score FLOAT64 NOT NULL,
    is_production_ready BOOL NOT NULL,
    PRIMARY KEY (player_lookup, game_date) NOT ENFORCED
) PARTITION BY game_date;

-- A system's forecast of a player's points. No betting line is known: the line is NULL, the recommendation NO_LINE.
CREATE TABLE nba_predictions.player_prop_predictions (
    player_lookup STRING NOT NULL,
    game_date DATE NOT NULL,
    system_id STRING NOT NULL,
    game_id STRING NOT NULL,
    predicted_points FLOAT64 NOT NULL,
    confidence_score FLOAT64 NOT NULL,
    recommendation STRING NOT NULL,
    current_points_line FLOAT64,
    line_margin FLOAT64,
    prediction_version STRING NOT NULL,
    PRIMARY KEY (player_lookup, game_date, system_id) NOT ENFORCED
) PARTITION BY game_date;

-- A member of a stage's universe that has no row, and why.
CREATE TABLE nba_processing.precompute_failures (
    processor_name STRING NOT NULL,
    run_id STRING NOT NULL,
    analysis_date DATE NOT NULL,
    entity_id STRING NOT NULL,
    failure_category STRING NOT NULL,
    failure_reason STRING NOT NULL,
    can_retry BOOL NOT NULL,
    expected_game_count INT64,
    actual_game_count INT64,
    missing_game_ids STRING,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (processor_name, analysis_date, entity_id) NOT ENFORCED
) PARTITION BY analysis_date;

-- A game that the source will never have. what is 'box_score' or 'play_by_play'. Gates subtract it, windows skip it.
CREATE TABLE nba_processing.accepted_gaps (
    game_id STRING NOT NULL,
    what STRING NOT NULL,
    reason STRING NOT NULL,
    accepted_by STRING NOT NULL,
    accepted_at TIMESTAMP NOT NULL,
    PRIMARY KEY (game_id, what) NOT ENFORCED
);

-- A gate's verdict on a window: the only proof that a layer may be built on. voided_by: the undo that took it back.
-- code_version: a hash of what the gate asked, and after a + the SHA-256 of the package that asked it.
CREATE TABLE nba_processing.gate_receipts (
    receipt_id STRING NOT NULL,
    gate STRING NOT NULL,
    run_id STRING NOT NULL,
    season STRING NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    code_version STRING NOT NULL,
    checks STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    voided_by STRING,
    PRIMARY KEY (receipt_id) NOT ENFORCED
);

-- Whose lines count in a season, by each passing of gate 1, the newest in force: 'bdl' or 'nba', one for a whole season.
CREATE TABLE nba_processing.season_lines (
    receipt_id STRING NOT NULL,
    season STRING NOT NULL,
    lines STRING NOT NULL,
    run_id STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (receipt_id) NOT ENFORCED
);

-- What each published partition holds and what it was computed from, the newest entry of a table and date in force.
-- tainted_by: the failing checks that somebody accepted, on this partition or on one it was computed from.
CREATE TABLE nba_processing.partition_log (
    table_name STRING NOT NULL,
    processor_name STRING NOT NULL,
    partition_date DATE NOT NULL,
    row_count INT64 NOT NULL,
    fingerprint STRING NOT NULL,
    inputs_fingerprint STRING NOT NULL,
    inputs_from DATE NOT NULL,
    code_version STRING NOT NULL,
    tainted_by STRING,
    receipt_id STRING NOT NULL,
    run_id STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (table_name, processor_name, partition_date, receipt_id) NOT ENFORCED
);

-- What each check of a gate has said of each date that passed, so that it need not be examined again while nothing changes.
-- verdicts: JSON, by check: fingerprint of the check and of what it read, how many it examined, when.
CREATE TABLE nba_processing.kept_verdicts (
    gate STRING NOT NULL,
    partition_date DATE NOT NULL,
    verdicts STRING NOT NULL,
    receipt_id STRING NOT NULL,
    run_id STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (gate, partition_date, receipt_id) NOT ENFORCED
);
