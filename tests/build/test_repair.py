"""Repairs: exactly what is wrong and what stands on it is built again, and the end is as if nothing had happened."""

import contextlib
import os
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny import Tiny, day

from nbhelpers import build, gates, lineage, survey
from nbhelpers.build import repairs
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.lineage import undo
from nbhelpers.sql import tables

CHAIN = (11, 19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39)
GAMES = (0, 2, 4, 6, 9, 14, 16)  # the days of the season on which BOS plays at LAL; factors begin on day 15
END = day(16)
OTHERS_DID = {  # what other tools, or a hand, may have done to the published tables
    "zeroed scores": "UPDATE nba_precompute.player_composite_factors SET opponent_strength_score = 0",
    "lost a date of team defence": f"DELETE FROM nba_analytics.team_defense_game_summary WHERE game_date = '{day(9)}'",
    "changed a player": f"UPDATE nba_analytics.player_game_summary SET points = 99 WHERE game_date = '{day(4)}'",
    "changed a box score": f"UPDATE nba_raw.bdl_player_boxscores SET points = 99 WHERE game_date = '{day(6)}'",
    "lost the failures": "DELETE FROM nba_processing.precompute_failures",
    "wrote on a day without games": f"""INSERT INTO nba_precompute.team_defense_zone_analysis
        SELECT * REPLACE (DATE '{day(15)}' AS analysis_date) FROM nba_precompute.team_defense_zone_analysis
        WHERE analysis_date = '{END}'""",
    "wrote a game that never was": """INSERT INTO nba_analytics.team_defense_game_summary
        SELECT * REPLACE ('20251021_MIA_CHI' AS game_id, 'MIA' AS defending_team_abbr)
        FROM nba_analytics.team_defense_game_summary WHERE game_date = '2025-10-21'""",
}


@pytest.fixture(autouse=True, scope="module")
def only_lineage():
    """Gates that ask one thing only: whether each partition was built from what is there now."""
    asked = gates.checks
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("nbhelpers.gates.audit.checks", lambda gate: [check for check in asked(gate) if check.name == "up_to_date"])
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory, only_lineage) -> Tiny:
    """A season of seven games, built and published up to the features."""
    tiny = Tiny(tmp_path_factory.mktemp("published"))
    for n in GAMES:
        tiny.play(day(n), "BOS", "LAL")
    tiny.store_schedule()
    run(tiny, "")
    return tiny


@pytest.fixture
def tiny(published, tmp_path) -> Tiny:
    """A copy of it, to change."""
    return published.copy(tmp_path)


def run(tiny: Tiny, repair: str, stop_before: int = 99, run_id: str = "run") -> dict[int, list[build.Built]]:
    """The chain as a run goes through it, killed before a step; what each step built."""
    tiny.warehouse.drop_staging()  # a run begins with a staging area of its own
    built = {number: go(tiny, number, repair, run_id) for number in CHAIN if number < stop_before}
    tiny.warehouse.drop_staging()
    return built


def go(tiny: Tiny, number: int, repair: str = "", run_id: str = "run") -> list[build.Built]:
    session = tiny.session(end=END, run_id=run_id)
    if number == tables.LOAD_STEP:
        tiny.stage_raw(session)
        return []
    if number % 10 == 9:
        gates.Audit(session, number).publish()
        return []
    return build.step(session, number, repair=repair)


def correct(tiny: Tiny, when: date, points: int = 2) -> None:
    """The source corrects a date: free throws that LAL1 has made."""
    for line in tiny.lines:
        if line["game_date"] == when and line["player_lookup"] == "lal1":
            line["points"] += points
            line["free_throws_made"] += points
            line["free_throws_attempted"] += points
        if line["game_date"] == when:
            line["home_team_score"] += points


def rebuilt(tiny: Tiny, built: dict[int, list[build.Built]]) -> dict[str, int]:
    return {one.output.short: one.dates_with_rows for step in built.values() for one in step if not one.is_as_published}


def differences_from_a_whole_build(tiny: Tiny) -> dict[str, list[date]]:
    session, found = tiny.session(end=END), {}
    tiny.warehouse.drop_staging()
    for number in (11, 20, 21, 22, 30, 31, 32, 33, 34):
        tiny.stage_raw(session) if number == 11 else build.compute(session, number)
    for one in (one for one in tables.outputs() if one.layer < 4):
        whole, there = session.warehouse.fingerprints(one, one.layer), session.warehouse.fingerprints(one)
        if unlike := [when for when in {*whole, *there} if whole.get(when) != there.get(when)]:
            found[one.name] = sorted(unlike)
    tiny.warehouse.drop_staging()
    return found


# a repaired date


