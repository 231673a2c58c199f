"""A smoke test in a real Google Cloud project: a few dates through all steps, looked at, taken back, in datasets of its own.

    pytest -m live --project P --location L --bucket gs://B

It needs application-default credentials with the roles that the README names and the right to make datasets. It says what it
will cost at the most before it runs anything, sends no job beyond that, and drops what it has made.
"""

import secrets
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from google.cloud import storage
from runs import Home

from nbhelpers import simulation
from nbhelpers.season import PLAN_SEASON
from nbhelpers.sql import tables
from nbhelpers.warehouse import bigquery
from nbhelpers.warehouse.bigquery import BigQuery

END = "2025-11-06"  # two days into the composite factors
MOST_COST = "1.00"  # dollars


class Place(NamedTuple):
    """Where the test runs: as a user says it, and as a warehouse."""

    home: Home
    words: tuple[str, ...]
    warehouse: BigQuery


@pytest.fixture
def place(request, tmp_path) -> Iterator[Place]:
    """Datasets and a folder in the bucket of the test's own, which are gone after it."""
    project, location, bucket = (request.config.getoption(name) for name in ("--project", "--location", "--bucket"))
    if not (project and location and bucket):
        pytest.skip("say where: --project P --location L --bucket gs://B")
    mark = f"live_{secrets.token_hex(4)}"
    client, folder = bigquery.client(project, location), f"{bucket}/{mark}"
    warehouse = BigQuery(client, PLAN_SEASON, "looking", f"{mark}_")
    words = ("--project", project, "--location", location, "--bucket", folder, "--dataset-prefix", f"{mark}_", "--end-date", END)
    simulation.write(tmp_path / "source")
    try:
        with simulation.serving(tmp_path / "source", requests_per_minute=10**6) as address:
            asked = {"BDL_BASE_URL": address, "NBA_CDN_BASE_URL": address, "BALLDONTLIE_API_KEY": "simulated", "BDL_RATE": "600"}
            yield Place(Home(tmp_path, profile="gcp", **asked), words, warehouse)
    finally:
        for name in warehouse.datasets.names():
            client.delete_dataset(name, delete_contents=True, not_found_ok=True)
        name, _, below = folder.removeprefix("gs://").partition("/")
        there = storage.Client(project).bucket(name)
        there.delete_blobs(list(there.list_blobs(prefix=f"{below}/")))


@pytest.mark.live
def test_a_few_dates_run_through_all_steps_in_a_project(place, capsys):
    home, words, warehouse = place
    plan = home.run("plan", *words)
    assert plan.code == 0, plan.out + plan.err
    with capsys.disabled():
        print(f"\n{plan.out.strip().splitlines()[-1]}.\nNo job is sent once ${MOST_COST} is reached.", flush=True)
    ended = home.run("--with-predictions", "--max-cost", MOST_COST, *words)
    assert ended.code == 0, ended.out + ended.err
    assert [receipt["gate"] for receipt in home.runs[-1].manifest["receipts"]] == ["19", "29", "39", "49"]
    for short in ("SHOTS", "TDGS", "TDZA", "PREDICTIONS"):
        table = next(output.table for output in tables.outputs() if output.short == short)
        published, audited = (rows_of(warehouse, f"{table.name}{suffix}", table.date) for suffix in ("", "_audited"))
        assert published == audited > 0, short
    again = home.run("--with-predictions", "--max-cost", MOST_COST, *words)
    assert again.code == 0, again.out + again.err
    assert "unchanged" in home.runs[-1].statuses.values()
    undone = home.run("undo", home.runs[0].manifest["run_id"], *words)
    assert undone.code == 0, undone.out + undone.err
    assert not any(warehouse.fingerprints_of(list(tables.outputs())).values())


def rows_of(warehouse: BigQuery, name: str, date: str | None) -> int:
    """How many rows a table or a view has."""
    text = f"SELECT COUNT(*) AS n FROM {warehouse.datasets.quoted(name)} WHERE {date} >= DATE '2025-01-01'"
    return warehouse.jobs.read(text, {})["n"][0].as_py()
