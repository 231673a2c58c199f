-- Every table of the season, bottom layer first: the columns, the partition date and the key, in BigQuery's dialect.
-- How a table is computed stands in sql/<step>_<dataset>/<table>.sql; raw tables are parsed by nbhelpers/raw.py.
-- What a column holds is said where its name stands first, and again where it means something else.
-- Absent is NULL or no row. Zero is a measurement. `_pct` is a share from 0 to 1, `_rate` a percentage from 0 to 100.

-- A game of the season: regular, Cup final, play-in or playoffs. Source: the NBA's schedule.
CREATE TABLE nba_raw.nbac_schedule (
    season STRING NOT NULL,  -- such as 2025-26
    nba_game_id STRING NOT NULL,  -- the NBA's own id of the game, ten digits, such as 0022500001
    game_id STRING NOT NULL,  -- date, away and home team: 20251105_LAL_POR
    game_date DATE NOT NULL,  -- the NBA's Eastern calendar day of the game
    game_type STRING NOT NULL,  -- regular, cup_final, play_in or playoffs
    is_official BOOL NOT NULL,  -- whether its statistics count: all games but the Cup final
    home_team_abbr STRING NOT NULL,  -- three letters, such as LAL
    away_team_abbr STRING NOT NULL,  -- three letters, such as LAL
    game_status INT64 NOT NULL,  -- 1 to come, 2 going on, 3 final
    is_postponed BOOL NOT NULL,  -- put off; a game that is played on another day has that day
    is_neutral BOOL,  -- played in neither team's arena; NULL where the source is silent
    home_score INT64,  -- points of the home team, of a game that is final
    away_score INT64,  -- points of the away team, of a game that is final
    source_object STRING NOT NULL,  -- the stored object that said so first
    PRIMARY KEY (nba_game_id) NOT ENFORCED
) PARTITION BY game_date;

-- A listed player of a game, played or not. Source: BallDontLie, the latest object in which the game is final.
-- player_full_name and player_lookup: the name he had first in the season, one in both sources, whatever is spelled later.
CREATE TABLE nba_raw.bdl_player_boxscores (
    game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,  -- the year in which the season starts
    game_status STRING NOT NULL,  -- Final
    period INT64 NOT NULL,  -- the last one that was played: 4, or more with overtime
    is_postseason BOOL NOT NULL,  -- play-in or playoffs
    home_team_abbr STRING NOT NULL,
    away_team_abbr STRING NOT NULL,
    home_team_score INT64 NOT NULL,  -- points of the home team
    away_team_score INT64 NOT NULL,  -- points of the away team
    team_abbr STRING NOT NULL,  -- the team, three letters, such as LAL
    player_full_name STRING NOT NULL,  -- the name he had first in the season
    player_lookup STRING NOT NULL,  -- that name in lower case, letters and digits alone
    bdl_player_id INT64 NOT NULL,  -- BallDontLie's own id of the player
    jersey_number STRING,  -- as the source writes it
    position STRING,  -- as the source writes it, such as G or F-C
    minutes STRING,  -- as the source writes them, such as 34 or 34:12
    minutes_played FLOAT64 NOT NULL,  -- minutes on the court, 0 for who did not play
    did_play BOOL NOT NULL,  -- whether he was on the court at all
    points INT64,  -- points scored
    assists INT64,  -- assists
    rebounds INT64,  -- offensive and defensive rebounds
    offensive_rebounds INT64,  -- rebounds of one's own misses
    defensive_rebounds INT64,  -- rebounds of the other team's misses
    steals INT64,  -- steals
    blocks INT64,  -- blocked shots
    turnovers INT64,  -- turnovers
    personal_fouls INT64,  -- personal fouls
    field_goals_made INT64,  -- shots made, threes among them
    field_goals_attempted INT64,  -- shots taken, threes among them
    three_pointers_made INT64,  -- threes made
    three_pointers_attempted INT64,  -- threes taken
    free_throws_made INT64,  -- free throws made
    free_throws_attempted INT64,  -- free throws taken
    plus_minus INT64,  -- the score's change while he was on the court
    source_file_path STRING NOT NULL,  -- the stored object that the row was read from
    fetched_at TIMESTAMP NOT NULL,  -- when that object was fetched, UTC
    PRIMARY KEY (game_id, bdl_player_id) NOT ENFORCED
) PARTITION BY game_date;

