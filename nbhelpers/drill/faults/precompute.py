"""Faults of the analyses and factors: what windows, dependencies and crashes do."""

from nbhelpers.drill.faults.fault import (
    AS_PUBLISHED,
    BOX,
    FAILURES,
    NOTHING,
    OF_PLAYER,
    ON_DATE,
    PCF,
    PDC,
    PGS,
    PSZA,
    SCHEDULE,
    TDGS,
    TDZA,
    TOGS,
    Fault,
    Pieces,
    changed,
    every,
    more_failures,
    without,
)

TEAM_WINDOWS = ("TDZA", "TDZA failures")
PLAYER_WINDOWS = ("PSZA", "PSZA failures", "PDC", "PDC failures")
WHOLE_LAYER = (*TEAM_WINDOWS, *PLAYER_WINDOWS, "PCF", "PCF failures", "MLFS", "MLFS failures")
ANALYSED = "analysis_date = @on"


def _games_from(table: str, rows: str) -> tuple[str, str]:
    """The bug that a window reads its games from other rows than the table's."""
    return f"JOIN {table} AS games", f"JOIN ({rows}) AS games"


LEAK: Pieces = (
    ("games.game_date < listed.game_date", "games.game_date <= listed.game_date"),
    ("games.game_date < universe.analysis_date", "games.game_date <= universe.analysis_date"),
)
_SKIP: Pieces = (
    _games_from(PGS, f"SELECT * FROM {PGS} WHERE game_id != @earlier_game"),
    _games_from(TDGS, f"SELECT * FROM {TDGS} WHERE game_id != @earlier_game"),
)
_LAST_SEASON: Pieces = (
    _games_from(
        PGS,
        f"""SELECT * FROM {PGS} UNION ALL
            SELECT * REPLACE (
                CONCAT('last ', game_id) AS game_id,
                CAST(DATE_SUB(game_date, INTERVAL 250 DAY) AS DATE) AS game_date
            )
            FROM {PGS}""",
    ),
    ("games.game_date BETWEEN @season_start AND @end_date", "games.game_date <= @end_date"),
)
_NOT_PLAYED: Pieces = (
    _games_from(
        PGS,
        f"""SELECT * FROM {PGS} UNION ALL
            SELECT somebody.* REPLACE (
                lines.game_id AS game_id, lines.game_date AS game_date, lines.player_lookup AS player_lookup,
                0.0 AS minutes_played, 0 AS points, 0 AS fg_attempts, 0 AS ft_makes,
                0 AS paint_makes, 0 AS paint_attempts, 0 AS mid_range_makes, 0 AS mid_range_attempts,
                0 AS three_pt_makes, 0 AS three_pt_attempts, TRUE AS has_shot_zones, TRUE AS is_official
            )
            FROM {BOX} AS lines
            CROSS JOIN (
                SELECT * FROM {PGS} WHERE game_id = @earlier_game
                QUALIFY ROW_NUMBER() OVER (ORDER BY player_lookup) = 1
            ) AS somebody
            WHERE NOT lines.did_play""",
    ),
)
_YESTERDAY: Pieces = (
    (
        TDZA,
        f"""(
            SELECT * EXCEPT (next_date) REPLACE (next_date AS analysis_date)
            FROM (
                SELECT *, LEAD(analysis_date) OVER (PARTITION BY team_abbr ORDER BY analysis_date) AS next_date
                FROM {TDZA}
            ) AS dated
            WHERE next_date IS NOT NULL
        )""",
    ),
)
_NO_TEAM_HAS_GAMES = """
    SELECT 'TDZA' AS processor_name, @run_id AS run_id, slate.game_date AS analysis_date, team_abbr AS entity_id,
        'INSUFFICIENT_DATA' AS failure_category, '0 of 5 games before the date' AS failure_reason, FALSE AS can_retry,
        5 AS expected_game_count, 0 AS actual_game_count, CAST(NULL AS STRING) AS missing_game_ids,
        @built_at AS created_at
    FROM (SELECT DISTINCT game_date FROM views.slate_games WHERE game_date >= @start_date) AS slate
    CROSS JOIN UNNEST(@teams) AS team_abbr"""
_LAST_SPRING = f"""
    SELECT * FROM {TDZA} UNION ALL
    SELECT latest.* REPLACE (
        failures.analysis_date AS analysis_date, 15 AS games_in_sample,
        CAST(DATE_SUB(latest.window_start_date, INTERVAL 250 DAY) AS DATE) AS window_start_date,
        CAST(DATE_SUB(latest.window_end_date, INTERVAL 250 DAY) AS DATE) AS window_end_date
    )
    FROM {FAILURES} AS failures
    INNER JOIN (
        SELECT * FROM {TDZA}
        QUALIFY ROW_NUMBER() OVER (PARTITION BY team_abbr ORDER BY analysis_date DESC) = 1
    ) AS latest ON latest.team_abbr = failures.entity_id
    WHERE failures.processor_name = 'TDZA'"""


def _fault(number: str, title: str, planted: str, staged: dict[str, str | Pieces], **more) -> Fault:
    return Fault(number, title, 39, planted, staged, **more)


def _score(number: str, what: str, planted: str, value: str, where: str = "TRUE") -> Fault:
    rows = changed(PCF, where, opponent_strength_score=value)
    return _fault(number, f"opponent_strength_score {what}", planted, {"PCF": rows})


