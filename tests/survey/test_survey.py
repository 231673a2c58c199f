"""The survey: every table's every date is judged, and a gap, a contamination and a bootstrap are never one thing."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiny import Tiny, day

from nbhelpers import build, gates, survey
from nbhelpers.build import repairs
from nbhelpers.charts import looks
from nbhelpers.gates import checklist
from nbhelpers.lineage import overrides, reach


@pytest.fixture(autouse=True)
def no_checks(monkeypatch):
    """Gates that publish whatever is staged: what they ask is not the point here."""
    monkeypatch.setattr("nbhelpers.gates.audit.checks", lambda gate: [])


@pytest.fixture
def tiny(season, tmp_path) -> Tiny:
    """A season that a test may spoil."""
    return season.copy(tmp_path)


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on days 0, 2, 4 and in a Cup final on day 6, published up to the analytics."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in (0, 2, 4):
        tiny.play(day(n), "BOS", "LAL")
    tiny.play(day(6), "BOS", "LAL", kind="cup_final", shots=False)
    tiny.store_schedule()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("nbhelpers.gates.audit.checks", lambda gate: [])
        tiny.stage_raw(tiny.session(end=day(7)))
        publish(tiny, 19)
        for step in (20, 21, 22):
            build.step(tiny.session(end=day(7)), step)
        publish(tiny, 29)
    return tiny


def publish(tiny: Tiny, gate: int) -> None:
    gates.Audit(tiny.session(end=day(7)), gate).publish()


def judged(tiny: Tiny, column: str = "state", **how) -> dict[str, dict[int, str]]:
    """The state, or another column, of each table's dates by the day of the season."""
    cells = survey.coverage(tiny.session(end=day(7)), **how)
    assert set(cells.state) <= set(looks.STATES)
    found: dict[str, dict[int, str]] = {}
    for row in cells.to_dict("records"):
        found.setdefault(row["table"], {})[(row["date"] - day(0)).days] = row[column]
    return found


WHOLE = {
    0: "present",
    1: "no games",
    2: "present",
    3: "no games",
    4: "present",
    5: "no games",
    6: "present",
    7: "no games",
}


def test_what_is_published_audited_and_whole_is_present(tiny):
    found = judged(tiny)
    for short in ("SCHEDULE", "BOXSCORES", "PGS", "TDGS", "TOGS"):
        assert found[short] == WHOLE
    assert found["SHOTS"] == WHOLE | {6: "no games"}  # the Cup final has no play-by-play: nothing is due


def test_what_is_not_there_is_a_gap_until_its_time_has_come(tiny):
    found = judged(tiny)
    assert found["TDZA"][4] == found["PDC"][4] == "gap"
    assert found["PCF"][4] == found["MLFS"][4] == "bootstrap"  # before the factor start nothing is due
    build.step(tiny.session(end=day(7)), 30)
    assert judged(tiny, step=30)["TDZA"][4] == "bootstrap"
    assert judged(tiny, "note", step=30)["TDZA"][4] == "30 fail for a reason that is recorded"


def test_a_game_that_is_missing_from_a_date_is_a_gap_with_its_count(tiny):
    tiny.play(day(2), "MIA", "CHI")
    tiny.store_schedule()
    assert judged(tiny, step=29)["PGS"] == WHOLE | {2: "gap"}
    assert judged(tiny, "note", step=29)["PGS"][2] == "1 of 2 games"


@pytest.mark.parametrize("wrong", ["NULL", "0"])
def test_a_wrong_value_is_a_contamination_and_not_a_gap(tiny, wrong):
    tiny.execute(
        f"""UPDATE nba_analytics.team_defense_game_summary SET opp_paint_attempts = {wrong}
        WHERE game_date = '2025-10-23'"""
    )
    assert judged(tiny, step=29)["TDGS"] == WHOLE | {2: "contaminated"}
    assert judged(tiny, "note", step=29)["TDGS"][2] == "opp_paint_attempts: 2 rows wrong"
    found = survey.contamination(tiny.session(end=day(7)))
    mine = found[(found.table == "TDGS") & (found.date == day(2))]
    assert mine.to_dict("records") == [
        {"table": "TDGS", "field": "opp_paint_attempts", "date": day(2), "valid": 0, "total": 2}
    ]  # fmt: skip


