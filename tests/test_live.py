"""A smoke test in a real Google Cloud project: a few dates through all steps, in datasets of its own, then dropped.

    pytest -m live --project P --location L --bucket gs://B

It needs application-default credentials with the roles that the README names, and bills a few gibibytes at most.
"""

import secrets

import pytest
from google.cloud import storage
from runs import Home

from nbhelpers import simulation
from nbhelpers.warehouse import bigquery
from nbhelpers.warehouse.bigquery.datasets import REPLACED, STAGING

END = "2025-11-06"  # two days into the composite factors


@pytest.mark.live
def test_a_few_dates_run_through_all_steps_in_a_project(request, tmp_path):
    project, location, bucket = (request.config.getoption(name) for name in ("--project", "--location", "--bucket"))
    if not (project and location and bucket):
        pytest.skip("say where: --project P --location L --bucket gs://B")
    mark = f"live_{secrets.token_hex(4)}"
    prefix, folder = f"{mark}_", f"{bucket}/{mark}"
    simulation.write(tmp_path / "source")
    try:
        with simulation.serving(tmp_path / "source", requests_per_minute=10**6) as address:
            asked = {"BDL_BASE_URL": address, "NBA_CDN_BASE_URL": address, "BALLDONTLIE_API_KEY": "simulated", "BDL_RATE": "600"}
            home = Home(tmp_path, profile="gcp", **asked)
            where = ("--project", project, "--location", location, "--bucket", folder, "--dataset-prefix", prefix)
            ended = home.run("--with-predictions", "--end-date", END, *where)
        assert ended.code == 0, ended.out + ended.err
        assert [receipt["gate"] for receipt in home.runs[-1].manifest["receipts"]] == ["19", "29", "39", "49"]
    finally:
        client = bigquery.client(project, location)
        for name in ("nba_raw", "nba_analytics", "nba_precompute", "nba_predictions", "nba_processing", STAGING, REPLACED):
            client.delete_dataset(f"{project}.{prefix}{name}", delete_contents=True, not_found_ok=True)
        name, _, below = folder.removeprefix("gs://").partition("/")
        there = storage.Client(project).bucket(name)
        there.delete_blobs(list(there.list_blobs(prefix=f"{below}/")))
