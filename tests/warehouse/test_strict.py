"""The strict stand-in before the emulator fires where Google would, and hands on all else."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from emulators import PROJECT
from google.api_core import exceptions as api
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from refusals import OUTER_JOIN
from strict import Strict
from tiny import AT, SEASON

from nbhelpers.errors import Broken
from nbhelpers.warehouse.bigquery import BigQuery


@pytest.fixture
def client(strict_bigquery) -> google.Client:
    return google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": strict_bigquery.address})


def test_a_job_id_is_used_once_and_a_job_may_be_unseen_for_a_while(client, strict_bigquery):
    assert [row.n for row in client.query("SELECT 7 AS n", job_id="mine", job_retry=None).result()] == [7]
    with pytest.raises(api.Conflict, match="Already Exists: Job mine"):
        client.query("SELECT 8 AS n", job_id="mine", job_retry=None)
    strict_bigquery.unseen = 1
    with pytest.raises(api.NotFound, match="Not found: Job mine"):
        client.get_job("mine", retry=None)
    assert client.get_job("mine").query == "SELECT 7 AS n"


def test_what_the_text_alone_tells_is_refused_as_a_job(client):
    with pytest.raises(api.BadRequest, match=OUTER_JOIN):
        client.query("SELECT a.n FROM d.a LEFT JOIN d.b ON a.n <= b.n").result()
    with pytest.raises(api.BadRequest, match="10485760 or higher required"):
        client.query("SELECT 1", job_config=google.QueryJobConfig(maximum_bytes_billed=1000)).result()


def test_least_roles_create_no_dataset_and_need_none_where_all_are_there(client, strict_bigquery: Strict):
    warehouse = BigQuery(client, SEASON, "a_run", "least_")
    ours = {name.partition(".")[2] for name in warehouse.datasets.names()}
    try:
        strict_bigquery.editable = ours
        with pytest.raises(Broken, match="bigquery.datasets.create permission"):
            warehouse.create()
        strict_bigquery.editable = None
        for name in warehouse.datasets.names():
            client.create_dataset(name)
        strict_bigquery.editable = ours
        warehouse.create()
        for name in ("least_nba_raw", "foreign"):
            with pytest.raises(api.Forbidden, match=f"{PROJECT}:{name}"):
                client.delete_dataset(name)
        with pytest.raises(api.Forbidden, match=f"bigquery.tables.getData denied on dataset {PROJECT}:foreign"):
            client.query("SELECT * FROM `foreign.t`").result()
    finally:
        strict_bigquery.editable = None
    with pytest.raises(api.BadRequest, match="without a filter over column"):
        client.query(f"SELECT * FROM `{PROJECT}.least_nba_raw.nbac_shots`").result()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"at": pa.array([AT.replace(tzinfo=None)], pa.timestamp("us"))}, "Field at has changed type from TIMESTAMP to DATETIME"),
        ({"at": pa.array([1])}, "Field at has changed type from TIMESTAMP to INTEGER"),
        ({"at": pa.array([AT], pa.timestamp("us", "UTC")), "n": pa.array([None], pa.int64())}, "Required field n cannot be null"),
        ({"at": pa.array([AT], pa.timestamp("us", "UTC")), "n": pa.array([1])}, ""),
    ],
)
def test_the_rows_of_a_load_are_held_to_its_schema(client, rows, said):
    client.create_dataset("loads", exists_ok=True)
    body = io.BytesIO()
    pq.write_table(pa.table(rows), body)
    body.seek(0)
    schema = [google.SchemaField("at", "TIMESTAMP"), google.SchemaField("n", "INTEGER", "REQUIRED")]
    config = google.LoadJobConfig(source_format="PARQUET", schema=schema, write_disposition="WRITE_TRUNCATE")
    if not said:
        client.load_table_from_file(body, f"{PROJECT}.loads.t", job_config=config).result()
        return
    with pytest.raises(api.BadRequest, match=said):
        client.load_table_from_file(body, f"{PROJECT}.loads.t", job_config=config).result()