-- A listed player of a game, played or not. Source: the NBA's box score, the official record; minutes are exact.
-- player_name and player_lookup as in bdl_player_boxscores.
CREATE TABLE nba_raw.nbac_player_boxscores (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    game_status INT64 NOT NULL,  -- 3, final
    period INT64 NOT NULL,
    home_team_abbr STRING NOT NULL,
    away_team_abbr STRING NOT NULL,
    home_score INT64 NOT NULL,
    away_score INT64 NOT NULL,
    team_abbr STRING NOT NULL,
    person_id INT64 NOT NULL,  -- the NBA's own id of the player
    player_name STRING NOT NULL,  -- as player_full_name
    player_lookup STRING NOT NULL,
    starter BOOL,  -- on the court from the start
    did_play BOOL NOT NULL,
    not_playing_reason STRING,  -- as the source writes it, of who did not play
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
    score INT64 NOT NULL,  -- the team's final score
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
    paint_makes INT64,  -- shots made in the paint
    paint_attempts INT64,  -- shots taken in the paint
    source_file_path STRING NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    PRIMARY KEY (nba_game_id, team_abbr) NOT ENFORCED
) PARTITION BY game_date;

-- A field-goal attempt of a player. Source: the NBA's play-by-play. zone is NULL where neither area nor place is known.
CREATE TABLE nba_raw.nbac_shots (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    action_number INT64 NOT NULL,  -- the NBA's own number of the action in the game
    period INT64 NOT NULL,  -- the one in which the shot was taken
    team_abbr STRING NOT NULL,
    person_id INT64 NOT NULL,
    player_name STRING NOT NULL,  -- as the play-by-play spells it
    player_lookup STRING,
    shot_value INT64 NOT NULL,  -- 2 or 3
    is_made BOOL NOT NULL,  -- whether it went in
    zone STRING,  -- paint, mid_range or three_pt
    zone_basic STRING,  -- the NBA's own name of the area
    distance_ft FLOAT64,  -- from the hoop, as the source gives it, feet
    x_ft FLOAT64,  -- along the baseline, from the hoop, feet
    y_ft FLOAT64,  -- along the court, from the hoop, feet
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
    opponent_team_abbr STRING NOT NULL,  -- the other team, three letters
    is_home BOOL NOT NULL,  -- whether it is the home team
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
    fg_makes INT64,  -- shots made, threes among them
    fg_attempts INT64,  -- shots taken, threes among them
    three_pt_makes INT64,  -- threes made
    three_pt_attempts INT64,  -- threes taken
    ft_makes INT64,  -- free throws made
    ft_attempts INT64,  -- free throws taken
    paint_makes INT64,
    paint_attempts INT64,
    mid_range_makes INT64,  -- shots of two points made outside the paint
    mid_range_attempts INT64,  -- shots of two points taken outside the paint
    has_shot_zones BOOL NOT NULL,  -- whether the play-by-play tells where all his shots were taken
    efg_pct FLOAT64,  -- effective field goal share, 0 to 1: a made three counts one and a half
    ts_pct FLOAT64,  -- true shooting share, 0 to 1: points by 2 (shots + 0.44 free throws)
    usage_rate FLOAT64,  -- percentage of the team's plays that he ended while on the court
    plus_minus INT64,
    win_flag BOOL NOT NULL,  -- whether the team won
    PRIMARY KEY (game_id, player_lookup) NOT ENFORCED
) PARTITION BY game_date;

