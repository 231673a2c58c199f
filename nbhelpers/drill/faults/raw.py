"""Faults of the raw tables: what sources and loaders do.

What one box score alone gets wrong is put right by the other, and stops nothing; so what is to be stopped is in both.
"""

from nbhelpers.drill.faults.fault import (
    BOX,
    IN_GAME,
    NBA_BOX,
    NBA_TEAMS,
    NOTHING,
    ON_DATE,
    SCHEDULE,
    SHOTS,
    Fault,
    changed,
    doubled,
    every,
    without,
)

_OLDER_OBJECT = """CONCAT(
    'ball-dont-lie/boxscores/', CAST(@on AS STRING), '/', REPLACE(CAST(@on AS STRING), '-', ''), '_000000.json'
)"""
_EXCHANGED = "CASE zone WHEN 'paint' THEN 'mid_range' WHEN 'mid_range' THEN 'paint' END"
_LABELLED = "IF(zone = 'paint', 'Mid-Range', 'In The Paint (Non-RA)')"
_FIFTH_SHOOTER = "MOD(DENSE_RANK() OVER (PARTITION BY game_date ORDER BY person_id), 5) = 0"


def _box(number: str, title: str, planted: str, rows: str) -> Fault:
    return Fault(number, title, 19, planted, {"BOXSCORES": rows})


def _both(number: str, title: str, planted: str, where: str, **columns: str) -> Fault:
    """A fault of the lines in both sources."""
    return Fault(
        number, title, 19, planted, {"BOXSCORES": changed(BOX, where, **columns), "NBA_BOXSCORES": changed(NBA_BOX, where, **columns)}
    )


def _absent(where: str) -> dict[str, str]:
    """No line of either source."""
    tables = {"BOXSCORES": BOX, "NBA_BOXSCORES": NBA_BOX, "NBA_TEAM_BOXSCORES": NBA_TEAMS}
    return {short: without(table, where) for short, table in tables.items()}


def _shots(number: str, title: str, planted: str, rows: str) -> Fault:
    return Fault(number, title, 19, planted, {"SHOTS": rows})


