"""What BigQuery does at its worst, through its real client: nothing is written twice, and the message names the cause."""

import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bigquery_server import DONE, Server, failed, refused
from google.api_core.retry import retry_unary
from google.cloud import bigquery as google
from tiny import AT, SEASON, day, filled, output

from nbhelpers import survey
from nbhelpers.errors import BadInput, Broken, OverBudget
from nbhelpers.gates import due
from nbhelpers.runs import cost
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.sql import files, tables
from nbhelpers.warehouse import Staged, bigquery
from nbhelpers.warehouse.bigquery import BigQuery, Terms
from nbhelpers.warehouse.bigquery.jobs import OwnAccount
from nbhelpers.warehouse.bigquery.queries import table_reads
from nbhelpers.warehouse.bigquery.shapes import Shape

OUTPUT = output("PREDICTIONS")


@pytest.fixture
def server(httpserver, monkeypatch) -> Server:
    """A server that answers every query with nothing, until told otherwise; the client does not wait between its tries."""
    monkeypatch.setattr(retry_unary.time, "sleep", lambda seconds: None)
    return Server(httpserver)


@pytest.fixture
def warehouse(server) -> BigQuery:
    return BigQuery(server.client(), SEASON, "a_run", prefix="try_")


def write(warehouse: BigQuery, *statements: str) -> None:
    """Have a transaction of these statements done, without making tables first."""
    transaction = warehouse.transaction()
    transaction.statements += statements
    transaction.commit()


def test_a_job_whose_answer_was_lost_is_asked_for_by_its_id_and_not_run_again(server, warehouse):
    server.lost = 1
    write(warehouse, "DELETE FROM t WHERE TRUE")
    assert len(server.jobs) == 1
    assert server.asked["POST /jobs"] == 2  # the second was told that the job is there
    [job] = server.jobs.values()
    assert job["configuration"]["labels"] == {"run_id": "a_run", "step": "0"}


def test_a_transaction_has_one_id_and_the_same_statements_at_another_time_have_another(server, warehouse):
    transaction = warehouse.transaction()
    transaction.statements.append("DELETE FROM t WHERE TRUE")
    transaction.commit()
    transaction.commit()
    assert len(server.jobs) == 1
    write(warehouse, "DELETE FROM t WHERE TRUE")  # to publish, to undo and to publish again says the same twice
    assert len(server.jobs) == 2


def test_a_failed_job_is_not_the_answer_to_the_next_attempt(server, warehouse):
    server.outcomes = [failed("accessDenied", "Access Denied: Table t")]
    with pytest.raises(Broken, match="Access Denied"):
        write(warehouse, "DELETE FROM t WHERE TRUE")
    write(warehouse, "DELETE FROM t WHERE TRUE")  # the permission was given meanwhile
    assert ["errorResult" in job["status"] for job in server.jobs.values()] == [True, False]


def test_a_job_that_is_not_found_for_a_while_after_its_answer_was_lost_is_waited_for(server, warehouse):
    server.lost, server.unseen = 1, 3
    write(warehouse, "DELETE FROM t WHERE TRUE")
    assert len(server.jobs) == 1
    assert not server.unseen


def test_a_job_of_our_id_that_does_something_else_is_not_believed(server, warehouse):
    server.jobs["backfill_mine_1"] = {
        "jobReference": {"projectId": "p", "jobId": "backfill_mine_1", "location": "US"}, "status": DONE,
        "configuration": {"jobType": "QUERY", "query": {"query": "DELETE FROM another WHERE TRUE"}}, "statistics": {},
    }  # fmt: skip
    with pytest.raises(Broken, match="job backfill_mine_1 is there already, and does something else"):
        warehouse.jobs.write("DELETE FROM t WHERE TRUE", {}, "publishing", "mine")


def test_a_transaction_that_another_one_aborted_is_tried_again(server, warehouse):
    server.outcomes = [failed("invalidQuery", "Transaction is aborted due to concurrent update against table p:d.t"), DONE]
    write(warehouse, "DELETE FROM t WHERE TRUE")
    assert len(server.jobs) == 2


def test_rows_that_another_pipeline_has_just_streamed_in_stop_with_their_cause(server, warehouse):
    said = "UPDATE or DELETE statement over table d.t would affect rows in the streaming buffer, which is not supported"
    server.outcomes = [failed("invalidQuery", said)]
    with pytest.raises(Broken, match=r"streaming buffer[\s\S]*about half an hour"):
        write(warehouse, "DELETE FROM t WHERE TRUE")


