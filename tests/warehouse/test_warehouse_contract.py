"""What a warehouse promises, asked of both: the embedded one, and BigQuery through its real client against an emulator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import duckdb
import pytest
import sqlglot
from emulators import PROJECT
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from tiny import AT, SEASON, day, filled, output

from nbhelpers.errors import Broken, Explained
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import NO_ROWS, DuckDB, Partition, Staged, Warehouse
from nbhelpers.warehouse.bigquery import BigQuery

PREDICTIONS, TDZA_FAILURES, TDGS, MLFS = map(output, ("PREDICTIONS", "TDZA failures", "TDGS", "MLFS"))
NAME = PREDICTIONS.table.name
TRIED = count(1)
LATER = AT + timedelta(days=1)


@pytest.fixture(params=["duckdb", "bigquery"])
def new(request, tmp_path, worker_id) -> Callable[..., Warehouse]:
    """Gives an empty warehouse at each call, or another view of the one with the same name."""
    if request.param == "duckdb":
        return lambda name="one", area="run": DuckDB.at(tmp_path / f"{name}.duckdb", area)
    address = request.getfixturevalue("bigquery_emulator")
    client = google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": address})
    request.addfinalizer(client.close)
    prefix = f"try_{next(TRIED)}"
    return lambda name="one", area="run": BigQuery(client, SEASON, area, f"{prefix}_{name}_")


@pytest.fixture
def warehouse(new) -> Warehouse:
    """One forecast a day for three days, published."""
    warehouse = new()
    publish(warehouse, PREDICTIONS, *(forecast(n, 10.0 + n) for n in range(3)))
    return warehouse


def forecast(n: int, points: float = 20.0, who: str = "lal1") -> dict:
    row = {"player_lookup": who, "game_date": day(n), "system_id": "s", "game_id": "g", "predicted_points": points}
    return row | {"confidence_score": 0.5, "recommendation": "NO_LINE", "prediction_version": "v1"}


def on(*days: int) -> Staged:
    return Staged(tuple(str(day(n)) for n in days), "run", "code", AT.isoformat(), {str(day(0)): ("2025-10-21", "f")})


def publish(warehouse: Warehouse, of: Output, *rows: dict, keep_in: str = "first", days: tuple[int, ...] = (0, 1, 2)) -> None:
    """Put rows in place of an output's rows of some days, as a gate does."""
    warehouse.stage_rows(of, list(rows), on(*days))
    with warehouse.writing() as transaction:
        transaction.replace_partitions(of, [day(n) for n in days], warehouse.replaced(keep_in))
    warehouse.discard_staged(of)


def points(warehouse: Warehouse, layer: int | None = None) -> dict[int, float]:
    """What is forecast for each day, by its number in the season."""
    found = warehouse.query(f"SELECT game_date, predicted_points FROM {NAME}", layer=layer)
    return {(when.date() - day(0)).days: n for when, n in zip(found.game_date, found.predicted_points, strict=True)}


FORECAST = """SELECT 'lal1' AS player_lookup, day AS game_date, 's' AS system_id, 'g' AS game_id,
    30.0 AS predicted_points, 0.5 AS confidence_score,
    'NO_LINE' AS recommendation, CAST(NULL AS FLOAT64) AS current_points_line,
    CAST(NULL AS FLOAT64) AS line_margin, 'v1' AS prediction_version
    FROM UNNEST(GENERATE_DATE_ARRAY(@start_date, @end_date)) AS day"""


def stage(warehouse: Warehouse, query: str, staged: Staged, **parameters: object) -> tuple[int, int]:
    return warehouse.stage(PREDICTIONS, sqlglot.parse_one(query, read="bigquery"), parameters, staged)


# Reading.


def test_a_warehouse_that_nobody_has_published_in_reads_as_an_empty_one(new):
    assert new("empty").query(f"SELECT game_id, predicted_points FROM {NAME}").empty
    assert new("empty").fingerprints(PREDICTIONS) == {}
    new("empty").check()


