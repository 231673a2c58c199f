"""What a gate does with its checks' answers: show, then stop and leave everything, or publish with a receipt."""

import inspect
import json
from datetime import date, timedelta

import duckdb
import pandas as pd
import pytest
from tiny import SEASON, Tiny, checks_of, day, output

from nbhelpers import build, charts, gates, lineage
from nbhelpers.errors import BadInput, Broken, GateFailed, Locked
from nbhelpers.gates import freshness
from nbhelpers.gates.check import IN_PYTHON
from nbhelpers.gates.finding import Count
from nbhelpers.isolation import package_digest
from nbhelpers.sql import dialect, files, tables
from nbhelpers.sql.thresholds import THRESHOLDS
from nbhelpers.warehouse.duckdb import writer_lock

FINE = (
    "SELECT game_date, game_id AS member, TRUE AS is_examined, CAST(NULL AS STRING) AS problem FROM views.slate_games"
)
EMPTY = f"{FINE} WHERE FALSE"
ONE_BAD = FINE.replace("CAST(NULL AS STRING)", "IF(game_date = @end_date, 'wrong', NULL)")
UNSEEN = FINE.replace("TRUE AS", "game_date < @end_date AS")


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on two days, staged as step 11 leaves them."""
    season = Tiny(tmp_path_factory.mktemp("season"))
    season.play(day(0), "BOS", "LAL")
    season.play(day(1), "BOS", "LAL")
    season.stage_raw(season.session())
    return season


@pytest.fixture
def tiny(season, tmp_path) -> Tiny:
    """A season that a test may spoil."""
    return season.copy(tmp_path)


@pytest.fixture
def ask(monkeypatch):
    """Puts these questions in place of a gate's own."""

    def ask(*checks: gates.Check) -> None:
        monkeypatch.setattr("nbhelpers.gates.audit.checks", lambda gate: list(checks))

    return ask


def check(
    sql: str | pd.DataFrame, severity: str = "fail", name: str = "a_check", from_factor_start: bool = False
) -> gates.Check:
    return gates.Check(
        name,
        severity,
        "Is all well?",
        "games",
        "it matters",
        "do this",
        "factor_start" if from_factor_start else "games",
        lambda *of_the_audit: sql,
    )


def finding(tiny: Tiny, sql: str | pd.DataFrame, **of_the_check) -> gates.Finding:
    return gates.Audit(tiny.session(), 19).examine(check(sql, **of_the_check))


def publish(tiny: Tiny, gate: int = 19, run_id: str = "tiny", last: int = 1, **more) -> str:
    return gates.Audit(tiny.session(end=day(last), run_id=run_id), gate, **more).publish()


def everything(tiny: Tiny) -> dict:
    """All that is published, and all that is staged."""
    told = {table: tiny.select(f"SELECT * FROM {table} ORDER BY ALL") for table in tables.schema()}
    staging = {path.name: path.read_bytes() for path in sorted(tiny.warehouse.staging.glob("*.parquet"))}
    return told | staging


# Verdicts.


def test_a_check_passes_when_every_member_was_examined_and_none_is_wrong(tiny):
    found = finding(tiny, FINE)
    assert (found.verdict, found.expected, found.examined, found.offending, found.bad_dates) == ("pass", 2, 2, 0, [])
    assert str(found) == "a_check: pass, examined 2 of 2 games"
    assert found.offenders.empty


def test_a_member_that_was_not_examined_fails_even_where_nothing_wrong_was_found(tiny):
    found = finding(tiny, UNSEEN)
    assert (found.verdict, found.expected, found.examined, found.bad_dates) == ("fail", 2, 1, [day(1)])
    assert found.offenders.to_dict("records") == [
        {"game_date": day(1), "member": "20251022_BOS_LAL", "problem": "not examined"}
    ]  # fmt: skip


def test_a_member_of_whom_nobody_knows_whether_he_was_examined_was_not(tiny):
    assert finding(tiny, FINE.replace("TRUE AS", "CAST(NULL AS BOOL) AS")).verdict == "fail"


def test_nothing_to_examine_is_never_a_pass(tiny):
    found = finding(tiny, EMPTY)
    assert (found.verdict, found.expected) == ("fail", 0)
    assert str(found) == "a_check: fail, examined 0 of 0 games: nothing to examine is never a pass"


