"""Faults of state: right rows in the wrong company, which only a record of what was built from what can show."""

from nbhelpers.drill.faults.fault import BOX, IN_GAME, OF_PLAYER, ON_DATE, PDC, PGS, TDGS, TDZA, TOGS, Fault, changed

_LAST_YEARS = {"season_year": "season_year - 1"}

STATE = [
    Fault(
        "S1",
        "an upstream partition changed after its downstream was built",
        39,
        "team defence of a date, published anew; nothing above it built again",
        published=(f"UPDATE {TDGS} SET defensive_rating = defensive_rating + 1 WHERE {ON_DATE}",),
        logged=("TDGS",),
        reader=40,
    ),
    Fault(
        "S1b",
        "raw lines changed after the summaries were built",
        39,
        "an assist more in a game, published anew; nothing above it built again",
        published=(f"UPDATE {BOX} SET assists = assists + 1 WHERE {IN_GAME} AND {OF_PLAYER}",),
        logged=("BOXSCORES",),
        reader=30,
    ),
    Fault(
        "S2",
        "a row edited by hand in a published table",
        39,
        "a rating in team defence, after its gate",
        published=(f"UPDATE {TDGS} SET defensive_rating = 99 WHERE {IN_GAME} AND defending_team_abbr = @team",),
        reader=30,
    ),
    Fault(
        "S2b",
        "a game deleted by hand before the window",
        39,
        "from team defence; the run begins on a later date",
        published=(f"DELETE FROM {TDGS} WHERE game_id = @earlier_game",),
        is_later_window=True,
        reader=30,
    ),
    Fault(
        "S2c",
        "a row edited by hand where nothing recomputes it",
        39,
        "a player's usage in PDC, on a date that is not sampled",
        published=(f"UPDATE {PDC} SET usage_rate_last_10 = 33.3 WHERE cache_date = @on AND {OF_PLAYER}",),
        reader=34,
    ),
    Fault(
        "S2d",
        "a raw row edited by hand",
        19,
        "an assist more for a player",
        published=(f"UPDATE {BOX} SET assists = assists + 1 WHERE {IN_GAME} AND {OF_PLAYER}",),
        reader=20,
    ),
    Fault(
        "S3",
        "two seasons mixed",
        29,
        "summaries of a date that say they are the season before's",
        {
            "PGS": changed(PGS, ON_DATE, **_LAST_YEARS),
            "TDGS": changed(TDGS, ON_DATE, **_LAST_YEARS),
            "TOGS": changed(TOGS, ON_DATE, **_LAST_YEARS),
        },
    ),
    Fault(
        "S3b",
        "two seasons mixed in raw lines",
        19,
        "a date's lines that say they are the season before's",
        {"BOXSCORES": changed(BOX, ON_DATE, **_LAST_YEARS)},
    ),
    Fault(
        "S4",
        "a partition built by other code",
        39,
        "team zones of a date",
        published=(
            "UPDATE nba_processing.partition_log SET code_version = 'another' "
            f"WHERE table_name = '{TDZA}' AND partition_date = @on",
        ),
        reader=40,
    ),
]