-- TDGS: a team's defence in a game, two rows a game. Zones are NULL where the game has no play-by-play.
CREATE TABLE nba_analytics.team_defense_game_summary (
    game_id STRING NOT NULL,
    nba_game_id STRING NOT NULL,
    game_date DATE NOT NULL,
    season_year INT64 NOT NULL,
    is_official BOOL NOT NULL,
    defending_team_abbr STRING NOT NULL,  -- the team that defends
    opponent_team_abbr STRING NOT NULL,
    home_game BOOL NOT NULL,  -- whether it is the home team
    points_allowed INT64,  -- points of the other team
    opp_fg_makes INT64,  -- the other team's shots made
    opp_fg_attempts INT64,  -- the other team's shots
    opp_three_pt_makes INT64,  -- the other team's threes made
    opp_three_pt_attempts INT64,  -- the other team's threes
    opp_ft_makes INT64,  -- the other team's free throws made
    opp_ft_attempts INT64,  -- the other team's free throws
    opp_rebounds INT64,  -- the other team's rebounds
    opp_assists INT64,  -- the other team's assists
    turnovers_forced INT64,  -- the other team's turnovers
    opp_paint_makes INT64,  -- the other team's shots made in the paint
    opp_paint_attempts INT64,  -- the other team's shots in the paint
    opp_mid_range_makes INT64,  -- the other team's mid-range shots made
    opp_mid_range_attempts INT64,  -- the other team's mid-range shots
    points_in_paint_allowed INT64,  -- two for each shot that the other team made there
    steals INT64,
    blocks INT64,
    defensive_rebounds INT64,
    opp_possessions FLOAT64,  -- the other team's possessions, by its box score
    defensive_rating FLOAT64,  -- points allowed in 100 possessions
    opponent_pace FLOAT64,  -- the other team's possessions in 48 minutes
    overtime_periods INT64,  -- 0 without overtime
    win_flag BOOL NOT NULL,
    margin_of_victory INT64,  -- own points less the other team's
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
    points_scored INT64,  -- points of the team
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
    possessions FLOAT64,  -- by the box score
    offensive_rating FLOAT64,  -- points in 100 possessions
    pace FLOAT64,  -- possessions in 48 minutes
    ts_pct FLOAT64,
    team_minutes INT64,  -- minutes of all its players: 240 without overtime
    overtime_periods INT64,
    win_flag BOOL NOT NULL,
    margin_of_victory INT64,
    PRIMARY KEY (game_id, team_abbr) NOT ENFORCED
) PARTITION BY game_date;

-- TDZA: how a team has defended each shot zone over its last 15 games, as known on the morning of analysis_date.
CREATE TABLE nba_precompute.team_defense_zone_analysis (
    team_abbr STRING NOT NULL,
    analysis_date DATE NOT NULL,  -- the morning for which the row speaks: games before it count
    games_in_sample INT64 NOT NULL,  -- games in the window
    window_start_date DATE NOT NULL,  -- date of the window's first game
    window_end_date DATE NOT NULL,  -- date of the window's last game
    paint_pct_allowed_last_15 FLOAT64,  -- share of the opponents' shots in the paint that went in, 0 to 1
    mid_range_pct_allowed_last_15 FLOAT64,  -- share of the opponents' mid-range shots that went in, 0 to 1
    three_pt_pct_allowed_last_15 FLOAT64,  -- share of the opponents' threes that went in, 0 to 1
    paint_attempts_allowed_per_game FLOAT64,  -- the opponents' shots in the paint, a game
    mid_range_attempts_allowed_per_game FLOAT64,  -- the opponents' mid-range shots, a game
    three_pt_attempts_allowed_per_game FLOAT64,  -- the opponents' threes, a game
    paint_defense_vs_league_avg FLOAT64,  -- share allowed there less the league's, in percentage points; below 0 is good
    mid_range_defense_vs_league_avg FLOAT64,  -- share allowed there less the league's, in percentage points; below 0 is good
    three_pt_defense_vs_league_avg FLOAT64,  -- share allowed there less the league's, in percentage points; below 0 is good
    defensive_rating_last_15 FLOAT64,  -- mean of points allowed in 100 possessions
    opponent_points_per_game FLOAT64,  -- mean of points allowed
    opponent_pace FLOAT64,  -- mean of the opponents' possessions in 48 minutes
    strongest_zone STRING,  -- where the defence is best against the league's average
    weakest_zone STRING,  -- where the defence is worst against the league's average
    data_quality_tier STRING NOT NULL,  -- by games in the window: high from 15, medium from 10, else low
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
    total_shots_last_10 INT64 NOT NULL,  -- shots taken in the window
    paint_rate_last_10 FLOAT64,  -- percentage of his shots that he took in the paint, 0 to 100
    mid_range_rate_last_10 FLOAT64,  -- percentage of his shots that he took from mid-range, 0 to 100
    three_pt_rate_last_10 FLOAT64,  -- percentage of his shots that were threes, 0 to 100
    paint_pct_last_10 FLOAT64,  -- share of his shots in the paint that went in, 0 to 1
    mid_range_pct_last_10 FLOAT64,  -- share of his mid-range shots that went in, 0 to 1
    three_pt_pct_last_10 FLOAT64,  -- share of his threes that went in, 0 to 1
    paint_attempts_per_game FLOAT64 NOT NULL,  -- shots in the paint, a game
    mid_range_attempts_per_game FLOAT64 NOT NULL,  -- mid-range shots, a game
    three_pt_attempts_per_game FLOAT64 NOT NULL,  -- threes, a game
    primary_scoring_zone STRING NOT NULL,  -- paint, perimeter, mid_range or balanced, by the rates
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
    opponent_strength_score FLOAT64 NOT NULL,  -- 1 to 100, by the opponent's defence; 50 is the league's average
    shot_zone_mismatch_score FLOAT64,  -- points, -10 to 10: his favourite zone against the opponent's defence of it
    fatigue_score FLOAT64 NOT NULL,  -- 0 to 100; 100 is rested
    pace_score FLOAT64,  -- points, -3 to 3: half of the opponent's pace above the league's
    usage_spike_score FLOAT64,  -- points, -3 to 3: by his usage in the last 5 games above the season's
    total_composite_adjustment FLOAT64 NOT NULL,  -- points, the sum of what the factors change
    factors_present INT64 NOT NULL,  -- how many of the four factors are known
    missing_factors STRING NOT NULL,  -- those that are not, with commas between them
    PRIMARY KEY (player_lookup, game_date) NOT ENFORCED
) PARTITION BY game_date;