def test_rows_that_no_gate_has_passed_or_that_have_changed_since_are_unaudited(tiny):
    tiny.execute("UPDATE nba_analytics.player_game_summary SET points = 99 WHERE game_date = '2025-10-25'")
    assert judged(tiny, step=29)["PGS"] == WHOLE | {4: "unaudited"}
    assert judged(tiny, "note", step=29)["PGS"][4] == "changed since its gate passed it"
    tiny.execute("DELETE FROM nba_processing.gate_receipts WHERE gate = '29'")
    assert judged(tiny, step=29)["TDGS"] == {n: state.replace("present", "unaudited") for n, state in WHOLE.items()}


def test_what_was_computed_from_what_has_changed_is_stale_and_only_that(tiny):
    tiny.execute("UPDATE nba_raw.nbac_shots SET player_lookup = NULL WHERE game_date = '2025-10-23'")
    found = judged(tiny, with_lineage=True)
    assert found["SHOTS"][2] == "unaudited"
    assert found["PGS"] == WHOLE | {2: "stale"}
    assert found["TDGS"] == found["TOGS"] == WHOLE  # they read the team of a shot, and no player
    assert judged(tiny, step=29)["PGS"] == WHOLE  # without asking for it
    tiny.execute("UPDATE nba_raw.bdl_player_boxscores SET turnovers = 9 WHERE game_date = '2025-10-23'")
    found = judged(tiny, with_lineage=True)
    assert found["TDGS"] == found["TOGS"] == WHOLE | {2: "stale"}
    tiny.execute("UPDATE nba_raw.bdl_player_boxscores SET source_file_path = 'elsewhere' WHERE game_date = '2025-10-25'")
    found = judged(tiny, with_lineage=True)
    assert found["BOXSCORES"] == WHOLE | {2: "unaudited", 4: "unaudited"}
    assert found["PGS"] == found["TDGS"] == WHOLE | {2: "stale"}  # nobody reads it


def test_what_stands_on_an_accepted_failure_is_tainted_and_the_rest_is_not(tiny):
    tiny.execute("""UPDATE nba_processing.partition_log SET tainted_by = 'mirror: known'
        WHERE partition_date = '2025-10-23' AND table_name LIKE '%player_game_summary'""")
    found = judged(tiny, step=29)
    assert (found["PGS"], found["TDGS"]) == (WHOLE | {2: "tainted"}, WHOLE)
    assert judged(tiny, "note", step=29)["PGS"][2] == "mirror: known"


def test_a_step_sees_its_own_layer_with_what_is_staged(tiny):
    tiny.execute("DELETE FROM nba_analytics.player_game_summary WHERE game_date = '2025-10-23'")
    assert judged(tiny, step=20)["PGS"] == WHOLE | {2: "gap"}
    build.step(tiny.session(end=day(7)), 20)
    assert judged(tiny, step=20)["PGS"] == WHOLE
    assert judged(tiny, step=30)["TDGS"] == WHOLE


def test_a_step_looks_at_what_it_reads_and_writes_and_a_gate_at_its_layer(tiny):
    def looked_at(step: int) -> list[str]:
        return list(dict.fromkeys(survey.coverage(tiny.session(end=day(7)), step=step).table))

    assert looked_at(30) == ["SCHEDULE", "TDGS", "TDZA"]
    assert looked_at(29) == ["PGS", "TDGS", "TOGS"]


