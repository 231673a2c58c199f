"""The embedded warehouse: staging and publishing are whole or not at all, whoever reads, fails or dies meanwhile."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import sqlglot
from tiny import AT, Tiny, day, filled, output, staged

from nbhelpers.errors import BadInput, Broken, Locked
from nbhelpers.sql import tables
from nbhelpers.warehouse import NO_ROWS, DuckDB, Partition, Staged
from nbhelpers.warehouse.duckdb import file as warehouse

PREDICTIONS, TDZA_FAILURES = output("PREDICTIONS"), output("TDZA failures")
NAME = PREDICTIONS.table.name


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    """One forecast a day for three days, published."""
    tiny = Tiny(tmp_path)
    publish(tiny, *(forecast(n, 10.0 + n) for n in range(3)))
    return tiny


def forecast(n: int, points: float = 20.0, who: str = "lal1") -> dict:
    row = {"player_lookup": who, "game_date": day(n), "system_id": "s", "game_id": "g", "predicted_points": points}
    return row | {"confidence_score": 0.5, "recommendation": "NO_LINE", "prediction_version": "v1"}


def on(*days: int) -> Staged:
    return Staged(tuple(str(day(n)) for n in days), "run", "code", AT.isoformat(), {str(day(0)): ("2025-10-21", "f")})


def publish(tiny: Tiny, *rows: dict) -> None:
    tiny.put("PREDICTIONS", *rows)


def points(tiny: Tiny, layer: int | None = None) -> dict[int, float]:
    """What is forecast for each day, by its number in the season."""
    found = tiny.warehouse.query(f"SELECT game_date, predicted_points FROM {NAME}", layer=layer)
    return {(when.date() - day(0)).days: n for when, n in zip(found.game_date, found.predicted_points, strict=True)}


def select(sql: str):
    return sqlglot.parse_one(sql, read="bigquery")


FORECAST = """SELECT 'lal1' AS player_lookup, day AS game_date, 's' AS system_id, 'g' AS game_id,
    30.0 AS predicted_points, 0.5 AS confidence_score,
    'NO_LINE' AS recommendation, CAST(NULL AS FLOAT64) AS current_points_line,
    CAST(NULL AS FLOAT64) AS line_margin, 'v1' AS prediction_version
    FROM UNNEST(GENERATE_DATE_ARRAY(@start_date, @end_date)) AS day"""


# Staging.


def test_the_candidate_is_what_is_published_with_the_staged_dates_laid_over_it_and_only_those(tiny):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0), forecast(3, 60.0)], on(1, 2, 3))
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}
    assert points(tiny, layer=4) == {0: 10.0, 1: 50.0, 3: 60.0}  # day 2 was computed too, and has no row
    assert points(tiny, layer=3) == {0: 10.0, 1: 11.0, 2: 12.0}  # a step of another layer sees what is published
    tiny.warehouse.discard_staged(PREDICTIONS)
    assert points(tiny, layer=4) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_two_stages_that_share_a_table_are_laid_over_it_apart(tiny):
    def failure(who: str, stage: str, n: int) -> dict:
        return filled(TDZA_FAILURES, {"processor_name": stage, "analysis_date": day(n), "entity_id": who})

    tiny.put("TDZA failures", failure("BOS", "TDZA", 1), failure("lal1", "PSZA", 1), failure("BOS", "TDZA", 2))
    tiny.warehouse.stage_rows(TDZA_FAILURES, [failure("LAL", "TDZA", 1)], on(1))
    tiny.warehouse.stage_rows(output("PDC failures"), [failure("lal9", "PDC", 1)], on(1))
    found = tiny.warehouse.query("SELECT entity_id FROM nba_processing.precompute_failures ORDER BY entity_id", layer=3)
    assert list(found.entity_id) == ["BOS", "LAL", "lal1", "lal9"]
    assert tiny.warehouse.fingerprints(TDZA_FAILURES, layer=3).keys() == {day(1), day(2)}


def test_what_is_staged_tells_its_dates_its_inputs_and_its_code(tiny):
    assert tiny.warehouse.staged(PREDICTIONS) is None
    parameters = {"start_date": day(0), "end_date": day(5)}
    assert tiny.warehouse.stage(PREDICTIONS, select(FORECAST), parameters, on(1, 2, 4)) == (3, 3)
    assert tiny.warehouse.staged(PREDICTIONS) == on(1, 2, 4)
    assert points(tiny, layer=4) == {0: 10.0, 1: 30.0, 2: 30.0, 4: 30.0}  # rows of other dates are left out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("'g' AS game_id", "'g' AS game", r"columns differ from schema.sql: \['game', 'game_id'\]"),
        ("0.5 AS confidence_score,", "", r"columns differ from schema.sql: \['confidence_score'\]"),
        (
            "30.0 AS predicted_points",
            "'30' AS predicted_points",
            "predicted_points is string, and schema.sql says double",
        ),
        (
            "30.0 AS predicted_points",
            "30 AS predicted_points",
            "predicted_points is int32, and schema.sql says double",
        ),
        ("'g' AS game_id", "CAST(NULL AS STRING) AS game_id", "PREDICTIONS: game_id is NULL in some of 2 rows"),
        ("30.0 AS predicted_points", "30.0 / (0.0 * LENGTH('a')) AS predicted_points", "[Dd]ivision|[Dd]ivide"),
    ],
)
def test_a_result_that_the_table_cannot_hold_is_refused_and_staging_stays_as_it_was(tiny, old, new, said):
    parameters = {"start_date": day(1), "end_date": day(2)}
    tiny.warehouse.stage(PREDICTIONS, select(FORECAST), parameters, on(1))
    with pytest.raises((Broken, duckdb.Error), match=said):
        tiny.warehouse.stage(PREDICTIONS, select(FORECAST.replace(old, new)), parameters, on(1, 2))
    assert tiny.warehouse.staged(PREDICTIONS) == on(1)
    assert [path.suffix for path in tiny.warehouse.staging.iterdir()] == [".parquet"]  # nothing half written beside it


def test_staging_leaves_the_old_where_the_new_cannot_be_written(tiny, monkeypatch):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1)], on(1))

    def full(rows, path):
        Path(path).write_bytes(b"PAR1 half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="No space"):
        tiny.warehouse.stage_rows(PREDICTIONS, [], on(1, 2))
    assert tiny.warehouse.staged(PREDICTIONS) == on(1)
    assert points(tiny, layer=4)[1] == 20.0


def test_a_staged_file_that_cannot_be_read_is_told_with_what_to_do(tiny):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1)], on(1))
    [path] = tiny.warehouse.staging.iterdir()
    path.write_bytes(b"not parquet")
    with pytest.raises(Broken, match="build its step again"):
        tiny.warehouse.staged(PREDICTIONS)


def test_a_parameter_that_nobody_gave_is_named(tiny):
    with pytest.raises(KeyError, match="start_date"):
        tiny.warehouse.query(FORECAST, {"end_date": day(1)})


def test_with_facts_before_a_date_the_game_summaries_end_the_day_before(tiny):
    tiny.put("TDGS", *({"game_id": f"g{n}", "game_date": day(n), "defending_team_abbr": "LAL"} for n in range(3)))
    seen = "SELECT game_id FROM nba_analytics.team_defense_game_summary ORDER BY game_id"
    assert list(tiny.warehouse.query(seen).game_id) == ["g0", "g1", "g2"]
    assert list(tiny.warehouse.query(seen, facts_before=day(2)).game_id) == ["g0", "g1"]
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}


# Fingerprints.


def test_a_fingerprint_tells_what_rows_say_and_not_who_wrote_them_or_when(tmp_path):
    def content(n: int, **changes) -> Partition:
        one = Tiny(tmp_path / str(n))
        row = {"processor_name": "TDZA", "analysis_date": day(1), "entity_id": "BOS", "run_id": "r1", "created_at": AT}
        one.put("TDZA failures", {"entity_id": "LAL"} | row | {"entity_id": "LAL"} | changes, row)
        return one.warehouse.fingerprints(TDZA_FAILURES)[day(1)]

    first = content(1)
    assert first.rows == 2
    assert content(2, run_id="r2", created_at=AT.replace(year=2027)) == first
    assert content(3, failure_reason="another") != first
    assert content(4, expected_game_count=0) != first  # absent and zero are two things


def test_a_fingerprint_does_not_depend_on_the_order_of_rows_and_takes_the_two_zeros_for_one(tmp_path):
    def content(n: int, *rows: dict) -> Partition:
        one = Tiny(tmp_path / str(n))
        publish(one, *rows)
        return one.warehouse.fingerprints(PREDICTIONS)[day(1)]

    rows = [forecast(1, 0.0), forecast(1, 5.0, "lal2")]
    first = content(1, *rows)
    assert content(2, *reversed(rows)) == first
    assert content(3, forecast(1, -0.0), rows[1]) == first
    assert content(4, *rows, rows[1]) != first  # a doubled row is another content


def test_staged_and_published_rows_of_one_content_have_one_fingerprint(tiny):
    before = tiny.warehouse.fingerprints(PREDICTIONS)
    assert {(when - day(0)).days: content.rows for when, content in before.items()} == {0: 1, 1: 1, 2: 1}
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1, 11.0)], on(1, 2))
    candidate = tiny.warehouse.fingerprints(PREDICTIONS, layer=4)
    assert candidate == {day(0): before[day(0)], day(1): before[day(1)]}
    assert candidate.get(day(2), NO_ROWS) == Partition(0, "empty")


# Publishing.


def test_publishing_puts_staged_dates_in_place_and_keeps_what_they_replace(tiny, tmp_path):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0), forecast(3, 60.0)], on(1, 2, 3))
    with tiny.warehouse.writing() as connection:
        connection.replace_partitions(PREDICTIONS, [day(1), day(2)], tmp_path / "kept")
    assert points(tiny) == {0: 10.0, 1: 50.0}  # day 3 is staged, and was not among the dates
    kept = pq.read_table(tmp_path / "kept" / f"{NAME}.parquet").to_pylist()
    assert [(row["game_date"], row["predicted_points"]) for row in kept] == [(day(1), 11.0), (day(2), 12.0)]


def test_several_outputs_are_published_in_one_transaction(tiny, tmp_path):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0)], on(1))
    tiny.warehouse.stage_rows(TDZA_FAILURES, [], on(1))
    with tiny.warehouse.writing() as connection:
        for of in (PREDICTIONS, TDZA_FAILURES):
            connection.replace_partitions(of, [day(1)], tmp_path / "kept")
    assert points(tiny)[1] == 50.0


def test_a_failure_while_writing_leaves_everything_as_it_was(tiny, tmp_path):
    tiny.warehouse.stage_rows(PREDICTIONS, [forecast(0, 50.0)], on(0))
    with pytest.raises(RuntimeError, match="half way"), tiny.warehouse.writing() as connection:
        connection.replace_partitions(PREDICTIONS, [day(0)], tmp_path / "kept")
        raise RuntimeError("half way")
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_a_row_that_breaks_a_rule_of_the_table_takes_the_whole_transaction_back(tiny):
    with pytest.raises(duckdb.Error), tiny.warehouse.writing() as connection:
        connection.execute(f"DELETE FROM {NAME}")
        connection.insert(NAME, [{"player_lookup": "lal1"}])
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}


OTHER = """
import sys, time
from datetime import date
from pathlib import Path
from nbhelpers.warehouse import DuckDB
from nbhelpers.warehouse.duckdb import file as warehouse
class Clock:
    monotonic = staticmethod(time.monotonic)
    @staticmethod
    def sleep(seconds, _sleep=time.sleep, _told=[]):
        _told or print("waiting", flush=True)
        _told.append(seconds)
        _sleep(seconds)