def test_what_a_script_billed_is_counted(server):
    account = OwnAccount()
    server.bytes_read = 30 * 2**20
    write(BigQuery(server.client(), SEASON, "a_run", account=account), "DELETE FROM t WHERE TRUE")
    [job] = account.jobs
    [sent] = server.jobs
    assert (job["id"], job["what"], job["bytes_billed"]) == (sent, "publishing", 30 * 2**20)


def test_times_that_are_loaded_carry_their_zone_or_the_column_would_become_a_datetime(server, warehouse, monkeypatch):
    sent = []
    monkeypatch.setattr(google.Client, "load_table_from_file", lambda client, body, *of, **more: sent.append(body.read()))
    with pytest.raises(AttributeError):  # no job came back
        warehouse.jobs.load("p.d.new", tables.schema()["nba_processing.gate_receipts"], [{"created_at": AT}])
    assert pq.read_schema(io.BytesIO(sent[0])).field("created_at").type == pa.timestamp("us", "UTC")


def test_a_dataset_that_is_there_is_not_created_which_takes_a_permission_that_the_roles_lack(server, warehouse):
    for name in warehouse.datasets.names():
        dataset = name.partition(".")[2]
        server.datasets[dataset] = {"datasetReference": {"projectId": "p", "datasetId": dataset}, "location": "US"}
    server.is_creating_forbidden = True
    warehouse.datasets.ensure()
    del server.datasets["try_nba_raw"]
    with pytest.raises(Broken, match=r"making dataset p.try_nba_raw[\s\S]*permission"):
        BigQuery(server.client(), SEASON, "a_run", prefix="try_").datasets.ensure()


def test_a_dataset_whose_partitions_expire_is_refused_since_old_seasons_would_vanish(server, warehouse):
    reference = {"projectId": "p", "datasetId": "try_nba_raw"}
    server.datasets["try_nba_raw"] = {"datasetReference": reference, "location": "US", "defaultPartitionExpirationMs": "5184000000"}
    with pytest.raises(BadInput, match=r"try_nba_raw lets partitions expire after 60 days[\s\S]*default_partition_expiration 0 p:try"):
        warehouse.check()


def test_a_job_that_fails_for_a_passing_reason_is_tried_again_under_the_next_id(server, warehouse):
    server.outcomes = [failed("backendError"), DONE]
    write(warehouse, "DELETE FROM t WHERE TRUE")
    assert [identifier.rpartition("_")[2] for identifier in server.jobs] == ["1", "2"]


def test_a_job_that_keeps_failing_is_given_up_after_three_tries(server, warehouse):
    server.outcomes = [failed("backendError", "an internal error")] * 5
    with pytest.raises(Broken, match="publishing: .*an internal error"):
        write(warehouse, "DELETE FROM t WHERE TRUE")
    assert len(server.jobs) == 3


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (failed("quotaExceeded", "Quota exceeded: modifications of partitions"), r"quota is used up\)[\s\S]*run again when it is free"),
        (failed("accessDenied", "Access Denied: Table t"), "Access Denied"),
        (failed("invalidQuery", "Name d not found inside t"), r"Name d not found inside t[\s\S]*schema.sql"),
        (refused(403, "accessDenied", "User may not"), r"\(permission\)[\s\S]*BigQuery Data Editor"),
        (refused(404, "notFound", "Not found: Table p:try_nba_raw.t was not found in location US"), r"not found\)[\s\S]*--location"),
    ],
)
def test_what_cannot_be_retried_stops_at_once_and_names_the_cause(server, warehouse, outcome, said):
    server.outcomes = [outcome]
    with pytest.raises(Broken, match=said) as stopped:
        write(warehouse, "DELETE FROM t WHERE TRUE")
    assert stopped.value.exit_code == 3
    assert "published tables are as they were" in str(stopped.value)
    assert len(server.jobs) <= 1


def test_a_job_that_would_bill_more_than_it_may_stops_as_over_budget(server, warehouse):
    server.outcomes = [failed("bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 10485760")]
    with pytest.raises(OverBudget, match=r"over --max-bytes, or over what is left of --max-cost\)[\s\S]*as they were") as stopped:
        write(warehouse, "DELETE FROM t WHERE TRUE")
    assert stopped.value.exit_code == 4