def test_a_season_that_is_as_it_was_published_has_nothing_to_rebuild(tiny):
    built = run(tiny, build.WRONG, run_id="again")
    assert rebuilt(tiny, built) == {}
    assert build.describe(built[30]) == "Nothing to rebuild: TDZA, TDZA failures as published, audited and up to date."
    assert undo.diff(tiny.session(end=END), "again").empty


def test_a_corrected_date_is_rebuilt_with_the_dates_that_it_reaches_and_can_be_compared_and_taken_back(tiny):
    wanted = repairs.rebuild_plan(tiny.session(end=END), str(day(9)))
    assert (wanted.window.start_date, wanted.window.end_date) == (day(9), END)
    # The date itself is built again whatever it stands on; the analyses of days 14 and 16 see it in their windows.
    assert wanted.dirty == (
        "BOXSCORES 1 date, NBA_BOXSCORES 1 date, NBA_TEAM_BOXSCORES 1 date, SHOTS 1 date, PGS 1 date, TDGS 1 date, TOGS 1 date, "
        "TDZA 3 dates, PSZA 3 dates, PCF 3 dates, PDC 3 dates, MLFS 3 dates"
    )
    before = {one.name: tiny.warehouse.fingerprints(one) for one in tables.outputs()}
    correct(tiny, day(9))
    built = rebuilt(tiny, run(tiny, build.WRONG, run_id="repair"))
    # Nobody asked for the analyses of day 9 itself, which do not see its games.
    assert {short: dates for short, dates in built.items() if short in ("PGS", "TDGS", "TOGS", "TDZA")} == {
        "PGS": 1, "TDGS": 1, "TOGS": 1, "TDZA": 2,
    }  # fmt: skip
    assert differences_from_a_whole_build(tiny) == {}
    changed = undo.diff(tiny.session(end=END), "repair").set_index(["table", "date"])
    assert changed.loc[("PGS", day(9)), "changed"] == 10  # his points, and the share of the shots that each of his team took
    assert min(when for _, when in changed.index) == day(9)
    undo.undo(tiny.session(end=END), "repair")
    assert {one.name: tiny.warehouse.fingerprints(one) for one in tables.outputs()} == before
    assert repairs.wrong(tiny.session(end=END)) == {}


# Which of two box scores counts hangs on every column that both have: all that reads the lines of the day is computed
# anew for the day itself. It comes out as it was, but for the summaries, and reaches no other day.
OF_THE_DAY = {
    "PGS": 1, "TDGS": 1, "TOGS": 1, "PSZA": 0, "PSZA failures": 1, "PCF": 0, "PCF failures": 0, "PDC": 0, "PDC failures": 1,
    "MLFS": 0, "MLFS failures": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    "column, value, reaches",
    [
        ("jersey_number", "99", {}),
        ("plus_minus", 7, OF_THE_DAY),
        ("steals", 7, OF_THE_DAY),
        # A shot's place changes the zones of days 14 and 16, and the factors of day 16; no average of a season hangs on it.
        ("zone", "paint", {
            "PGS": 1, "TDGS": 1, "TOGS": 1, "TDZA": 2, "TDZA failures": 2, "PSZA": 0, "PSZA failures": 2, "PCF": 1, "PCF failures": 0,
        }),
    ],
)  # fmt: skip
def test_a_corrected_column_reaches_what_reads_it_and_nothing_else(tiny, column, value, reaches):
    rows = tiny.shots if column == "zone" else tiny.lines
    for row in [row for row in rows if row["game_date"] == day(9)]:
        row[column] = value
    built = rebuilt(tiny, run(tiny, build.WRONG))
    assert built == reaches
    assert differences_from_a_whole_build(tiny) == {}


def test_a_date_or_a_table_is_rebuilt_when_asked_for_though_nothing_is_wrong_with_it(tiny):
    assert rebuilt(tiny, run(tiny, str(day(9)))) == {
        "PGS": 1, "TDGS": 1, "TOGS": 1, "TDZA": 0, "TDZA failures": 1, "PSZA": 0, "PSZA failures": 1,
        "PCF": 0, "PCF failures": 0, "PDC": 0, "PDC failures": 1, "MLFS": 0, "MLFS failures": 0,
    }  # fmt: skip
    assert rebuilt(tiny, run(tiny, "team_offense_game_summary")) == {"TOGS": len(GAMES)}
    with pytest.raises(BadInput, match="no step writes a table called 'nonsense'"):
        go(tiny, 20, "nonsense")


# what others wrote