def test_without_a_key_the_plan_asks_nothing_of_balldontlie_and_nobody_for_what_is_accepted(tiny, monkeypatch):
    monkeypatch.delenv("BALLDONTLIE_API_KEY", raising=False)
    tiny.accept_gap("20251023_BOS_LAL")
    work = survey.plan(tiny.session(end=day(7)))
    assert work.fetch == "To fetch: the schedule, the NBA's box scores of 4 games, play-by-play of 2 games."


def test_the_plan_names_what_to_fetch_and_what_to_build_and_why(tiny, monkeypatch):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", "a-key")
    tiny.execute("DELETE FROM nba_analytics.team_offense_game_summary WHERE game_date = '2025-10-23'")
    work = survey.plan(tiny.session(end=day(7)))
    assert (
        work.fetch
        == "To fetch: the schedule, the NBA's box scores of 4 games, BallDontLie's of 4 dates (1 min at 5 requests a minute), "
        "play-by-play of 3 games."
    )
    told = {
        row.table.split(".")[1]: (row.step, row.dates, row.first, row.last, row.reason)
        for row in work.tables.itertuples()
    }
    assert told["team_offense_game_summary"] == (22, 1, day(2), day(2), "missing")
    assert told["team_defense_zone_analysis"] == (30, 4, day(0), day(6), "missing")
    assert "player_game_summary" not in told and "player_composite_factors" not in told
    assert str(work).startswith(f"{work.fetch} To build: 4 tables, ")


def test_without_a_stored_schedule_the_survey_says_that_it_does_not_know_what_is_due(tmp_path):
    tiny = Tiny(tmp_path)
    tiny.settings.bucket.mkdir()
    session = tiny.session(end=day(1))
    assert survey.slate(session) is None
    assert (
        survey.plan(session).fetch
        == "No schedule is stored yet: 10 fetches it, and what 2025-10-21 to 2025-10-22 lacks."
    )
    cells = survey.coverage(session)
    assert set(cells.expected.dropna()) == set()
    assert set(cells[cells.table == "PGS"].state) == {"gap"}


def test_a_postponed_game_is_not_due(tiny):
    tiny.postpone(day(5), "BOS", "LAL")
    tiny.store_schedule()
    assert judged(tiny, step=29)["PGS"] == WHOLE


def test_a_repaired_date_dirties_the_windows_that_hold_it(tiny):
    # The day itself in every table; the analyses of the two slate dates after it.
    assert repairs.rebuild_plan(tiny.session(end=day(7)), str(day(2))).dirty == (
        "BOXSCORES 1 date, NBA_BOXSCORES 1 date, NBA_TEAM_BOXSCORES 1 date, SHOTS 1 date, PGS 1 date, TDGS 1 date, TOGS 1 date, "
        "TDZA 3 dates, PSZA 3 dates, PCF 3 dates, PDC 3 dates, MLFS 3 dates"
    )
    assert repairs.rebuild_plan(tiny.session(end=day(7)), str(day(7))).dirty == ""


def test_failures_are_counted_against_those_that_must_fail(tiny):
    build.step(tiny.session(end=day(7)), 30)
    found = survey.failures(tiny.session(end=day(7)), layer=3)
    zones = found[(found.processor == "TDZA") & (found.date == day(4))]
    assert zones[["expected", "actual", "listed"]].to_numpy().tolist() == [[30, 30, 30]]
    caches = found[(found.processor == "PDC") & (found.date == day(4))]
    assert caches[["expected", "actual", "listed"]].to_numpy().tolist() == [[20, 0, 20]]  # not built yet
    assert survey.failure_categories(tiny.session(end=day(7))).empty  # nothing of it is published


def test_only_the_dates_of_the_window_are_judged(tiny):
    cells = survey.coverage(tiny.session(start=day(4), end=day(6)))
    assert set(cells.date) == {day(4), day(5), day(6)}