def test_a_query_takes_named_parameters_of_every_type_and_gives_back_what_they_are(warehouse):
    given = {"a": "it's", "b": 7, "c": 0.25, "d": day(3), "e": datetime(2026, 1, 2, 3, 4, 5), "f": ["x", "y"], "g": True}
    told = warehouse.query("SELECT @a AS a, @b AS b, @c AS c, @d AS d, @e AS e, ARRAY_LENGTH(@f) AS f, @g AS g", given).iloc[0]
    assert (told.a, told.b, told.c, told.d.date(), told.e, told.f, bool(told.g)) == ("it's", 7, 0.25, day(3), given["e"], 2, True)


def test_a_parameter_that_nobody_gave_is_named(warehouse):
    with pytest.raises(KeyError, match="start_date"):
        warehouse.query(FORECAST, {"end_date": day(1)})


def test_a_query_with_its_values_written_in_gives_the_same_rows_without_parameters(warehouse):
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0)], on(1))
    asked = f"SELECT predicted_points AS n, 'at @day' AS text FROM {NAME} WHERE game_date IN UNNEST(@days) AND system_id = @what"
    given = {"days": [day(1), day(2)], "what": "s", "unread": "it's"}
    text = warehouse.sql(asked, given, layer=4)
    assert "@days" not in text and "$days" not in text
    with warehouse.writing() as transaction:
        found = transaction.execute(text).fetchall() if isinstance(warehouse, DuckDB) else list(warehouse._client.query(text).result())
    assert sorted(tuple(row) for row in found) == [(12.0, "at @day"), (50.0, "at @day")]


def test_several_queries_are_answered_each_with_its_own_rows(warehouse):
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0)], on(1))
    seen = f"WITH here AS (SELECT game_date, predicted_points FROM {NAME}) SELECT predicted_points AS n FROM here WHERE game_date"
    texts = [f"{seen} = @day", f"{seen} > @day", f"{seen} < @day OR predicted_points IN UNNEST(@many)", f"{seen} > DATE '2030-01-01'"]
    given = {"day": day(1), "many": [50.0, 12.0], "unread": "it's"}
    found = warehouse.query_all([*texts, texts[0]], [given] * 4 + [given | {"day": day(2)}], layer=4)
    assert [sorted(rows.n) for rows in found] == [[50.0], [12.0], [10.0, 12.0, 50.0], [], [12.0]]
    assert warehouse.query_all([], []) == []


def test_lists_and_absent_values_come_back_as_they_were_put_in(new):
    warehouse, row = new(), {"features": [1.5, -0.0], "feature_names": ["a", "b"], "feature_sources": ["observed", "default"]}
    publish(warehouse, MLFS, filled(MLFS, row | {"player_lookup": "lal1", "game_date": day(1)}))
    [found] = warehouse.query(f"SELECT * FROM {MLFS.table.name}").to_dict("records")
    assert (list(found["features"]), list(found["feature_names"])) == ([1.5, 0.0], ["a", "b"])
    publish(warehouse, PREDICTIONS, forecast(1))
    assert warehouse.query(f"SELECT current_points_line AS line FROM {NAME}").line.isna().all()


def test_with_facts_before_a_date_the_game_summaries_end_the_day_before(warehouse):
    rows = [filled(TDGS, {"game_id": f"g{n}", "game_date": day(n), "defending_team_abbr": "LAL"}) for n in range(3)]
    publish(warehouse, TDGS, *rows)
    seen = f"SELECT game_id FROM {TDGS.table.name} ORDER BY game_id"
    assert list(warehouse.query(seen).game_id) == ["g0", "g1", "g2"]
    assert list(warehouse.query(seen, facts_before=day(2)).game_id) == ["g0", "g1"]
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}


# Staging.