def test_one_bad_date_fails_the_check_however_many_are_good(tiny):
    found = finding(tiny, ONE_BAD)
    assert found.counts == (Count(day(0), 1, 1, 0), Count(day(1), 1, 1, 1))
    assert str(found) == "a_check: fail, examined 2 of 2 games, 1 not as they should be, on 2025-10-22"
    assert found.offenders.problem.tolist() == ["wrong"]


def test_the_answer_is_the_same_whether_it_is_found_in_sql_or_in_python(tiny):
    for sql in (FINE, EMPTY, ONE_BAD, UNSEEN):
        members = tiny.warehouse.query(sql, tiny.session().parameters(), layer=1)
        one, other = finding(tiny, sql), finding(tiny, members)
        assert str(one) == str(other)
        assert one.offenders.to_dict("records") == other.offenders.to_dict("records")


@pytest.mark.parametrize(("severity", "words"), [("warn", "2 warned"), ("plan", "2 of the plan's own not")])
def test_a_warning_and_the_plans_own_check_say_so_and_do_not_stop(tiny, ask, severity, words):
    ask(check(FINE), check(ONE_BAD, severity, "two"), check(EMPTY, severity, "three"))
    assert publish(tiny).startswith(f"Gate 19 passed, 1 of 3 checks clean, {words}. Published SCHEDULE 2 rows on 2 dates")
    [receipt] = tiny.select("SELECT * FROM nba_processing.gate_receipts")
    assert checks_of(receipt) == {"a_check": "pass", "two": severity, "three": severity}


def test_before_the_factor_start_a_check_of_what_begins_there_is_not_due_and_does_not_stop(tiny, ask):
    ask(check(FINE), check(EMPTY, name="factors", from_factor_start=True))
    audit = gates.Audit(tiny.session(), 19)
    [_, factors] = audit.run()
    assert (factors.verdict, str(factors)) == (
        "not due", "factors: not due, examined nothing: no game of the window is at or after the factor start",
    )  # fmt: skip
    assert audit.publish().startswith("Gate 19 passed, 1 of 1 checks clean, 1 not due yet.")


def test_from_the_factor_start_on_the_same_check_is_due(tiny):
    tiny.play(SEASON.factor_start, "BOS", "LAL")
    tiny.stage_raw(tiny.session(end=SEASON.factor_start))
    session = tiny.session(end=SEASON.factor_start)
    assert gates.Audit(session, 19).examine(check(EMPTY, from_factor_start=True)).verdict == "fail"


def test_a_check_whose_query_breaks_is_no_pass(tiny, ask):
    ask(check(FINE), check("SELECT nothing_of_that_name FROM views.slate_games", name="broken"))
    before = everything(tiny)
    with pytest.raises(duckdb.Error):
        publish(tiny)
    assert everything(tiny) == before


def test_checks_that_no_cell_has_shown_are_run_before_publishing(tiny, ask):
    ask(check(FINE), check(ONE_BAD, name="not_shown"))
    audit = gates.Audit(tiny.session(), 19)
    assert audit.evidence("a_check").verdict.tolist() == ["pass"]
    with pytest.raises(GateFailed, match="not_shown"):
        audit.publish()


def test_the_evidence_is_a_line_a_check_with_an_example(tiny, ask):
    ask(check(ONE_BAD), check(FINE, name="two"))
    told = gates.Audit(tiny.session(), 19).evidence("a_check", "two").reset_index(names="check").to_dict("records")
    assert told == [
        {"check": "a_check", "question": "Is all well?", "verdict": "fail", "examined": "2 of 2 games", "offending": 1, "dates": "2025-10-22",
         "for example": "20251022_BOS_LAL: wrong"},
        {"check": "two", "question": "Is all well?", "verdict": "pass", "examined": "2 of 2 games", "offending": 0, "dates": "", "for example": ""},
    ]  # fmt: skip


def test_the_matrix_has_every_check_on_every_date_of_its_population(tiny, ask):
    ask(check(ONE_BAD), check(FINE, "warn", "two"))
    told = gates.Audit(tiny.session(), 19).matrix().values.tolist()
    assert told == [
        ["a_check", "fail", day(0), "pass", 1, 1, 0], ["a_check", "fail", day(1), "fail", 1, 1, 1],
        ["two", "warn", day(0), "pass", 1, 1, 0], ["two", "warn", day(1), "pass", 1, 1, 0],
    ]  # fmt: skip