def test_rows_that_changed_since_the_gate_looked_undo_the_transaction_and_are_named(server, warehouse):
    server.outcomes = [failed("invalidQuery", "nba_raw.nbac_shots has changed since this gate looked at it")]
    with pytest.raises(Broken, match=r"^nba_raw.nbac_shots has changed since this gate looked at it[\s\S]*run the gate again"):
        write(warehouse, "SELECT 1")


def test_a_transaction_asks_again_inside_itself_what_the_gate_has_seen(server, warehouse):
    kinds = {"nth": "INTEGER", "day": "DATE", "row_count": "INTEGER", "fingerprints": "STRING"}
    server.schema = {"fields": [{"name": name, "type": kind, "mode": "REPEATED" if kind == "STRING" else "NULLABLE"} for name, kind in kinds.items()]}
    script = warehouse.transaction()
    assert script.published_fingerprints(OUTPUT) == {}
    [guard] = script.statements
    assert guard.startswith("SELECT IF(") and guard.endswith("ERROR('nba_predictions.player_prop_predictions has changed since this gate looked at it'))")


def test_datasets_elsewhere_than_said_are_refused_before_anything_is_asked_of_them(server, warehouse):
    server.datasets["try_nba_raw"] = {"datasetReference": {"projectId": "p", "datasetId": "try_nba_raw"}, "location": "EU"}
    with pytest.raises(BadInput, match=r"try_nba_raw is in EU, not in US[\s\S]*--location EU"):
        warehouse.check()
    assert not server.jobs


def test_only_datasets_of_the_list_are_made_all_under_the_prefix(server, warehouse):
    warehouse.create()
    assert sorted(server.datasets) == [
        "try_backfill_replaced", "try_backfill_staging", "try_nba_analytics", "try_nba_precompute", "try_nba_predictions",
        "try_nba_processing", "try_nba_raw",
    ]  # fmt: skip
    assert {name.partition("_nba_")[0] for name in server.tables} == {"try"}


def test_tables_are_partitioned_by_their_date_clustered_by_their_key_and_never_expire(server, warehouse):
    warehouse.create()
    made = server.tables["try_nba_precompute/player_composite_factors"]
    assert made["timePartitioning"] == {"type": "DAY", "field": "game_date"}
    assert made["clustering"] == {"fields": ["player_lookup"]}
    assert made["requirePartitionFilter"] is True
    assert "expirationTime" not in made
    first = made["schema"]["fields"][0]
    assert (first["name"], first["type"], first["mode"]) == ("player_lookup", "STRING", "REQUIRED")


def test_a_table_of_another_shape_is_told_by_column_and_never_written_to(server, warehouse):
    server.datasets["try_nba_analytics"] = {"datasetReference": {"projectId": "p", "datasetId": "try_nba_analytics"}, "location": "US"}
    reference = {"projectId": "p", "datasetId": "try_nba_analytics", "tableId": "team_defense_game_summary"}
    fields = [{"name": "game_id", "type": "STRING"}, {"name": "game_date", "type": "DATE"}, {"name": "opp_paint_attempts", "type": "FLOAT"}, {"name": "their_own", "type": "JSON"}]
    server.tables["try_nba_analytics/team_defense_game_summary"] = {"tableReference": reference, "schema": {"fields": fields}}
    told = warehouse.differences().set_index("column").there
    assert told["opp_paint_attempts"] == "FLOAT64"
    assert told["opp_mid_range_attempts"] == ""
    assert "game_id" not in told
    text, _ = warehouse.queries.text("SELECT game_id, opp_paint_attempts, defensive_rating FROM nba_analytics.team_defense_game_summary")
    assert "SAFE_CAST(opp_paint_attempts AS INT64)" in text
    assert "CAST(NULL AS FLOAT64) AS defensive_rating" in text
    warehouse.create()
    with pytest.raises(BadInput, match=r"team_defense_game_summary lacks or differs in[\s\S]*--dataset-prefix"):
        warehouse.transaction().replace_partitions(output("TDGS"), [day(0)], "backfill_replaced.r")