def test_the_candidate_is_what_is_published_with_the_staged_dates_laid_over_it_and_only_those(warehouse):
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0), forecast(3, 60.0)], on(1, 2, 3))
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}
    assert points(warehouse, layer=4) == {0: 10.0, 1: 50.0, 3: 60.0}  # day 2 was computed too, and has no row
    assert points(warehouse, layer=3) == {0: 10.0, 1: 11.0, 2: 12.0}  # a step of another layer sees what is published
    warehouse.discard_staged(PREDICTIONS)
    assert points(warehouse, layer=4) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_what_is_staged_tells_its_dates_its_inputs_and_its_code(warehouse):
    assert warehouse.staged(PREDICTIONS) is None
    assert stage(warehouse, FORECAST, on(1, 2, 4), start_date=day(0), end_date=day(5)) == (3, 3)
    assert warehouse.staged(PREDICTIONS) == on(1, 2, 4)
    assert points(warehouse, layer=4) == {0: 10.0, 1: 30.0, 2: 30.0, 4: 30.0}  # rows of other dates are left out


def test_what_its_owner_wrote_in_place_counts_as_staged_and_is_read_where_it_is(warehouse):
    told = Staged((str(day(1)),), "run", "command", AT.isoformat(), is_in_place=True)
    warehouse.stage_rows(PREDICTIONS, [], told)
    assert warehouse.staged(PREDICTIONS) == told
    assert points(warehouse, layer=4) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_two_stages_that_share_a_table_are_laid_over_it_apart(new):
    def failure(who: str, stage: str, n: int) -> dict:
        return filled(TDZA_FAILURES, {"processor_name": stage, "analysis_date": day(n), "entity_id": who})

    warehouse = new()
    publish(warehouse, TDZA_FAILURES, failure("BOS", "TDZA", 1), failure("BOS", "TDZA", 2))
    publish(warehouse, output("PSZA failures"), failure("lal1", "PSZA", 1), keep_in="second")
    warehouse.stage_rows(TDZA_FAILURES, [failure("LAL", "TDZA", 1)], on(1))
    warehouse.stage_rows(output("PDC failures"), [failure("lal9", "PDC", 1)], on(1))
    found = warehouse.query("SELECT entity_id FROM nba_processing.precompute_failures ORDER BY entity_id", layer=3)
    assert list(found.entity_id) == ["BOS", "LAL", "lal1", "lal9"]
    assert warehouse.fingerprints(TDZA_FAILURES, layer=3).keys() == {day(1), day(2)}
    several = [TDZA_FAILURES, PREDICTIONS, output("PSZA failures")]
    assert warehouse.fingerprints_of(several, layer=3) == {
        of: warehouse.fingerprints(of, 3 if of.layer == 3 else None) for of in several
    }
    assert warehouse.fingerprints_of([]) == {}


def test_what_is_staged_inside_a_block_that_holds_the_warehouse_open_is_seen_in_it(new):
    warehouse = new()
    with warehouse.held_open():
        assert (warehouse.staged(PREDICTIONS), points(warehouse, layer=4)) == (None, {})
        warehouse.stage_rows(PREDICTIONS, [forecast(0, 10.0)], on(0))
        assert (warehouse.staged(PREDICTIONS), points(warehouse, layer=4)) == (on(0), {0: 10.0})
        warehouse.discard_staged(PREDICTIONS)
        assert (warehouse.staged(PREDICTIONS), points(warehouse, layer=4)) == (None, {})