-- PDC: a listed player's recent and season averages, as known on the morning of cache_date.
CREATE TABLE nba_precompute.player_daily_cache (
    player_lookup STRING NOT NULL,
    cache_date DATE NOT NULL,  -- the morning for which the row speaks: games before it count
    team_abbr STRING NOT NULL,
    games_played_season INT64 NOT NULL,  -- games that he has played
    points_avg_last_5 FLOAT64 NOT NULL,  -- mean of points, last 5 games
    points_avg_last_10 FLOAT64 NOT NULL,  -- mean of points, last 10 games
    points_avg_season FLOAT64 NOT NULL,  -- mean of points, all games
    points_std_last_10 FLOAT64 NOT NULL,  -- standard deviation of points, last 10 games
    minutes_avg_last_10 FLOAT64 NOT NULL,  -- mean of minutes, last 10 games
    usage_rate_last_10 FLOAT64,  -- mean of usage_rate, last 10 games
    ts_pct_last_10 FLOAT64,  -- mean of ts_pct, last 10 games
    games_in_last_7_days INT64 NOT NULL,  -- games that he has played in 7 days
    minutes_in_last_7_days FLOAT64 NOT NULL,  -- minutes that he has played in 7 days
    games_in_last_14_days INT64 NOT NULL,  -- games that he has played in 14 days
    back_to_backs_last_14_days INT64 NOT NULL,  -- times that he has played on two days running
    team_pace_last_10 FLOAT64,  -- mean of his team's pace, last 10 games
    team_off_rating_last_10 FLOAT64,  -- mean of his team's points in 100 possessions, last 10 games
    team_win_pct FLOAT64,  -- share of its games that his team has won, 0 to 1
    primary_scoring_zone STRING,
    paint_rate_last_10 FLOAT64,
    mid_range_rate_last_10 FLOAT64,
    three_pt_rate_last_10 FLOAT64,
    early_season_flag BOOL NOT NULL,  -- whether he has played fewer than 10 games
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
    feature_version STRING NOT NULL,  -- which features, in which order
    feature_count INT64 NOT NULL,  -- how many there are
    features ARRAY<FLOAT64>,  -- their values, in the order of feature_names
    feature_names ARRAY<STRING>,  -- their names
    feature_sources ARRAY<STRING>,  -- observed or default, in the order of feature_names
    default_feature_count INT64 NOT NULL,  -- how many are defaults
    feature_quality_score FLOAT64 NOT NULL,  -- percentage of them that are observed, 0 to 100
    is_production_ready BOOL NOT NULL,  -- whether all that are required are observed
    PRIMARY KEY (player_lookup, game_date) NOT ENFORCED
) PARTITION BY game_date;

-- A system's forecast of a player's points. No betting line is known: the line is NULL, the recommendation NO_LINE.
CREATE TABLE nba_predictions.player_prop_predictions (
    player_lookup STRING NOT NULL,
    game_date DATE NOT NULL,
    system_id STRING NOT NULL,  -- which system forecasts
    game_id STRING NOT NULL,
    predicted_points FLOAT64 NOT NULL,  -- points, 0 to 60
    confidence_score FLOAT64 NOT NULL,  -- 0 to 1
    recommendation STRING NOT NULL,  -- always NO_LINE
    current_points_line FLOAT64,  -- always NULL
    line_margin FLOAT64,  -- always NULL
    prediction_version STRING NOT NULL,  -- of the system
    PRIMARY KEY (player_lookup, game_date, system_id) NOT ENFORCED
) PARTITION BY game_date;