def test_the_plan_finds_what_others_wrote_and_a_repair_ends_clean(tiny):
    """The plan's scenarios, as other tools leave them: factors without their defence, and whatever else was done."""
    for deed in OTHERS_DID.values():
        tiny.execute(deed)
    tiny.execute("DELETE FROM nba_processing.partition_log WHERE table_name LIKE '%player_daily_cache'")  # never seen by a gate
    told = {(row.table.split(".")[1], row.first, row.reason) for row in survey.plan(tiny.session(end=END)).tables.itertuples()}
    assert told >= {
        ("bdl_player_boxscores", day(6), "changed since its gate passed it"),
        ("player_game_summary", day(4), "changed since its gate passed it"),
        ("team_defense_game_summary", day(0), "changed since its gate passed it"),  # a game that the schedule does not know
        ("team_defense_game_summary", day(9), "missing"),
        ("team_defense_zone_analysis", day(15), "contaminated: rows that are wrong, or on a date without games"),
        ("player_daily_cache", day(14), "foreign: no gate has passed these rows"),
        ("player_composite_factors", END, "contaminated: rows that are wrong, or on a date without games"),
    }
    assert rebuilt(tiny, run(tiny, build.WRONG))["PGS"] == 1
    assert all(row["opponent_strength_score"] > 0 for row in tiny.rows("PCF"))
    assert repairs.wrong(tiny.session(end=END)) == {}
    assert differences_from_a_whole_build(tiny) == {}


def test_rows_above_are_left_alone_where_a_repair_below_puts_back_what_they_were_built_from(tiny):
    tiny.execute(OTHERS_DID["changed a player"])
    assert rebuilt(tiny, run(tiny, build.WRONG)) == {"PGS": 1}


# any order


MANY = int(os.environ.get("RANDOM_ORDERS", 3))  # that many orders are tried, the same each time; ask for more by hand
DEEDS = st.one_of(
    st.tuples(st.just("run"), st.sampled_from(["", build.WRONG, str(day(6)), "PSZA"]), st.sampled_from([*CHAIN, 99])),
    st.tuples(st.just("by hand"), st.sampled_from(CHAIN), st.sampled_from(["", build.WRONG])),
    st.tuples(st.just("undo"), st.none(), st.none()),
    st.tuples(st.just("others"), st.sampled_from(sorted(OTHERS_DID)), st.none()),
    st.tuples(st.just("corrected"), st.sampled_from(GAMES), st.none()),
)


@settings(max_examples=MANY, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=2, max_size=4), is_published=st.booleans())
@example(deeds=[("corrected", 4, None), ("run", "wrong", 30), ("others", "zeroed scores", None), ("by hand", 39, "")], is_published=True)
@example(deeds=[("run", "", 34), ("corrected", 9, None), ("run", "wrong", 99), ("undo", None, None)], is_published=False)
def test_whatever_is_done_in_whatever_order_a_repair_ends_in_the_tables_of_one_clean_run(published, tmp_path_factory, deeds, is_published):
    tiny = published.copy(tmp_path_factory.mktemp("order"))
    if not is_published:
        tiny.warehouse.path.unlink()
        tiny.warehouse.create()
    for what, which, how in deeds:
        require_nothing_stale_published_by(do(tiny, what, which, how), tiny)
    run(tiny, build.WRONG)
    assert repairs.wrong(tiny.session(end=END)) == {}
    assert differences_from_a_whole_build(tiny) == {}


def do(tiny: Tiny, what: str, which, how) -> set[int]:
    """One deed of a random order; the layers that it published."""
    before = set(receipts(tiny))
    if what == "others":
        tiny.execute(OTHERS_DID[which])
    elif what == "corrected":
        correct(tiny, day(which))
    else:
        with contextlib.suppress(GateFailed, BadInput):  # refused, which is the point; nothing to undo
            if what == "undo":
                undo.undo(tiny.session(end=END), "run")
            elif what == "run":
                run(tiny, which, how)
            else:
                go(tiny, which, how)
    return {int(gate) // 10 for _, gate in set(receipts(tiny)) - before}


def receipts(tiny: Tiny) -> list[tuple[str, str]]:
    return [(row["receipt_id"], row["gate"]) for row in tiny.select("SELECT receipt_id, gate FROM nba_processing.gate_receipts")]


def require_nothing_stale_published_by(layers: set[int], tiny: Tiny) -> None:
    """What the gates of these layers have just published was computed from what is published below it."""
    session = tiny.session(end=END)
    log, contents = lineage.log_entries(session), lineage.Contents(session, 0)
    for output in (output for layer in layers for output in tables.layer_outputs(layer) if output.path):
        for when, (_, made_from) in lineage.input_fingerprints(session, output, contents).items():
            assert log[output.name, date.fromisoformat(when)]["inputs_fingerprint"] == made_from, (output.name, when)