def test_verdicts_are_those_of_the_audit_with_nobody_named(tiny, ask):
    tiny.play(day(0), "BOS", "LAL")
    one = "SELECT DATE '2025-10-21' AS game_date, 'a' AS member, {} AS is_examined, {} AS problem"
    ask(
        check(one.format("TRUE", "CAST(NULL AS STRING)"), name="well"), check(one.format("TRUE", "'bad'"), name="bad"),
        check(one.format("FALSE", "CAST(NULL AS STRING)"), name="unseen"), check(one.format("TRUE", "'bad'"), "warn", "warned"),
    )  # fmt: skip
    audit = gates.Audit(tiny.session(), 19)
    assert audit.verdicts() == {"well": "pass", "bad": "fail", "unseen": "fail", "warned": "warn"}
    assert audit.verdicts() == {found.check.name: found.verdict for found in audit.run()}


def test_a_warning_does_not_look_like_a_failure_in_the_matrix(tiny, ask):
    ask(check(ONE_BAD, "warn"), check(ONE_BAD, "plan", "two"), check(ONE_BAD, name="three"))
    matrix = gates.Audit(tiny.session(), 19).matrix()
    assert matrix[matrix.date == day(1)].verdict.tolist() == ["warn", "warn", "fail"]


OVER_RANGE = FINE.replace("game_date,", "CAST(NULL AS DATE) AS game_date,", 1).replace("CAST(NULL AS STRING)", "'a third is missing'")


def test_what_is_wrong_over_the_whole_range_is_said_of_the_range_and_of_no_date(tiny, ask):
    ask(check(FINE), check(f"{FINE} UNION ALL {OVER_RANGE}", name="two"))
    audit = gates.Audit(tiny.session(), 19)
    [_, two] = audit.run()
    assert (two.verdict, two.bad_dates, two.when) == ("fail", [], "over the whole range")
    assert str(two) == "two: fail, examined 4 of 4 games, 2 not as they should be, over the whole range"
    assert audit.matrix()[["check", "date", "verdict", "offending"]].values.tolist()[2:] == [
        ["two", day(0), "pass", 0], ["two", day(1), "pass", 0], ["two", None, "fail", 2],
    ]  # fmt: skip
    assert charts.checks(audit.matrix())  # which has no place on its axis for what has no date
    with pytest.raises(GateFailed) as stopped:
        audit.publish()
    assert str(stopped.value).startswith("Gate 19 stops: 1 of 2 checks fail.\n")
    assert "\n  20251021_BOS_LAL: a third is missing" in str(stopped.value)


def test_a_warning_that_could_look_at_nothing_of_a_date_is_a_failure(tiny, ask):
    assert finding(tiny, UNSEEN, severity="warn").verdict == "fail"  # the second day's only game was not seen
    assert finding(tiny, UNSEEN.replace("<", "<="), severity="warn").verdict == "pass"
    ask(check(UNSEEN, "warn"))
    with pytest.raises(GateFailed, match="a_check: fail, examined 1 of 2 games, none on 2025-10-22"):
        publish(tiny)
    assert publish(tiny, accept={"a_check": "known"}).startswith("Gate 19 passed")


def test_an_accepted_failure_over_the_whole_range_taints_every_date_of_it(tiny, ask):
    ask(check(f"{FINE} UNION ALL {OVER_RANGE}"))
    publish(tiny, accept={"a_check": "known"})
    assert {entry["tainted_by"] for entry in lineage.log_entries(tiny.session()).values()} == {"a_check: known"}


def test_text_counts_and_chart_tell_the_same_numbers(tiny, ask):
    ask(check(ONE_BAD), check(UNSEEN, "warn", "two"), check(EMPTY, name="three"), check(EMPTY, name="four", from_factor_start=True))
    audit = gates.Audit(tiny.session(), 19)
    findings, matrix = audit.run(), audit.matrix()
    for found in findings:
        mine = matrix[matrix.check == found.check.name]
        assert (mine.examined.sum(), mine.expected.sum(), mine.offending.sum()) == (found.examined, found.expected, found.offending)
    assert audit.evidence().examined.tolist() == [
        "2 of 2 games", "1 of 2 games", "0 of 0 games", "nothing: no game of the window is at or after the factor start",
    ]  # fmt: skip
    assert matrix[matrix.check.isin(["three", "four"])].verdict.tolist() == ["fail", "none"]


