-- one_row_per_player
-- fail:    Is every player listed once a game, playing one game a date, under one name of his own?
-- of:      team-games
-- because: a doubled or merged player counts twice in every sum and window
-- then:    run 11_load_raw again; two players under one player_lookup need a spelling in nbhelpers/identifiers.py
-- per:     range
WITH lines AS (
    SELECT
        game_id,
        game_date,
        team_abbr,
        lines_source,
        player_lookup,
        COUNT(*) OVER (PARTITION BY lines_source, game_id, source_player_id) AS same_player,
        COUNT(*) OVER (PARTITION BY lines_source, game_id, player_lookup) AS same_lookup,
        SUM(IF(did_play, 1, 0)) OVER (PARTITION BY lines_source, game_date, player_lookup) AS games_played_that_date,
    FROM views.source_lines
    WHERE game_date BETWEEN @start_date AND @end_date
),
merged AS (
    SELECT lines_source, player_lookup
    FROM views.source_lines
    WHERE game_date BETWEEN @season_start AND @end_date
    GROUP BY lines_source, player_lookup
    HAVING COUNT(DISTINCT source_player_id) > 1
),
counted AS (
    SELECT
        lines.game_id,
        lines.team_abbr,
        COUNTIF(lines.same_player > 1 OR lines.same_lookup > 1) AS doubled,
        COUNTIF(lines.games_played_that_date > 1) AS playing_twice,
        COUNTIF(merged.player_lookup IS NOT NULL) AS merged_players,
    FROM lines
    LEFT JOIN merged ON merged.player_lookup = lines.player_lookup AND merged.lines_source = lines.lines_source
    GROUP BY lines.game_id, lines.team_abbr
)
SELECT
    expected.game_date,
    expected.member,
    counted.game_id IS NOT NULL AS is_examined,
    CASE
        WHEN counted.game_id IS NULL THEN 'no box score'
        WHEN counted.doubled > 0 THEN CONCAT(CAST(counted.doubled AS STRING), ' lines of players listed more than once')
        WHEN counted.playing_twice > 0 THEN CONCAT(CAST(counted.playing_twice AS STRING), ' players with two games on the date')
        WHEN counted.merged_players > 0 THEN CONCAT(CAST(counted.merged_players AS STRING), ' lookups that stand for two players')
    END AS problem,
FROM views.expected_team_games AS expected
LEFT JOIN counted ON counted.game_id = expected.game_id AND counted.team_abbr = expected.team_abbr
