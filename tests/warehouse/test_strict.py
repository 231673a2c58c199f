"""The strict stand-in before the emulator fires where Google would, and hands on all else."""

import pytest
from emulators import PROJECT
from google.api_core import exceptions as api
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from refusals import OUTER_JOIN
from strict import Strict
from tiny import SEASON

from nbhelpers.errors import Broken
from nbhelpers.warehouse.bigquery import BigQuery


@pytest.fixture
def client(strict_bigquery) -> google.Client:
    return google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": strict_bigquery.address})


def test_a_job_id_is_used_once_and_a_job_may_be_unseen_for_a_while(client, strict_bigquery):
    assert [row.n for row in client.query("SELECT 7 AS n", job_id="mine").result()] == [7]
    with pytest.raises(api.Conflict, match="Already Exists: Job mine"):
        client.query("SELECT 8 AS n", job_id="mine")
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
    strict_bigquery.may_create_datasets = False
    try:
        with pytest.raises(Broken, match="bigquery.datasets.create permission"):
            warehouse.create()
        strict_bigquery.may_create_datasets = True
        for name in warehouse.datasets.names():
            client.create_dataset(name)
        strict_bigquery.may_create_datasets = False
        warehouse.create()
    finally:
        strict_bigquery.may_create_datasets = True
    with pytest.raises(api.BadRequest, match="without a filter over column"):
        client.query(f"SELECT * FROM `{PROJECT}.least_nba_raw.nbac_shots`").result()