warehouse.time = Clock
wh = DuckDB(Path(sys.argv[1]), Path(sys.argv[2]))
told = lambda: wh.query("SELECT SUM(predicted_points) AS points FROM nba_predictions.player_prop_predictions").points[0]
"""


def other(tiny: Tiny, script: str) -> subprocess.Popen:
    """Another process with the same warehouse as `wh`; says `waiting` when it meets a lock."""
    command = [sys.executable, "-c", OTHER + script, str(tiny.warehouse.path), str(tiny.warehouse.staging)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_reader_that_comes_while_a_gate_publishes_waits_and_sees_the_new_state(tiny):
    with tiny.warehouse.writing() as connection:
        connection.execute(f"UPDATE {NAME} SET predicted_points = 50")
        reader = other(tiny, "print(told(), flush=True)")
        assert reader.stdout.readline() == "waiting\n"
    assert reader.communicate()[0] == "150.0\n"
    assert reader.returncode == 0


def test_a_gate_that_publishes_waits_for_a_reader_who_sees_the_old_state(tiny):
    script = """
with wh._file.reading() as connection:
    print("reading", flush=True)
    sys.stdin.readline()
    told = connection.execute("SELECT SUM(predicted_points) FROM nba_predictions.player_prop_predictions").fetchall()
    print(told[0][0], flush=True)