@pytest.mark.parametrize(
    ("old", "new_text"),
    [
        ("'g' AS game_id", "'g' AS game"),
        ("30.0 AS predicted_points", "'30' AS predicted_points"),
        ("'g' AS game_id", "CAST(NULL AS STRING) AS game_id"),
        ("30.0 AS predicted_points", "30.0 / (0.0 * LENGTH('a')) AS predicted_points"),
    ],
    ids=["another name", "another type", "absent where it never is", "a division by zero"],
)
def test_a_result_that_the_table_cannot_hold_is_refused_and_nothing_half_made_counts_as_staged(warehouse, old, new_text):
    with pytest.raises(Exception) as refused:
        stage(warehouse, FORECAST.replace(old, new_text), on(1, 2), start_date=day(1), end_date=day(2))
    assert isinstance(refused.value, Broken) or "ivi" in str(refused.value)
    assert warehouse.staged(PREDICTIONS) is None
    assert points(warehouse, layer=4) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_each_run_has_a_staging_area_of_its_own_and_those_of_ended_runs_are_dropped_but_not_that_by_hand(new):
    areas = ("20251217T000000Z_aaaaaa", "20251217T000001Z_bbbbbb", "by-hand")
    old, running, by_hand = (new(area=area) for area in areas)
    for warehouse in (old, running, by_hand):
        warehouse.stage_rows(PREDICTIONS, [forecast(1)], on(1))
    running.drop_ended_staging()
    assert old.staged(PREDICTIONS) is None
    assert by_hand.staged(PREDICTIONS) == on(1)
    by_hand.drop_staging()
    assert by_hand.staged(PREDICTIONS) is None


# Fingerprints.


def content(warehouse: Warehouse, *rows: dict) -> Partition:
    publish(warehouse, PREDICTIONS, *rows)
    return warehouse.fingerprints(PREDICTIONS)[day(1)]


def test_a_fingerprint_tells_what_rows_say_whatever_their_order_and_takes_the_two_zeros_for_one(new):
    rows = [forecast(1, 0.0), forecast(1, 5.0, "lal2")]
    first = content(new("a"), *rows)
    assert first.rows == 2
    assert content(new("b"), *reversed(rows)) == first
    assert content(new("c"), forecast(1, -0.0), rows[1]) == first
    assert content(new("d"), *rows, rows[1]) != first  # a doubled row is another content
    assert content(new("e"), rows[0] | {"line_margin": 0.0}, rows[1]) != first  # absent and zero are two things


def test_a_fingerprint_does_not_tell_who_wrote_the_rows_or_when(new):
    row = filled(TDZA_FAILURES, {"processor_name": "TDZA", "analysis_date": day(1), "entity_id": "BOS", "run_id": "r1"})
    for name, one in {"a": row, "b": row | {"run_id": "r2", "created_at": AT.replace(year=2027)}}.items():
        publish(new(name), TDZA_FAILURES, one)
    assert new("a").fingerprints(TDZA_FAILURES) == new("b").fingerprints(TDZA_FAILURES)


def test_staged_and_published_rows_of_one_content_have_one_fingerprint(warehouse):
    before = warehouse.fingerprints(PREDICTIONS)
    assert {(when - day(0)).days: held.rows for when, held in before.items()} == {0: 1, 1: 1, 2: 1}
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 11.0)], on(1, 2))
    candidate = warehouse.fingerprints(PREDICTIONS, layer=4)
    assert candidate == {day(0): before[day(0)], day(1): before[day(1)]}
    assert candidate.get(day(2), NO_ROWS) == Partition(0, "empty")


# Publishing.


def test_publishing_puts_staged_dates_in_place_and_keeps_what_they_replace(warehouse):
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0), forecast(3, 60.0)], on(1, 2, 3))
    with warehouse.writing() as transaction:
        transaction.replace_partitions(PREDICTIONS, [day(1), day(2)], warehouse.replaced("r"))
    assert points(warehouse) == {0: 10.0, 1: 50.0}  # day 3 is staged, and was not among the dates
    dates, before, now_there = warehouse.kept(PREDICTIONS, warehouse.replaced("r"))
    assert dates == warehouse.replaced_dates(PREDICTIONS, "r") == [day(1), day(2)]
    assert sorted(before.predicted_points) == [11.0, 12.0]
    assert list(now_there.predicted_points) == [50.0]