PRECOMPUTE = [
    _fault(
        "P1",
        "TDZA empty",
        "and every team said to have too few games",
        {"TDZA": NOTHING, "TDZA failures": _NO_TEAM_HAS_GAMES},
    ),
    _fault(
        "P2",
        "TDZA absent on one date",
        "neither row nor failure",
        {"TDZA": without(TDZA, ANALYSED), "TDZA failures": AS_PUBLISHED},
    ),
    _fault(
        "P3",
        "TDZA absent for one team",
        "an opponent of the date",
        {"TDZA": without(TDZA, f"{ANALYSED} AND team_abbr = @opponent")},
    ),
    _score("P4", "0 on all rows", "as in December 2021", "0.0"),
    _score("P5", "0 on one date", "all its rows", "0.0", ON_DATE),
    _score("P6", "0 on one row", "one player on one date", "0.0", f"{ON_DATE} AND {OF_PLAYER}"),
    _score("P7", "NULL", "on a date", "NULL", ON_DATE),
    _score("P8", "constant 50.0", "on all rows", "50.0"),
    _fault(
        "P9", "PCF computed from yesterday's TDZA", "each date from the one before", {"PCF": _YESTERDAY}, is_stale=True
    ),
    _fault(
        "P10",
        "windows that include the day itself",
        "in every stage",
        {short: LEAK for short in WHOLE_LAYER if short not in ("PCF failures", "MLFS failures")},
    ),
    _fault(
        "P10b",
        "factors that have seen the day itself",
        "in PCF and features only, which show no window",
        {"PCF": LEAK, "MLFS": LEAK},
    ),
    _fault(
        "P11",
        "windows that reach into last season",
        "of PSZA and PDC, so that fewer fail",
        dict.fromkeys(PLAYER_WINDOWS, _LAST_SEASON),
    ),
    _fault(
        "P12",
        "windows that skip a game",
        "the same one in TDZA, PSZA and PDC",
        dict.fromkeys((*TEAM_WINDOWS, *PLAYER_WINDOWS), _SKIP),
    ),
    _fault(
        "P13",
        "windows that count the Cup final",
        "an earlier game was the final, and every stage has counted it",
        dict.fromkeys(WHOLE_LAYER, AS_PUBLISHED),
        published=(
            f"UPDATE {SCHEDULE} SET is_official = FALSE, game_type = 'cup_final' WHERE game_id = @earlier_game",
            *(f"UPDATE {table} SET is_official = FALSE WHERE game_id = @earlier_game" for table in (PGS, TDGS, TOGS)),
        ),
        logged=("SCHEDULE", "PGS", "TDGS", "TOGS"),
    ),
    _fault(
        "P14",
        "DNP counted as a game",
        "with zeros, in the windows of PSZA and PDC",
        dict.fromkeys(PLAYER_WINDOWS, _NOT_PLAYED),
    ),
    _fault(
        "P15",
        "NULL zones summed as 0",
        "of players, so that everybody is a perimeter player",
        {
            "PSZA": changed(
                PSZA,
                paint_rate_last_10="0.0",
                mid_range_rate_last_10="0.0",
                three_pt_rate_last_10="IF(three_pt_rate_last_10 > 0, 100.0, NULL)",
                paint_pct_last_10="NULL",
                mid_range_pct_last_10="NULL",
                paint_attempts_per_game="0.0",
                mid_range_attempts_per_game="0.0",
                total_shots_last_10="CAST(ROUND(10 * three_pt_attempts_per_game) AS INT64)",
                primary_scoring_zone="'perimeter'",
            )
        },
    ),
    _fault(
        "P15b",
        "NULL zones summed as 0 by the defences",
        "paint and mid-range of every team",
        {
            "TDZA": changed(
                TDZA,
                paint_pct_allowed_last_15="NULL",
                mid_range_pct_allowed_last_15="NULL",
                paint_attempts_allowed_per_game="0.0",
                mid_range_attempts_allowed_per_game="0.0",
                paint_defense_vs_league_avg="0.0",
                mid_range_defense_vs_league_avg="0.0",
            )
        },
    ),
    _fault(
        "P16",
        "a player with neither row nor failure",
        "in PDC, on a date",
        {"PDC": without(PDC, f"cache_date = @on AND {OF_PLAYER}"), "PDC failures": AS_PUBLISHED},
    ),
    _fault(
        "P17",
        "a player with both",
        "a row and a failure of PSZA, on a date",
        {
            "PSZA failures": more_failures(
                "PSZA", "INCOMPLETE_UPSTREAM", "SELECT @on AS analysis_date, @player AS entity_id"
            )
        },
    ),
    _fault(
        "P18",
        "failures left from an earlier run",
        "of all who have a PSZA row on the date by now",
        {
            "PSZA failures": more_failures(
                "PSZA",
                "INSUFFICIENT_DATA",
                f"SELECT analysis_date, player_lookup AS entity_id FROM {PSZA} WHERE {ANALYSED}",
            )
        },
        is_stale=True,
    ),
    _fault(
        "P19",
        "half of a date's rows lost in a crash",
        "every other row of PCF, without a failure",
        {
            "PCF": f"SELECT * FROM {PCF} QUALIFY NOT ({ON_DATE} AND {every(2, 'game_date', 'player_lookup')})",
            "PCF failures": AS_PUBLISHED,
        },
    ),
    _fault(
        "P20",
        "last season's rows",
        "where TDZA has none yet, with windows in spring",
        {"TDZA": _LAST_SPRING, "TDZA failures": NOTHING},
    ),
    _fault(
        "P21",
        "a future date's row",
        "a player's factors, on a later day on which he is not listed",
        {
            "PCF": f"""
                SELECT * FROM {PCF} UNION ALL
                SELECT * REPLACE (@later AS game_date) FROM {PCF} WHERE {ON_DATE} AND {OF_PLAYER}"""
        },
    ),
]