RAW = [
    Fault("R1", "a date's box scores absent", 19, "no line of the date", _absent(ON_DATE)),
    Fault("R2", "one game of a date absent", 19, "no line of the game", _absent(IN_GAME)),
    _box(
        "R3",
        "a game loaded from a live snapshot",
        "status 3rd Qtr, period 3, the score of that moment",
        changed(
            BOX,
            IN_GAME,
            game_status="'3rd Qtr'",
            period="3",
            home_team_score="home_team_score - 25",
            away_team_score="away_team_score - 30",
        ),
    ),
    _box(
        "R4",
        "an older snapshot loaded over a newer",
        "final, but from before the league corrected assists and rebounds",
        changed(
            BOX,
            IN_GAME,
            assists="IF(did_play, assists + 1, assists)",
            rebounds="IF(did_play, rebounds + 1, rebounds)",
            source_file_path=_OLDER_OBJECT,
        ),
    ),
    _box("R5", "rows duplicated", "each line of a game twice", doubled(BOX, IN_GAME)),
    _box(
        "R6",
        "a game dated a day late",
        "its lines, a day after the schedule",
        changed(BOX, IN_GAME, game_date="CAST(DATE_ADD(game_date, INTERVAL 1 DAY) AS DATE)"),
    ),
    _box(
        "R7",
        "home and away swapped",
        "in a game, with their scores",
        changed(
            BOX,
            IN_GAME,
            home_team_abbr="away_team_abbr",
            away_team_abbr="home_team_abbr",
            home_team_score="away_team_score",
            away_team_score="home_team_score",
        ),
    ),
    _box(
        "R8", "DNP lines counted as played", "did_play true for all of a date", changed(BOX, ON_DATE, did_play="TRUE")
    ),
    _both("R9", "minutes lost", "0 for a game", IN_GAME, minutes_played="0.0"),
    _box(
        "R10",
        "a team code unknown",
        "XYZ for one team of a game",
        changed(BOX, f"{IN_GAME} AND team_abbr = @team", team_abbr="'XYZ'"),
    ),
    _box(
        "R11",
        "two players merged under one lookup",
        "all lines of one under the other's name",
        changed(BOX, "player_lookup = @other_player", player_lookup="@player"),
    ),
    _shots("R12", "a game's play-by-play absent", "no shot of the game", without(SHOTS, IN_GAME)),
    _shots(
        "R13",
        "zones NULL",
        "neither area nor place of a game's two-pointers",
        changed(
            SHOTS,
            f"{IN_GAME} AND shot_value = 2",
            zone="NULL",
            zone_basic="NULL",
            distance_ft="NULL",
            x_ft="NULL",
            y_ft="NULL",
        ),
    ),
    _shots(
        "R14",
        "a fifth of the shots lost",
        "every fifth of a game",
        f"SELECT * FROM {SHOTS} QUALIFY NOT ({IN_GAME} AND {every(5, 'game_id', 'action_number')})",
    ),
    _shots(
        "R15",
        "distance 0 for every missing coordinate",
        "a tenth of a date's shots, which therefore stand at the hoop",
        changed(
            SHOTS,
            f"{ON_DATE} AND {every(10, 'game_id', 'action_number')}",
            zone="IF(shot_value = 3, zone, 'paint')",
            zone_basic="NULL",
            distance_ft="0.0",
            x_ft="0.0",
            y_ft="0.0",
        ),
    ),
    _shots(
        "R15b",
        "distance 0 for the missing coordinates of twos",
        "a third of a game's two-pointers",
        changed(
            SHOTS,
            f"{IN_GAME} AND shot_value = 2 AND {every(3, 'game_id, shot_value', 'action_number')}",
            zone="'paint'",
            zone_basic="NULL",
            distance_ft="0.0",
            x_ft="0.0",
            y_ft="0.0",
        ),
    ),
    _shots(
        "R16",
        "names that no longer match",
        "every fifth shooter of a date is nobody's",
        changed(SHOTS, f"{ON_DATE} AND {_FIFTH_SHOOTER}", player_lookup="NULL"),
    ),
    Fault(
        "R17",
        'schedule stuck on "scheduled"',
        19,
        "all games of a date; one of them was therefore never fetched",
        {
            "SCHEDULE": changed(SCHEDULE, ON_DATE, game_status="1", home_score="NULL", away_score="NULL"),
            "SHOTS": without(SHOTS, IN_GAME),
        }
        | _absent(IN_GAME),
    ),
    Fault("R18", "schedule empty", 19, "no game in it", {"SCHEDULE": NOTHING}),
    Fault(
        "R19",
        "a postponed game left on the slate",
        19,
        "of two idle teams, never played, not said to be postponed",
        {
            "SCHEDULE": f"""
                SELECT * FROM {SCHEDULE}
                UNION ALL
                SELECT * REPLACE (
                    '0022599999' AS nba_game_id, CONCAT('planted_', @idle_away, '_', @idle_home) AS game_id,
                    @idle_home AS home_team_abbr, @idle_away AS away_team_abbr,
                    1 AS game_status, NULL AS home_score, NULL AS away_score
                )
                FROM {SCHEDULE} WHERE {IN_GAME}"""
        },
    ),
    _both(
        "R20",
        "both box scores contradict themselves",
        "a rebound too many for all of a game",
        IN_GAME,
        rebounds="IF(did_play, rebounds + 1, rebounds)",
    ),
    _both(
        "R21",
        "a statistic below zero",
        "steals of a game's home team, in both box scores",
        f"{IN_GAME} AND team_abbr = @team",
        steals="-1",
    ),
    _both(
        "R22",
        "a player under a second name",
        "from a date on, in both box scores",
        "player_lookup = @player AND game_date >= @on",
        player_lookup="CONCAT(player_lookup, 'jr')",
    ),
    _shots(
        "R23",
        "zones of a date exchanged",
        "paint and mid-range of all its twos, label and all",
        changed(
            SHOTS, f"{ON_DATE} AND shot_value = 2", zone=_EXCHANGED, zone_basic=_LABELLED, distance_ft="NULL", x_ft="NULL", y_ft="NULL"
        ),
    ),
    _shots(
        "R24",
        "shots on somebody else's account",
        "every third of a game's home team is one player's of another team",
        changed(
            SHOTS,
            f"{IN_GAME} AND team_abbr = @team AND {every(3, 'game_id, team_abbr', 'action_number')}",
            player_lookup="@other_player",
        ),
    ),
    _shots(
        "R25",
        "zones that do not follow from their labels",
        "every tenth two of a game",
        changed(SHOTS, f"{IN_GAME} AND shot_value = 2 AND {every(10, 'game_id, shot_value', 'action_number')}", zone=_EXCHANGED),
    ),
    Fault(
        "R26",
        "a regular game taken for the Cup final",
        19,
        "its kind and its flag, not its id",
        {"SCHEDULE": changed(SCHEDULE, IN_GAME, game_type="'cup_final'", is_official="FALSE")},
    ),
    Fault(
        "R27",
        "a date without any official record",
        19,
        "no box score of the NBA's",
        {"NBA_BOXSCORES": without(NBA_BOX, ON_DATE), "NBA_TEAM_BOXSCORES": without(NBA_TEAMS, ON_DATE)},
    ),
    Fault(
        "R28",
        "an official record without its totals",
        19,
        "of a game's home team",
        {"NBA_TEAM_BOXSCORES": without(NBA_TEAMS, f"{IN_GAME} AND team_abbr = @team")},
    ),
]
