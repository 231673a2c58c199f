"""The simulated season with --profile gcp, as a user runs it: BigQuery and Google Cloud Storage by their emulators.

BigQuery refuses what Google refuses, and the account has the least roles that the README names.

Its first weeks, through two gates; WHOLE_SEASON=1 runs all of it, forecasts and all, which takes six minutes, since the
emulator translates every query anew.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from emulators import BUCKET, PROJECT
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from runs import HOW_IT_CAME, Ended, Home
from strict import Sent, Strict, standing_before

from nbhelpers import simulation
from nbhelpers.season import DEFAULT_END, PLAN_SEASON
from nbhelpers.sql import tables
from nbhelpers.warehouse.bigquery import BigQuery

IS_WHOLE = bool(os.environ.get("WHOLE_SEASON"))
END = DEFAULT_END if IS_WHOLE else "2025-11-02"
STEPS = ("--from", "10", "--to", "49", "--with-predictions") if IS_WHOLE else ("--from", "10", "--to", "29")
GATES = ["19", "29", "39", "49"] if IS_WHOLE else ["19", "29"]
MOST_JOBS, MOST_CALLS, MOST_READS = (150 if IS_WHOLE else 60), (200 if IS_WHOLE else 140), 60
PATIENCE = 3600  # seconds; the whole season takes the emulator many minutes
WORDS = ("--location", "US", "--bucket", f"gs://{BUCKET}/season", "--dataset-prefix", "try_", "--end-date", END)


@pytest.fixture(scope="module")
def strict(bigquery_emulator) -> Iterator[Strict]:
    """The datasets made by somebody who may; the run may only edit them."""
    with standing_before(bigquery_emulator) as strict:
        maker = bigquery_at(strict.address)
        for name in maker.datasets.names():
            maker._client.create_dataset(name)
        strict.editable = {name.partition(".")[2] for name in maker.datasets.names()}
        yield strict


def bigquery_at(address: str) -> BigQuery:
    client = google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": address})
    return BigQuery(client, PLAN_SEASON, "looking", "try_")


@pytest.fixture(scope="module")
def home(tmp_path_factory, simulated_source, strict, storage_emulator) -> Iterator[Home]:
    """Empty datasets in the cloud, and the simulated sources to be asked."""
    folder = tmp_path_factory.mktemp("gcp")
    with simulation.serving(simulated_source, requests_per_minute=10**6) as address:
        yield Home(
            folder, profile="gcp", BIGQUERY_EMULATOR_HOST=strict.address, STORAGE_EMULATOR_HOST=storage_emulator,
            GOOGLE_CLOUD_PROJECT=PROJECT, BALLDONTLIE_API_KEY="simulated", BDL_BASE_URL=address, NBA_CDN_BASE_URL=address,
            BDL_RATE="600",
        )  # fmt: skip


@pytest.fixture(scope="module")
def run(home, strict) -> tuple[Ended, Sent]:
    """The run, and what it has sent to BigQuery."""
    strict.sent()
    process = home.start(*STEPS, *WORDS)
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err), strict.sent()


@pytest.fixture(scope="module")
def ended(run) -> Ended:
    return run[0]


@pytest.fixture
def warehouse(strict, ended) -> BigQuery:
    return bigquery_at(strict.address)


def test_season_passes_every_gate_and_leaves_its_record_here(home, ended):
    assert ended.code == 0, ended.out + ended.err
    manifest = home.runs[-1].manifest
    assert set(home.runs[-1].statuses.values()) == {"done"}
    assert [receipt["gate"] for receipt in manifest["receipts"]] == GATES
    told = manifest["settings"]
    assert (told["project"], told["location"], told["dataset_prefix"]) == (PROJECT, "US", "try_")
    assert told["bucket"] == f"gs://{BUCKET}/season"
    assert "warehouse" not in told
    assert "BigQuery billed" in ended.last_lines
    assert all(job["address"].startswith("https://console.cloud.google.com/bigquery?project=") for job in manifest["jobs"])
    assert all(receipt["jobs"] for receipt in manifest["receipts"])


def test_it_sends_no_more_than_it_may_whatever_the_number_of_days(home, run, strict):
    _, sent = run
    by_kind = Counter((job["step"], job["what"]) for job in home.runs[0].manifest["jobs"])
    assert len(sent.jobs) <= MOST_JOBS, by_kind
    assert sent.metadata_calls <= MOST_CALLS, strict.calls
    assert sent.most_reads() <= MOST_READS
    assert sent.most_reads_of_a_statement() <= MOST_READS


def test_a_run_with_nothing_to_do_sends_next_to_nothing(home, ended, strict):
    strict.sent()
    again = home.run(*STEPS, *WORDS)
    assert again.code == 0, again.out + again.err
    assert set(home.runs[-1].statuses.values()) <= {"unchanged", "done"}
    assert "unchanged" in home.runs[-1].statuses.values()
    sent = strict.sent()
    assert len(sent.jobs) <= 20
    assert sent.metadata_calls <= 60


def test_every_value_is_the_embedded_warehouses(warehouse, published_season):
    for output in (output for output in tables.outputs() if str(tables.gate_of(output.layer)) in GATES):
        told = [name for name in output.table.column_names if name not in HOW_IT_CAME]
        mine = f"processor_name = '{output.processor}'" if output.processor else "TRUE"
        query = f"SELECT {', '.join(told)} FROM {output.table.name} WHERE {mine} AND {output.table.date} <= @until"
        here, there = (
            comparable(of.query(query, {"until": date.fromisoformat(END)}), output.table.key)
            for of in (published_season.warehouse, warehouse)
        )
        assert there == here, output.name
        assert here or output.processor, output.name  # a stage may have no failures, a table has rows


def comparable(rows: pd.DataFrame, key: tuple[str, ...]) -> list[str]:
    """Each row as a text, in the order of the key."""
    return [repr([_plain(value) for value in row]) for row in rows.sort_values(list(key)).itertuples(index=False)]


def _plain(value: object) -> object:
    if hasattr(value, "tolist") and getattr(value, "shape", ()):
        return [_plain(item) for item in value.tolist()]
    return None if pd.isna(value) else float(value) + 0.0 if isinstance(value, int | float) else str(value)


whole_only = pytest.mark.skipif(not IS_WHOLE, reason="takes the emulators a minute: set WHOLE_SEASON=1")


@whole_only
def test_second_run_asks_for_nothing_but_the_schedule(home, ended):
    again = home.run("--full", "--from", "10", "--to", "10", *WORDS)
    assert again.code == 0, again.out + again.err
    assert "box scores 0 dates fetched" in home.runs[-1].shown("10_fetch_raw")


@whole_only
def test_plan_tells_the_cost_at_the_most_and_finds_nothing_to_do(home, run, strict):
    strict.sent()
    plan = home.run("plan", *WORDS)
    assert plan.code == 0, plan.err
    assert strict.sent().metadata_calls <= 60
    assert "Every table's every date is published, audited and up to date." in plan.out
    most = re.search(r"at most ([\d.]+) GiB billed in", plan.out)
    assert float(most[1]) * 2**30 >= run[1].least_billed()
    assert "a TiB" in plan.out


def test_what_a_run_published_can_be_taken_back(home, ended, warehouse):
    run_id = home.runs[0].manifest["run_id"]
    undone = home.run("undo", run_id, *WORDS)
    assert undone.code == 0, undone.out + undone.err
    assert f"Undone: {run_id}" in undone.out
    assert all(not warehouse.fingerprints(output) for output in tables.outputs())