def test_a_game_accepted_as_missing_is_named_in_the_plan_the_checklist_and_on_every_chart(tiny):
    tiny.accept_gap("20251023_BOS_LAL")
    tiny.accept_gap("20241023_BOS_LAL")  # of another season
    run = tiny.session(end=day(7))
    line = "20251023_BOS_LAL play by play accepted as missing by a test on 2026-01-01: lost"
    assert str(survey.plan(run)).splitlines()[0] == f"Accepted: {line}."
    assert overrides.marks(run) == ["1 accepted gap"]
    answered = checklist.answers(run, survey.coverage(run)).set_index("item").loc["Games accepted as missing"]
    assert tuple(answered) == ("noted", "20251023_BOS_LAL play_by_play: lost")


def test_a_gap_accepted_for_a_game_that_the_schedule_does_not_know_is_said_to_excuse_nothing(tiny):
    for game in ("20251023_LAL_BOS", "Lakers at Boston"):
        tiny.accept_gap(game)
    told = str(survey.plan(tiny.session(end=day(7)))).splitlines()[:2]
    assert [line.partition(" play")[0] for line in told] == ["Accepted: 20251023_LAL_BOS", "Accepted: Lakers at Boston"]
    assert all(line.endswith("lost (the schedule has no such game: it excuses nothing).") for line in told)


def test_a_date_that_lost_its_rows_and_kept_some_failures_is_a_gap_and_not_a_bootstrap(tiny):
    run = tiny.session(end=day(7))
    for step in (30, 31, 33):
        build.step(run, step)
    publish(tiny, 39)
    assert judged(tiny)["PSZA"][4] == "bootstrap"  # nobody has ten games: each fails, and is recorded
    tiny.execute("DELETE FROM nba_processing.precompute_failures WHERE processor_name = 'PSZA' AND entity_id LIKE 'lal%'")
    assert judged(tiny)["PSZA"][4] == "gap"
    assert judged(tiny, "note")["PSZA"][4] == "no rows, and 10 of 20 fail for a reason that is recorded"


def test_predictions_that_nobody_asked_for_are_optional_and_not_missing(tiny):
    run = tiny.session(start=day(14), end=day(16))
    tiny.play(day(16), "BOS", "LAL")
    tiny.store_schedule()
    cells = survey.coverage(run)
    assert set(cells.state[cells.table == "PREDICTIONS"]) <= {"optional", "bootstrap", "no games"}
    assert "optional" in set(cells.state[cells.table == "PREDICTIONS"])
    work = survey.plan(run)
    assert "nba_predictions.player_prop_predictions" not in set(work.tables.table)
    assert "Optional, not run: nba_predictions.player_prop_predictions (--with-predictions)." in str(work)
    summaries = survey.table_summaries(run).set_index("table").coverage
    assert summaries["PREDICTIONS"] == "optional, not run"
    assert "PREDICTIONS" not in repairs.rebuild_plan(run).dirty


def test_predictions_that_were_published_and_are_gone_are_missing(tiny):
    run = tiny.session(start=day(14), end=day(16))
    tiny.play(day(16), "BOS", "LAL")
    tiny.store_schedule()
    at = "TIMESTAMP '2026-01-01 00:00:00'"
    tiny.execute(f"INSERT INTO nba_processing.gate_receipts VALUES ('r1', '49', 'r', '2025-26', '{day(0)}', '{day(16)}', 'x', '[]', {at}, NULL)")
    tiny.execute(
        f"INSERT INTO nba_processing.partition_log VALUES ('nba_predictions.player_prop_predictions', '', '{day(16)}', 20, 'f', 'i', "
        f"'{day(0)}', 'c', NULL, 'r1', 'r', {at})"
    )
    cells = survey.coverage(run)
    assert set(cells.state[(cells.table == "PREDICTIONS") & (cells.date == day(16))]) == {"gap"}


