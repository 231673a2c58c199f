"""Faults of the game summaries: what joins, forgotten columns and wrong formulas do."""

from nbhelpers.drill.faults.fault import IN_GAME, NOTHING, ON_DATE, PGS, TDGS, TOGS, Fault, changed, doubled, without


def _fault(number: str, title: str, planted: str, **staged: str) -> Fault:
    return Fault(number, title, 29, planted, staged)


_OPPONENTS_OFFENCE = f"""{TOGS} AS offence
    ON offence.game_id = defence.game_id AND offence.opponent_team_abbr = defence.defending_team_abbr"""

ANALYTICS = [
    _fault(
        "A1",
        "opp_paint_attempts NULL on all dates",
        "as in December 2021",
        TDGS=changed(TDGS, opp_paint_attempts="NULL"),
    ),
    _fault(
        "A2",
        "opp_paint_attempts NULL on one date",
        "in all its games",
        TDGS=changed(TDGS, ON_DATE, opp_paint_attempts="NULL"),
    ),
    _fault(
        "A3",
        "opp_paint_attempts NULL in one game",
        "of both teams",
        TDGS=changed(TDGS, IN_GAME, opp_paint_attempts="NULL"),
    ),
    _fault(
        "A4",
        "zero instead of NULL",
        "paint attempts and makes of a game, in both team tables",
        TDGS=changed(TDGS, IN_GAME, opp_paint_attempts="0", opp_paint_makes="0", points_in_paint_allowed="0"),
        TOGS=changed(TOGS, IN_GAME, paint_attempts="0", paint_makes="0"),
    ),
    _fault(
        "A5",
        "a game with one team only",
        "in both team tables",
        TDGS=without(TDGS, f"{IN_GAME} AND defending_team_abbr = @team"),
        TOGS=without(TOGS, f"{IN_GAME} AND team_abbr = @team"),
    ),
    _fault("A6", "win_flag constant", "false everywhere in team defence", TDGS=changed(TDGS, win_flag="FALSE")),
    _fault(
        "A6b",
        "win_flag the wrong way round",
        "in a game, in all three tables",
        PGS=changed(PGS, IN_GAME, win_flag="NOT win_flag"),
        TDGS=changed(TDGS, IN_GAME, win_flag="NOT win_flag"),
        TOGS=changed(TOGS, IN_GAME, win_flag="NOT win_flag"),
    ),
    _fault(
        "A7",
        "overtime ignored (240 for all)",
        "minutes and pace in both team tables",
        TDGS=changed(TDGS, overtime_periods="0", opponent_pace="opp_possessions"),
        TOGS=changed(TOGS, overtime_periods="0", team_minutes="240", pace="possessions"),
    ),
    _fault("A8", "attempts NULL", "fg_attempts of a date's players", PGS=changed(PGS, ON_DATE, fg_attempts="NULL")),
    _fault("A9", "rows doubled by a join", "team offence of a date", TOGS=doubled(TOGS, ON_DATE)),
    _fault("A10", "a table empty", "team offence", TOGS=NOTHING),
    _fault("A11", "a date missing from one table only", "player summaries", PGS=without(PGS, ON_DATE)),
    _fault(
        "A12",
        "a scale slip in usage",
        "shares for percentages, on a date",
        PGS=changed(PGS, ON_DATE, usage_rate="usage_rate / 100"),
    ),
    _fault(
        "A13",
        "possessions without offensive rebounds",
        "and what is divided by them, in both team tables",
        TDGS=f"""
            SELECT defence.* REPLACE (
                opp_possessions + offence.offensive_rebounds AS opp_possessions,
                ROUND(100 * points_allowed / (opp_possessions + offence.offensive_rebounds), 2) AS defensive_rating,
                ROUND((opp_possessions + offence.offensive_rebounds) * 240 / offence.team_minutes, 2) AS opponent_pace
            )
            FROM {TDGS} AS defence INNER JOIN {_OPPONENTS_OFFENCE}""",
        TOGS=f"""
            SELECT * REPLACE (
                possessions + offensive_rebounds AS possessions,
                ROUND(100 * points_scored / (possessions + offensive_rebounds), 2) AS offensive_rating,
                ROUND((possessions + offensive_rebounds) * 240 / team_minutes, 2) AS pace
            )
            FROM {TOGS}""",
    ),
]