"""
    reader = other(tiny, script)
    assert reader.stdout.readline() == "reading\n"
    reader.stdin.write("\n")
    reader.stdin.flush()
    with tiny.warehouse.writing() as connection:  # comes to pass when the reader has gone
        connection.execute(f"UPDATE {NAME} SET predicted_points = 50")
    assert reader.communicate()[0] == "33.0\n"
    assert points(tiny) == {0: 50.0, 1: 50.0, 2: 50.0}


def test_a_file_that_stays_open_is_read_by_others_and_is_let_go_of_to_write(tiny):
    tiny.warehouse.stay_open()
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}
    reader = other(tiny, "print(told(), flush=True)")
    assert reader.communicate()[0] == "33.0\n"  # without waiting: this process would not let go of it
    with tiny.warehouse.writing() as connection:
        connection.execute(f"UPDATE {NAME} SET predicted_points = 50")
    assert points(tiny) == {0: 50.0, 1: 50.0, 2: 50.0}


def test_to_divide_by_nothing_is_an_error_in_a_query_alone_and_in_those_asked_together(tiny):
    text = f"SELECT predicted_points / (0.0 * predicted_points) AS points FROM {NAME}"
    for ask in (tiny.warehouse.query, lambda text: tiny.warehouse.query_all([text], [{}])):
        with pytest.raises(duckdb.Error, match="[Dd]ivision"):
            ask(text)


def test_what_is_known_is_told_without_opening_the_file_and_a_block_opens_it_once_when_it_must(tiny, monkeypatch):
    opened, connect = [], warehouse.WarehouseFile._connect
    monkeypatch.setattr(warehouse.WarehouseFile, "_connect", lambda file, read_only: opened.append(file) or connect(file, read_only))

    def known() -> tuple:
        tiny.warehouse.check()
        total = tiny.warehouse.query_once(f"SELECT SUM(predicted_points) AS total FROM {NAME}").total
        return tiny.warehouse.fingerprints(PREDICTIONS), list(total)

    first, times = known(), len(opened)
    with tiny.warehouse.held_open():
        assert known() == first
        assert len(opened) == times > 0
        assert [points(tiny), points(tiny)] == [{0: 10.0, 1: 11.0, 2: 12.0}] * 2
    assert len(opened) == times + 1


def test_killed_in_the_middle_of_publishing_leaves_the_old_state_and_a_reader_is_told_who_holds_too_long(
    tiny, monkeypatch
):
    script = f"""