def test_a_column_that_is_never_absent_is_not_left_staged_with_gaps(server, warehouse):
    rows = [filled(OUTPUT, {"game_date": day(0)}), filled(OUTPUT, {"game_date": day(0)}) | {"game_id": None}]
    with pytest.raises(Broken, match="PREDICTIONS: game_id is NULL in some of 2 rows"):
        warehouse.stage_rows(OUTPUT, rows, Staged((str(day(0)),), "a_run", "code", AT.isoformat()))
    assert not server.jobs


def test_without_a_limit_a_job_is_sent_none(server, warehouse):
    warehouse.query("SELECT 1 AS n")
    [job] = server.jobs.values()
    assert "maximumBytesBilled" not in job["configuration"]["query"]


def test_every_query_may_bill_no_more_than_it_is_allowed_and_takes_typed_parameters(server):
    warehouse = BigQuery(server.client(), SEASON, "a_run", terms=Terms(most_bytes=10**9))
    warehouse.query("SELECT @day AS n, @names AS m", {"day": day(0), "names": ["a"]})
    [job] = server.jobs.values()
    told = job["configuration"]["query"]
    assert told["maximumBytesBilled"] == str(10**9)
    kinds = {parameter["name"]: parameter["parameterType"] for parameter in told["queryParameters"]}
    assert kinds == {"day": {"type": "DATE"}, "names": {"type": "ARRAY", "arrayType": {"type": "STRING"}}}


def test_a_run_that_comes_to_what_it_may_cost_sends_no_further_job(server):
    server.bytes_read = 60 * 2**20
    warehouse = BigQuery(server.client(), SEASON, "a_run", terms=Terms(most_bytes=10**9, most_run_bytes=100 * 2**20, labels={"team": "data"}))
    warehouse.query("SELECT 1 AS n")
    warehouse.query("SELECT 2 AS n")
    with pytest.raises(OverBudget, match=r"has billed 125,829,120 bytes, and may bill 104,857,600 \(--max-cost\)"):
        warehouse.query("SELECT 3 AS n")
    most = [int(job["configuration"]["query"]["maximumBytesBilled"]) for job in server.jobs.values()]
    assert most == [100 * 2**20, 40 * 2**20]  # what is left of the run's is the most that a job may
    assert {job["configuration"]["labels"]["team"] for job in server.jobs.values()} == {"data"}


def test_the_tables_of_one_project_are_read_by_jobs_that_another_pays_for(server):
    warehouse = BigQuery(server.client(), SEASON, "a_run", project="tables-of")
    assert warehouse.datasets.quoted("nba_raw.nbac_shots") == "`tables-of.nba_raw.nbac_shots`"
    assert {name.partition(".")[0] for name in warehouse.datasets.names()} == {"tables-of"}
    warehouse.query("SELECT 1 AS n")
    assert server.asked["POST /jobs"] == 1  # below the address of the project that pays


def test_a_dry_run_tells_bytes_and_runs_nothing(server, warehouse):
    server.bytes_read = 12_345
    assert warehouse.jobs.estimate("SELECT 1 AS n", {}) == 12_345
    assert not server.jobs


# Cost before the run.


@pytest.fixture
def budget(server, tmp_path) -> Session:
    """A session on a BigQuery in which every query would read a GiB, and no limit yet."""
    server.bytes_read = 2**30
    settings = Settings("gcp", tmp_path, "gs://b", tmp_path / "w", tmp_path / "runs", "", "", None, "p", "US")
    return Session(Window(SEASON, day(0), day(1)), settings, BigQuery(server.client(), SEASON, "plan"), "plan")


def make_tables(budget: Session) -> None:
    """Have every table be there."""
    for name in tables.schema():
        budget.warehouse.datasets.note_shape(name, Shape.declared(tables.schema()[name]))


def test_an_estimate_counts_every_query_of_the_steps_that_are_asked_for(budget):
    make_tables(budget)
    one, both = cost.estimate(budget, [22]), cost.estimate(budget, [22, 29])
    looked_up, below = len(tables.outputs()), sum(o.layer < 2 for o in tables.outputs())
    assert one.jobs == looked_up + 1 + cost.SURVEYED + cost.STAGED  # the step itself is one script
    assert both.jobs - one.jobs == cost.CHECKED + cost.SURVEYED + cost.PUBLISHED * len(tables.layer_outputs(2)) + below
    of_raw, raw = cost.estimate(budget, [19]), len(tables.layer_outputs(1))
    assert of_raw.jobs == looked_up + cost.CHECKED + cost.SURVEYED + (cost.PUBLISHED + cost.READ_AGAIN) * raw
    assert one.bytes_billed > one.jobs * 2**30  # no query is billed less than its dry run says
    assert both.partitions_a_job == 2
    assert "2 of the 4,000 partitions of a table that it may, a table holds at most 10,000" in str(both)