def test_what_was_replaced_can_be_put_back_and_the_receipts_voided(warehouse):
    publish(warehouse, PREDICTIONS, forecast(1, 50.0), keep_in="r", days=(1, 2))
    with warehouse.writing() as transaction:
        transaction.insert("nba_processing.gate_receipts", [receipt("r"), receipt("s", run_id="another")])
        assert transaction.restore_partitions(PREDICTIONS, warehouse.replaced("r")) == [day(1), day(2)]
        transaction.void_receipts("run", "undo of run")
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}
    told = warehouse.query("SELECT receipt_id, voided_by FROM nba_processing.gate_receipts ORDER BY receipt_id")
    assert [row.voided_by if isinstance(row.voided_by, str) else None for row in told.itertuples()] == ["undo of run", None]
    with warehouse.writing() as transaction:
        assert transaction.restore_partitions(PREDICTIONS, warehouse.replaced("nothing")) == []


def test_what_was_replaced_before_a_time_is_forgotten_and_what_came_later_is_kept(warehouse):
    publish(warehouse, PREDICTIONS, forecast(1, 50.0), keep_in="r", days=(1, 2))
    warehouse.drop_replaced(datetime.now(UTC) - timedelta(days=1))
    assert warehouse.replaced_dates(PREDICTIONS, "r") == [day(1), day(2)]
    warehouse.drop_replaced(datetime.now(UTC) + timedelta(days=1))
    assert warehouse.replaced_dates(PREDICTIONS, "r") == []
    assert points(warehouse) == {0: 10.0, 1: 50.0}


def test_beside_a_table_its_view_has_what_a_receipt_in_force_covers_and_nothing_taints(warehouse, new):
    publish(warehouse, TDZA_FAILURES, *(filled(TDZA_FAILURES, {"processor_name": "TDZA", "analysis_date": day(n)}) for n in range(3)))
    entry = {"table_name": NAME, "processor_name": "", "row_count": 1, "fingerprint": "f", "inputs_fingerprint": "", "inputs_from": day(0)}
    entry |= {"code_version": "c", "run_id": "run", "receipt_id": "in force", "tainted_by": None, "created_at": AT}
    log = [
        entry | {"partition_date": day(0)},
        entry | {"partition_date": day(1), "tainted_by": "a check: why"},
        entry | {"partition_date": day(2), "receipt_id": "voided"},
        entry | {"table_name": TDZA_FAILURES.table.name, "processor_name": "TDZA", "partition_date": day(1)},
        entry | {"table_name": TDZA_FAILURES.table.name, "processor_name": "PSZA", "partition_date": day(2)},
    ]
    with warehouse.writing() as transaction:
        transaction.insert("nba_processing.partition_log", log)
        transaction.insert("nba_processing.gate_receipts", [receipt("in force"), receipt("voided", voided_by="undo of run")])
    assert audited_days(warehouse, PREDICTIONS) == [0]
    assert audited_days(warehouse, TDZA_FAILURES) == [1]  # the other stage's receipt is not this one's
    with new().writing() as transaction:  # rebuilt without the failure, and passed once more
        transaction.insert("nba_processing.partition_log", [entry | {"partition_date": day(1), "receipt_id": "later", "created_at": LATER}])
        transaction.insert("nba_processing.gate_receipts", [receipt("later", created_at=LATER)])
    assert audited_days(warehouse, PREDICTIONS) == [0, 1]
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}


def audited_days(warehouse: Warehouse, of: Output) -> list[int]:
    """The days whose rows the view beside a table has, as its owner would ask, in the engine's own words."""
    if isinstance(warehouse, DuckDB):
        with duckdb.connect(str(warehouse.path), read_only=True) as connection:
            found = connection.execute(f"SELECT {of.table.date} FROM {of.table.name}_audited").fetchall()
    else:
        view = warehouse.datasets.quoted(f"{of.table.name}_audited")
        found = list(warehouse._client.query(f"SELECT {of.table.date} FROM {view} WHERE {of.table.date} > DATE '2025-01-01'").result())
    return sorted((row[0] - day(0)).days for row in found)