with wh.writing() as connection:
    connection.execute("DELETE FROM {NAME}")
    print("deleted", flush=True)
    sys.stdin.readline()
"""
    writer = other(tiny, script)
    assert writer.stdout.readline() == "deleted\n"
    monkeypatch.setattr(warehouse, "LOCK_PATIENCE", 0)
    with pytest.raises(Locked, match=rf"held open by another process.*{writer.pid}"):
        points(tiny)
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}


# The file.


def test_before_anything_is_published_every_table_is_there_and_empty_and_no_file_is_made(tmp_path):
    wh = DuckDB(tmp_path / "season.duckdb", tmp_path / "staging")
    wh.check()
    for table in tables.schema().values():
        assert wh.query(f"SELECT * FROM {table.name}").empty
    assert not wh.path.exists()
    wh.stage_rows(PREDICTIONS, [forecast(1)], on(1))
    assert len(wh.query(f"SELECT * FROM {NAME}", layer=4)) == 1
    assert not wh.path.exists()


def test_made_twice_it_is_made_once(tiny):
    tiny.warehouse.create()
    tiny.warehouse.check()
    assert points(tiny) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_a_file_that_is_no_warehouse_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes, which are longer than nothing\n" * 400)
    wh = DuckDB(path, tmp_path / "staging")
    for act in (wh.check, wh.create, lambda: wh.query(f"SELECT * FROM {NAME}")):
        with pytest.raises(BadInput, match="cannot be opened"):
            act()
    assert path.read_text().startswith("my notes")


def test_a_table_of_another_shape_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE SCHEMA nba_raw; CREATE TABLE nba_raw.nbac_schedule (game_id VARCHAR, home_score VARCHAR)"
        )
        connection.execute("INSERT INTO nba_raw.nbac_schedule VALUES ('g', '100')")
    wh = DuckDB(path, tmp_path / "staging")
    for act in (wh.check, wh.create):
        with pytest.raises(BadInput, match=r"nba_raw.nbac_schedule in .* lacks or differs in .*home_score"):
            act()
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT * FROM nba_raw.nbac_schedule").fetchall() == [("g", "100")]
        assert connection.execute("SELECT COUNT(*) FROM information_schema.tables").fetchall() == [(1,)]


def test_tables_of_others_in_the_same_file_are_left_alone(tiny):
    tiny.execute("CREATE TABLE mine (x INTEGER); INSERT INTO mine VALUES (7)")
    tiny.warehouse.create()
    publish(tiny, forecast(9))
    assert tiny.select("SELECT x FROM mine") == [{"x": 7}]


def test_a_first_publishing_that_fails_leaves_nothing_that_stands_in_the_way_of_the_next(tmp_path):
    wh = DuckDB(tmp_path / "season.duckdb", tmp_path / "staging")
    with pytest.raises(RuntimeError, match="half way"), wh.writing():
        raise RuntimeError("half way")
    wh.check()
    assert wh.query(f"SELECT * FROM {NAME}").empty


def test_in_a_file_without_our_tables_they_are_empty_until_something_is_published(tmp_path):
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 7 AS x")
    wh = DuckDB(path, tmp_path / "staging")
    wh.check()
    assert wh.query(f"SELECT * FROM {NAME}").empty


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(BadInput, match="cannot be made"),
        DuckDB(tmp_path / "file" / "season.duckdb", tmp_path).writing(),
    ):
        pass


def test_time_spent_reading_and_publishing_is_told_apart(tmp_path):
    spent = []
    wh = DuckDB(tmp_path / "season.duckdb", tmp_path / "staging", lambda kind, seconds: spent.append(kind))
    wh.create()
    wh.query(f"SELECT * FROM {NAME}")
    assert spent == ["publishing", "SQL"]


def test_times_are_stored_as_utc_and_come_back_the_same(tiny):
    tiny.accept_gap("20251021_BOS_LAL")
    assert tiny.select("SELECT accepted_at FROM nba_processing.accepted_gaps") == [{"accepted_at": AT}]
    assert isinstance(tiny.rows("PREDICTIONS")[0]["game_date"], date)
    assert staged(tiny.session(day(0), day(1))).dates == ("2025-10-21", "2025-10-22")