def test_a_game_that_one_source_has_is_no_gap_in_the_other_ones_table(tiny):
    cells = survey.coverage(tiny.session()).set_index(["table", "date"])
    assert [cells.state[table, day(4)] for table in ("BOXSCORES", "NBA_BOXSCORES")] == ["present", "one source"]
    assert cells.note["NBA_BOXSCORES", day(4)] == "0 of 1 games: the other source's box scores count"


def test_a_game_that_neither_source_has_is_a_gap_in_both_tables(tiny):
    tiny.execute(f"DELETE FROM nba_raw.bdl_player_boxscores WHERE game_date = '{day(4)}'")
    cells = survey.coverage(tiny.session()).set_index(["table", "date"])
    assert [cells.state[table, day(4)] for table in ("BOXSCORES", "NBA_BOXSCORES", "NBA_TEAM_BOXSCORES")] == ["gap"] * 3


WINDOWS = [f"SELECT DISTINCT analysis_date, game_date FROM {view}" for view in reach._WINDOWS.values()]
EDITS = {
    "a line less": "DELETE FROM nba_raw.bdl_player_boxscores WHERE game_date = DATE '{}' AND player_lookup = 'lal1'",
    "a line that nobody played": "UPDATE nba_raw.bdl_player_boxscores SET did_play = FALSE WHERE game_date = DATE '{}' AND team_abbr = 'BOS'",
    "no official lines": "DELETE FROM nba_raw.nbac_player_boxscores WHERE game_date = DATE '{}'",
    "a game postponed": "UPDATE nba_raw.nbac_schedule SET is_postponed = TRUE WHERE game_date = DATE '{}'",
    "a game moved": "UPDATE nba_raw.nbac_schedule SET game_date = game_date + INTERVAL 1 DAY, "
    "game_id = STRFTIME(game_date + INTERVAL 1 DAY, '%Y%m%d') || SUBSTR(game_id, 9) WHERE game_date = DATE '{}'",
    "no zones": "UPDATE nba_analytics.player_game_summary SET has_shot_zones = FALSE WHERE game_date = DATE '{}'",
    "no summaries": "DELETE FROM nba_analytics.team_defense_game_summary WHERE game_date = DATE '{}'",
    "a gap accepted": "INSERT INTO nba_processing.accepted_gaps SELECT game_id, 'box_score', 'x', 'x', TIMESTAMP '2026-01-01' "
    "FROM nba_raw.nbac_schedule WHERE game_date = DATE '{}' AND game_id NOT IN (SELECT game_id FROM nba_processing.accepted_gaps)",
    "a failure": "INSERT INTO nba_processing.precompute_failures BY NAME SELECT 'PSZA' AS processor_name, DATE '{}' AS analysis_date, "
    "'x' AS entity_id, 'x' AS run_id, 'x' AS failure_category, 'x' AS failure_reason, FALSE AS can_retry, TIMESTAMP '2026-01-01' AS created_at",
}
WINDOW_OF = st.tuples(st.sampled_from([0, 1]), st.sampled_from([4, 6, 7]))  # its first and its last day


@example([("a game moved", 4, (0, 4)), ("a failure", 0, (0, 6))])
@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.sampled_from([0, 2, 4, 6]), WINDOW_OF), max_size=3))
def test_what_is_known_of_the_dates_before_a_change_is_what_a_query_of_all_of_them_gives(season, tmp_path_factory, edits):
    tiny = season.copy(tmp_path_factory.mktemp("edited"))
    for edit, when, (start, end) in [("", 0, (0, 7)), *edits]:
        if edit:
            tiny.execute(EDITS[edit].format(day(when)))
        session = tiny.session(start=day(start), end=day(end))
        for texts, column in ((survey.coverage_queries(), "day"), (WINDOWS, "analysis_date")):
            for text, known in zip(texts, session.query_all_once(texts, by_date=column), strict=True):
                order = list(known.columns)
                plain = session.query(text).sort_values(order, ignore_index=True)
                assert known.sort_values(order, ignore_index=True).astype(object).equals(plain.astype(object)), text