def receipt(name: str, **more: object) -> dict:
    told = {
        "receipt_id": name, "gate": "49", "run_id": "run", "season": "2025-26", "start_date": day(0), "end_date": day(2),
        "code_version": "c", "checks": "[]", "created_at": AT, "voided_by": None,
    }  # fmt: skip
    return told | more


@pytest.mark.parametrize("rows", [1, 200])  # a few are sent with the statements, many are loaded
def test_rows_that_are_inserted_come_back_as_they_were(warehouse, rows):
    said = 'it\'s a "check"\nof C:\\new, 100 % \u00e9 @day $day `x` ' * 5
    told = [receipt(f"r{n:03}", checks=said, created_at=AT + timedelta(microseconds=n), voided_by=None) for n in range(rows)]
    with warehouse.writing() as transaction:
        transaction.insert("nba_processing.gate_receipts", told)
    found = warehouse.query("SELECT * FROM nba_processing.gate_receipts ORDER BY receipt_id")
    assert found.voided_by.isna().all()
    assert list(found.checks) == [said] * rows
    assert list(found.created_at) == [row["created_at"] for row in told]
    assert {day.date() for day in found.end_date} == {told[0]["end_date"]}


def test_a_failure_while_writing_leaves_everything_as_it_was(warehouse):
    warehouse.stage_rows(PREDICTIONS, [forecast(0, 50.0)], on(0))
    with pytest.raises(RuntimeError, match="in the middle"), warehouse.writing() as transaction:
        transaction.replace_partitions(PREDICTIONS, [day(0)], warehouse.replaced("r"))
        raise RuntimeError("in the middle")
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}


def test_on_bigquery_rows_that_change_between_look_and_publishing_undo_all_of_it(new, request):
    if request.node.callspec.params["new"] == "duckdb":
        pytest.skip("the embedded warehouse lets nobody write while it publishes")
    warehouse = new()
    publish(warehouse, PREDICTIONS, *(forecast(n, 10.0 + n) for n in range(3)))
    warehouse.stage_rows(PREDICTIONS, [forecast(1, 50.0)], on(1))
    with pytest.raises(Broken, match=f"^{NAME} has changed since this gate looked at it"), warehouse.writing() as transaction:
        transaction.published_fingerprints(PREDICTIONS)
        publish(new(area="another"), PREDICTIONS, forecast(2, 99.0), keep_in="another", days=(2,))
        transaction.replace_partitions(PREDICTIONS, [day(1)], warehouse.replaced("r"))
    warehouse.query("SELECT 1 AS n")  # the emulator undoes a transaction that failed with the query after it
    assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 99.0}


def test_every_table_is_made_at_the_first_publishing_with_the_columns_of_the_schema(warehouse, new):
    assert warehouse.differences().empty
    for table in tables.schema().values():
        found = new().query(f"SELECT {', '.join(table.column_names)} FROM {table.name}")
        assert tuple(found.columns) == table.column_names


def test_a_second_writer_is_turned_away_and_told_who_writes(warehouse, new):
    with warehouse.hold("one"):
        assert warehouse.holder()["run_id"] == "one"
        with pytest.raises(Explained, match="run one") as refused, new().hold("two"):
            pass
        assert refused.value.exit_code == 5
    with new().hold("two"):
        assert new().holder()["run_id"] == "two"
        assert points(warehouse) == {0: 10.0, 1: 11.0, 2: 12.0}  # readers are not shut out


def test_a_copy_for_a_drill_is_an_embedded_warehouse_with_the_same_rows(warehouse, tmp_path):
    warehouse.copy_to(tmp_path / "copy.duckdb")
    copy = DuckDB(tmp_path / "copy.duckdb", tmp_path / "staging")
    assert points(copy) == points(warehouse)
    assert {when: held.rows for when, held in copy.fingerprints(PREDICTIONS).items()} == dict.fromkeys(map(day, range(3)), 1)