-- A member of a stage's universe that has no row, and why.
CREATE TABLE nba_processing.precompute_failures (
    processor_name STRING NOT NULL,  -- the stage
    run_id STRING NOT NULL,  -- the run that wrote it
    analysis_date DATE NOT NULL,
    entity_id STRING NOT NULL,  -- the player's lookup, or the team
    failure_category STRING NOT NULL,  -- what kind of failure, such as INSUFFICIENT_DATA
    failure_reason STRING NOT NULL,  -- in words
    can_retry BOOL NOT NULL,  -- whether another run may find more
    expected_game_count INT64,  -- games that it takes
    actual_game_count INT64,  -- games that are there
    missing_game_ids STRING,  -- the games that are lacking, with commas between them
    created_at TIMESTAMP NOT NULL,  -- when it was written, UTC
    PRIMARY KEY (processor_name, analysis_date, entity_id) NOT ENFORCED
) PARTITION BY analysis_date;

-- A game that the source will never have. what is 'box_score' or 'play_by_play'. Gates subtract it, windows skip it.
CREATE TABLE nba_processing.accepted_gaps (
    game_id STRING NOT NULL,
    what STRING NOT NULL,  -- box_score or play_by_play
    reason STRING NOT NULL,  -- as who accepted it put it
    accepted_by STRING NOT NULL,  -- who stands for it
    accepted_at TIMESTAMP NOT NULL,  -- when, UTC
    PRIMARY KEY (game_id, what) NOT ENFORCED
);

-- A gate's verdict on a window: the only proof that a layer may be built on. voided_by: the undo that took it back.
-- code_version: a hash of what the gate asked, and after a + the SHA-256 of the package that asked it.
CREATE TABLE nba_processing.gate_receipts (
    receipt_id STRING NOT NULL,  -- run, gate and time
    gate STRING NOT NULL,  -- its number: 19, 29, 39 or 49
    run_id STRING NOT NULL,
    season STRING NOT NULL,
    start_date DATE NOT NULL,  -- the window's first game date
    end_date DATE NOT NULL,  -- the window's last game date
    code_version STRING NOT NULL,  -- what the gate asked, and the package that asked it
    checks STRING NOT NULL,  -- JSON: what each check found
    created_at TIMESTAMP NOT NULL,
    voided_by STRING,  -- the undo that took it back; NULL while it is in force
    PRIMARY KEY (receipt_id) NOT ENFORCED
);

-- The receipts of which it was dropped what their publishing had replaced: what they stand for cannot be undone any more.
CREATE TABLE nba_processing.pruned_receipts (
    receipt_id STRING NOT NULL,
    run_id STRING NOT NULL,
    pruned_at TIMESTAMP NOT NULL,  -- when, UTC
    PRIMARY KEY (receipt_id) NOT ENFORCED
);

-- Whose lines count in a season, by each passing of gate 1, the newest in force: 'bdl' or 'nba', one for a whole season.
CREATE TABLE nba_processing.season_lines (
    receipt_id STRING NOT NULL,
    season STRING NOT NULL,
    lines STRING NOT NULL,  -- bdl or nba
    run_id STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (receipt_id) NOT ENFORCED
);

-- What each published partition holds and what it was computed from, the newest entry of a table and date in force.
-- tainted_by: the failing checks that somebody accepted, on this partition or on one it was computed from.
CREATE TABLE nba_processing.partition_log (
    table_name STRING NOT NULL,  -- dataset.table
    processor_name STRING NOT NULL,  -- the stage, where a table is shared by several, else empty
    partition_date DATE NOT NULL,  -- the date in question
    row_count INT64 NOT NULL,  -- rows of that date
    fingerprint STRING NOT NULL,  -- a digest of those rows
    inputs_fingerprint STRING NOT NULL,  -- a digest of what they were computed from
    inputs_from DATE NOT NULL,  -- the earliest date that they were computed from
    code_version STRING NOT NULL,  -- what computed them
    tainted_by STRING,  -- the failing checks that were accepted; NULL for none
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
    verdicts STRING NOT NULL,  -- JSON: what each check has said of the date
    receipt_id STRING NOT NULL,
    run_id STRING NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (gate, partition_date, receipt_id) NOT ENFORCED
);