def test_a_cause_that_reaches_a_partition_by_two_ways_is_said_once(tiny, ask):
    ask(check(ONE_BAD))
    publish(tiny, accept={"a_check": "known"})
    for step in (20, 21, 22):
        build.step(tiny.session(), step)
    ask(check(ONE_BAD, name="two"))
    publish(tiny, 29, accept={"two": "as well"})
    log = lineage.log_entries(tiny.session())
    assert log["nba_analytics.team_defense_game_summary", day(1)]["tainted_by"] == "two: as well; a_check: known"


# Stopping.


def test_a_gate_that_stops_leaves_what_is_published_and_what_is_staged_and_gives_no_receipt(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    tiny.play(day(1), "MIA", "CHI")
    tiny.stage_raw(tiny.session())
    before = everything(tiny)
    ask(check(FINE), check(ONE_BAD, name="two"))
    with pytest.raises(GateFailed) as stopped:
        publish(tiny)
    assert everything(tiny) == before
    assert stopped.value.exit_code == 1 and isinstance(stopped.value, AssertionError)


def test_a_gate_that_stops_names_the_check_the_dates_the_counts_why_and_what_to_do(tiny, ask):
    ask(check(ONE_BAD), check(EMPTY, name="two"))
    with pytest.raises(GateFailed) as stopped:
        publish(tiny)
    said = str(stopped.value)
    assert said.startswith("Gate 19 stops: 2 of 2 checks fail, on 2025-10-22.")
    for line in (
        "a_check: fail, examined 2 of 2 games, 1 not as they should be, on 2025-10-22",
        "two: fail, examined 0 of 0 games: nothing to examine is never a pass",
        "2025-10-22 20251022_BOS_LAL: wrong",
        "Why it matters: it matters. Published tables are as they were",
        "What to do: do this",
    ):
        assert line in said


def test_with_nothing_staged_and_nothing_published_a_gate_cannot_pass(tmp_path):
    with pytest.raises(GateFailed):
        gates.Audit(Tiny(tmp_path).session(end=day(1)), 19).publish()


def test_while_another_run_writes_a_gate_publishes_nothing(tiny, ask):
    ask(check(FINE))
    with writer_lock.hold(tiny.settings.warehouse, "another"), pytest.raises(Locked, match="run another"):
        publish(tiny)
    assert not tiny.rows("SCHEDULE")
    with writer_lock.hold(tiny.settings.warehouse, "tiny"):  # its own run, which opened the notebook
        publish(tiny)


# Publishing.


def test_a_gate_that_passes_publishes_what_is_staged_and_empties_staging(tiny, ask):
    ask(check(FINE))
    assert publish(tiny) == (
        "Gate 19 passed, 1 of 1 checks clean. Published SCHEDULE 2 rows on 2 dates, BOXSCORES 40 rows on 2 dates, "
        "SHOTS 360 rows on 2 dates."
    )
    assert [row["game_id"] for row in tiny.rows("SCHEDULE")] == ["20251021_BOS_LAL", "20251022_BOS_LAL"]
    assert (len(tiny.rows("BOXSCORES")), len(tiny.rows("SHOTS"))) == (40, 360)
    assert not list(tiny.warehouse.staging.iterdir())


def test_a_receipt_tells_which_gate_passed_which_window_with_which_code_and_every_checks_answer(tiny, ask):
    ask(check(FINE), check(ONE_BAD, "warn", "two"))
    publish(tiny, run_id="r1")
    [receipt] = tiny.select("SELECT * FROM nba_processing.gate_receipts")
    told = json.loads(receipt.pop("checks"))
    created = receipt.pop("created_at")
    assert receipt == {
        "receipt_id": f"r1/19/{created:%Y%m%dT%H%M%S%f}", "gate": "19", "run_id": "r1", "season": "2025-26",
        "start_date": day(0), "end_date": day(1), "code_version": f"{gates.code_version(19)}+{package_digest()}", "voided_by": None,
    }  # fmt: skip
    assert told == [
        {"name": "a_check", "severity": "fail", "verdict": "pass", "examined": 2, "expected": 2, "offending": 0},
        {"name": "two", "severity": "warn", "verdict": "warn", "examined": 2, "expected": 2, "offending": 1,
         "named": ["20251022_BOS_LAL: wrong"]},
    ]  # fmt: skip


def test_the_log_has_every_table_and_date_of_the_window_dates_without_rows_included(tiny, ask):
    ask(check(FINE))
    tiny.stage_raw(tiny.session(end=day(2)))
    publish(tiny, last=2)
    log = tiny.select("SELECT * FROM nba_processing.partition_log ORDER BY table_name, partition_date")
    told = [(row["table_name"].split(".")[1], row["partition_date"], row["row_count"]) for row in log]
    assert told == [
        ("bdl_player_boxscores", day(0), 20), ("bdl_player_boxscores", day(1), 20), ("bdl_player_boxscores", day(2), 0),
        *(("nbac_player_boxscores", day(n), 0) for n in range(3)),
        ("nbac_schedule", day(0), 1), ("nbac_schedule", day(1), 1), ("nbac_schedule", day(2), 0),
        ("nbac_shots", day(0), 180), ("nbac_shots", day(1), 180), ("nbac_shots", day(2), 0),
        *(("nbac_team_boxscores", day(n), 0) for n in range(3)),
    ]  # fmt: skip
    computed_by = {of.table.name: lineage.code_version(of) for of in tables.layer_outputs(1)}
    assert all(row["code_version"] == computed_by[row["table_name"]] for row in log)  # of what computed the rows, not of the gate
    published = tiny.warehouse.fingerprints(output("SHOTS"))
    assert [row["fingerprint"] for row in log[9:11]] == [published[day(0)].fingerprint, published[day(1)].fingerprint]
    assert lineage.whole_log(tiny.session()).keys() == {
        (of.name, day(n)) for of in tables.layer_outputs(1) for n in range(3)
    }  # fmt: skip


def test_publishing_what_is_there_already_changes_nothing_says_so_and_gives_a_receipt(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    before = {short: tiny.warehouse.fingerprints(output(short)) for short in ("SCHEDULE", "BOXSCORES", "SHOTS")}
    kept = list(tiny.settings.home.glob("*.replaced/*"))
    tiny.stage_raw(tiny.session(run_id="again"))
    assert publish(tiny, run_id="again").endswith("Nothing to change: what is published is what was built.")
    assert {short: tiny.warehouse.fingerprints(output(short)) for short in before} == before
    assert list(tiny.settings.home.glob("*.replaced/*")) == kept
    assert [
        row["run_id"] for row in tiny.select("SELECT run_id FROM nba_processing.gate_receipts ORDER BY created_at")
    ] == ["tiny", "again"]


def test_only_what_differs_is_replaced_and_what_was_there_is_kept_beside(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    tiny.lines[-1]["assists"] = 9
    tiny.stage_raw(tiny.session(run_id="again"))
    assert publish(tiny, run_id="again").endswith("Published BOXSCORES 20 rows on 1 date.")
    [receipt] = tiny.select("SELECT receipt_id FROM nba_processing.gate_receipts WHERE run_id = 'again'")
    kept = tiny.warehouse.replaced(receipt["receipt_id"])
    assert [path.name for path in kept.iterdir()] == ["nba_raw.bdl_player_boxscores.parquet"]
    assert tiny.warehouse.replaced_dates(output("BOXSCORES"), receipt["receipt_id"]) == [day(1)]


def test_a_date_that_was_computed_and_came_out_empty_is_emptied(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    tiny.shots = [shot for shot in tiny.shots if shot["game_date"] == day(0)]
    tiny.stage_raw(tiny.session())
    publish(tiny)
    assert {row["game_date"] for row in tiny.rows("SHOTS")} == {day(0)}


def test_dates_that_were_not_staged_keep_their_rows_and_what_the_log_says_of_them(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    tiny.lines[-1]["assists"] = tiny.lines[0]["assists"] = 9
    tiny.stage_raw(tiny.session(start=day(1)))
    publish(tiny, run_id="again")
    assert {row["game_date"] for row in tiny.rows("BOXSCORES", "assists = 9")} == {day(1)}
    log = lineage.log_entries(tiny.session())
    assert log["nba_raw.bdl_player_boxscores", day(0)]["run_id"] == "again"
    assert log["nba_raw.bdl_player_boxscores", day(0)]["code_version"] == lineage.code_version(output("BOXSCORES"))


def test_what_has_changed_since_the_gate_looked_is_not_published(tiny, ask):
    ask(check(FINE))
    audit = gates.Audit(tiny.session(), 19)
    audit.run()
    tiny.lines[0]["assists"] = 9
    tiny.stage_raw(tiny.session())
    with pytest.raises(Broken, match="nba_raw.bdl_player_boxscores has changed since this gate looked at it"):
        audit.publish()
    assert not tiny.rows("SCHEDULE") and not tiny.select("SELECT * FROM nba_processing.gate_receipts")
    publish(tiny)


def test_what_stands_on_rows_that_have_changed_since_the_gate_looked_is_not_published(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    build.step(tiny.session(), 22)
    audit = gates.Audit(tiny.session(), 29)
    audit.run()
    tiny.execute("UPDATE nba_raw.bdl_player_boxscores SET assists = 9")  # as another run's gate may publish, meanwhile
    with pytest.raises(Broken, match="nba_raw.bdl_player_boxscores has changed since this gate looked at it"):
        audit.publish()
    assert not tiny.rows("TOGS")


def test_what_was_staged_before_another_run_published_the_same_dates_is_not_put_over_it(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    published = lineage.log_entries(tiny.session())["nba_raw.nbac_shots", day(0)]["created_at"]
    tiny.lines[0]["assists"] = 9
    tiny.stage_raw(tiny.session(), at=published - timedelta(seconds=1))
    with pytest.raises(GateFailed, match="before what is published now"):
        publish(tiny)
    assert not tiny.rows("BOXSCORES", "assists = 9")


def test_a_row_edited_by_hand_since_the_gate_looked_is_seen_as_well(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    audit = gates.Audit(tiny.session(), 19)
    tiny.execute("UPDATE nba_raw.nbac_shots SET is_made = NOT is_made WHERE game_date = '2025-10-21'")
    with pytest.raises(Broken, match="nba_raw.nbac_shots has changed"):
        audit.publish()


def test_a_gate_publishes_its_own_layer_and_no_other(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    build.step(tiny.session(), 21)
    tiny.stage_raw(tiny.session())
    publish(tiny, 29)
    assert len(tiny.rows("TDGS")) == 4
    assert [path.name for path in tiny.warehouse.staging.iterdir()] != []
    assert tiny.warehouse.staged(output("SCHEDULE")) is not None


# Going on past a failing check.


def test_a_failing_check_may_be_accepted_by_name_with_a_reason_and_taints_what_it_is_about(tiny, ask):
    ask(check(FINE), check(ONE_BAD, name="two"))
    said = publish(tiny, accept={"two": "the league's own mistake"})
    assert "Accepted although they fail: two, and tainted what stands on them." in said
    [receipt] = tiny.select("SELECT * FROM nba_processing.gate_receipts")
    assert checks_of(receipt) == {"a_check": "pass", "two": "accepted"}
    assert json.loads(receipt["checks"])[1]["reason"] == "the league's own mistake"
    log = lineage.log_entries(tiny.session())
    assert log["nba_raw.nbac_shots", day(0)]["tainted_by"] is None
    assert log["nba_raw.nbac_shots", day(1)]["tainted_by"] == "two: the league's own mistake"


def test_what_is_computed_from_a_tainted_date_is_tainted_until_it_is_computed_from_a_clean_one(tiny, ask):
    ask(check(ONE_BAD))
    publish(tiny, accept={"a_check": "known"})
    build.step(tiny.session(), 20)
    ask(check(FINE))
    publish(tiny, 29)
    told = {
        when: entry["tainted_by"]
        for (name, when), entry in lineage.log_entries(tiny.session()).items()
        if name.endswith("summary")
    }
    assert told == {day(0): None, day(1): "a_check: known"}
    tiny.stage_raw(tiny.session())
    publish(tiny)
    build.step(tiny.session(), 20)
    publish(tiny, 29)
    assert {entry["tainted_by"] for entry in lineage.log_entries(tiny.session()).values()} == {None}


def test_an_override_without_a_reason_is_refused(tiny):
    with pytest.raises(BadInput, match="accepted without a reason"):
        gates.Audit(tiny.session(), 19, accept={"two": " "})


def test_accepting_one_check_lets_no_other_through(tiny, ask):
    ask(check(ONE_BAD), check(EMPTY, name="two"))
    with pytest.raises(GateFailed, match="two: fail"):
        publish(tiny, accept={"a_check": "known"})


# The gates' own questions.


def test_a_gates_version_is_that_of_what_it_asks():
    versions = {gate: gates.code_version(gate) for gate in (19, 29, 39, 49)}
    assert len(set(versions.values())) == 4
    assert versions[19] == gates.code_version(19)


def test_a_check_is_read_from_its_file_with_what_its_header_says():
    [found] = [one for one in gates.checks(39) if one.name == "defence_stands_behind"]
    assert (found.severity, found.of, found.due_from) == (
        "fail", "listed players from the factor start, and dates", "factor_start",
    )  # fmt: skip
    assert found.question.endswith("?") and found.then.startswith("run 30_build_team_zones")
    assert {one.name for one in gates.checks(39) if one.due_from == "factor_start"} == {
        "defence_stands_behind", "no_defaults_hidden", "plan_detection", "plan_gate_3",
    }  # fmt: skip


def test_a_window_that_begins_later_needs_the_season_before_it(tiny, ask):
    tiny.play(day(2), "BOS", "LAL")
    late = tiny.session(start=day(2))

    def problems() -> set[str]:
        found = freshness.history_whole(late, 29, lineage.Contents(late, 2))
        return {f"{row.member} {row.problem.split(':')[0]}" for row in found[found.problem.notna()].itertuples()}

    assert problems() == {
        "SCHEDULE not audited", "BOXSCORES not audited", "NBA_BOXSCORES not audited", "NBA_TEAM_BOXSCORES not audited", "SHOTS not audited",
    }  # fmt: skip
    ask(check(FINE))
    publish(tiny)
    assert problems() == set()
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-21'")
    assert problems() == {"SHOTS its rows have changed since its gate passed them"}


def test_a_table_built_from_what_has_changed_since_is_not_up_to_date(tiny, ask):
    ask(check(FINE))
    publish(tiny)
    build.step(tiny.session(), 22)

    def problems() -> dict[date, str]:
        found = freshness.up_to_date(tiny.session(), 29, lineage.Contents(tiny.session(), 2))
        return {row.game_date: row.problem for row in found[found.problem.notna()].itertuples() if row.member == "TOGS"}

    assert problems() == {}
    tiny.lines[-1]["assists"] = 9
    tiny.stage_raw(tiny.session())
    publish(tiny)
    assert problems() == {day(1): "the tables below it have changed since it was computed"}
    build.step(tiny.session(), 22)
    assert problems() == {}


def test_a_well_made_season_passes_the_first_gate_as_it_is(tmp_path):
    tiny = Tiny(tmp_path)
    for n in (0, 1):
        tiny.play(day(n), "BOS", "LAL", official={})
    tiny.stage_raw(tiny.session())
    publish(tiny)
    [receipt] = tiny.select("SELECT * FROM nba_processing.gate_receipts")
    assert {name for name, verdict in checks_of(receipt).items() if verdict != "pass"} == {
        "plan_gate_1",  # two dates, not 50
        "objects_there",  # none ever was
    }


# Thresholds.


def test_every_threshold_is_what_some_check_judges_by():
    checks = [path for path in files.SQL.glob("[0-9]9_*/*.sql") if not path.stem.startswith("plan_")]
    asked = set().union(*(dialect.parameters(dialect.expand(dialect.parse(path))) for path in checks))
    modules = {inspect.getmodule(members) for members, _ in IN_PYTHON.values()}
    sources = "".join(map(inspect.getsource, modules))
    in_python = {name for name in THRESHOLDS if f'THRESHOLDS["{name}"]' in sources}
    assert (asked & THRESHOLDS.keys()) | in_python == THRESHOLDS.keys()