def test_an_estimate_is_no_less_than_ten_mebibytes_for_each_time_that_a_query_reads_a_table(server, budget):
    server.bytes_read = 0
    make_tables(budget)
    step = files.text(files.step_files(22)[0])
    queries, parameters = budget.warehouse.queries, budget.parameters(built_at=AT, min_feature_rows=1)
    script = sum(bigquery.script_reads(bigquery.one_script([queries.parts(step)], parameters)))
    coverage = bigquery.one_script([queries.parts(text) for text in survey.coverage_queries()], parameters)
    surveyed = sum(bigquery.script_reads(coverage))
    assert script >= 6 and surveyed >= 10
    reads = len(tables.outputs()) + script + cost.SURVEYED * surveyed + cost.STAGED
    assert cost.estimate(budget, [22]).bytes_billed == reads * cost.LEAST_BILLED


def test_the_checks_of_gate_3_are_billed_as_one_script_and_not_as_if_views_were_worked_out_at_each_reference(server, budget):
    server.bytes_read = 0
    make_tables(budget)
    assert cost.estimate(budget, [39]).bytes_billed < 12 * 2**30  # inlined, the comparison with the witness alone reads 900 GiB


def test_a_plan_runs_each_text_dry_once_and_counts_tables_that_are_not_there_yet_as_they_will_be(server, budget):
    server.bytes_read = 0
    before = cost.estimate(budget, [22, 29])
    looks = sum(count for call, count in server.asked.items() if call.startswith("GET /datasets"))
    assert looks <= len(tables.schema()) + 1
    assert not server.asked["POST /jobs"]  # what is not there cannot be read, not even dry
    make_tables(budget)
    assert cost.estimate(budget, [22, 29]) == before
    assert 0 < server.asked["POST /jobs"] <= 80


@pytest.mark.parametrize("condition", due.CONDITIONS)
def test_what_a_gate_asks_of_many_views_is_sent_as_a_script_in_which_each_is_worked_out_once(server, budget, condition):
    make_tables(budget)
    budget.query_once(due.CONDITIONS[condition][0])
    [text] = server.texts
    assert max(bigquery.script_reads(text)) <= 60
    assert text.startswith("CREATE TEMP TABLE") == (condition == "enough_games")


def test_predictions_are_among_what_a_plan_counts():
    assert {40, 49} <= set(cost.STEPS)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("SELECT 1", 0),
        ("SELECT * FROM d.t, UNNEST(t.xs) AS x", 1),
        ("WITH a AS (SELECT * FROM d.t) SELECT * FROM a", 1),
        ("WITH a AS (SELECT * FROM d.t), b AS (SELECT * FROM a JOIN a AS c USING (n)) SELECT * FROM a JOIN b USING (n)", 3),
        ("SELECT * FROM (WITH a AS (SELECT * FROM d.t) SELECT * FROM a CROSS JOIN a AS b) WHERE n IN (SELECT n FROM d.u)", 3),
    ],
)
def test_a_with_is_read_at_each_reference(text, reads):
    assert table_reads(text) == reads


@pytest.mark.parametrize(("max_bytes", "max_cost", "said"), [(10**9, None, "more than --max-bytes 1,000,000,000"), (None, 0.01, "more than --max-cost 0.01")])
def test_a_run_over_budget_is_refused_before_anything_is_written(server, budget, monkeypatch, max_bytes, max_cost, said):
    here = budget
    monkeypatch.setattr(bigquery, "client", lambda project, location: server.client())
    with pytest.raises(OverBudget, match=f"{said}. Nothing was written") as refused_:
        cost.require_budget(replace(here.settings, max_bytes=max_bytes, max_cost=max_cost), here.window, [20, 21])
    assert refused_.value.exit_code == 4
    assert not server.jobs and not server.datasets
    cost.require_budget(replace(here.settings, max_cost=1000), here.window, [20, 21])


def test_without_credentials_it_is_said_what_to_type(monkeypatch, tmp_path):
    for name in ("BIGQUERY_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(BadInput, match="gcloud auth application-default login"):
        bigquery.client("p", "US")
