"""Settings: a flag, else the environment, else the profile; and no secret among them."""

import dataclasses

import pytest

from nbhelpers import settings
from nbhelpers.errors import BadInput
from nbhelpers.settings import ROOT


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing of the machine's own environment."""
    for variable in (*settings.ENVIRONMENT.values(), settings.KEY_VARIABLE):
        monkeypatch.delenv(variable, raising=False)


def test_without_a_word_everything_is_the_demos():
    found = settings.load()
    assert (found.profile, found.is_simulated, found.bdl_rate) == ("demo", True, None)
    assert (found.home, found.bucket, found.warehouse, found.runs) == (
        ROOT / "demo", ROOT / "demo" / "bucket", ROOT / "demo" / "season.duckdb", ROOT / "demo" / "runs",
    )  # fmt: skip
    assert (found.bdl_base_url, found.cdn_base_url) == ("", "")


def test_the_local_profile_asks_the_real_sources():
    found = settings.load(profile="local")
    assert (found.bdl_base_url, found.cdn_base_url) == ("https://api.balldontlie.io", "https://cdn.nba.com")
    assert (found.is_simulated, found.warehouse) == (False, ROOT / "season.duckdb")


def test_a_flag_outranks_the_environment_and_the_environment_the_profile(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKFILL_PROFILE", "local")
    monkeypatch.setenv("BACKFILL_BUCKET", str(tmp_path / "of the environment"))
    monkeypatch.setenv("BACKFILL_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("BDL_RATE", "60")
    monkeypatch.setenv("NBA_CDN_BASE_URL", "http://127.0.0.1:8000")
    found = settings.load(bucket=str(tmp_path / "of the flag"), bdl_rate=600)
    assert (found.profile, found.bdl_rate, found.cdn_base_url) == ("local", 600, "http://127.0.0.1:8000")
    assert (found.bucket, found.runs) == (tmp_path / "of the flag", tmp_path / "runs")


def test_what_is_given_empty_is_not_given(monkeypatch, tmp_path):
    monkeypatch.setenv("BACKFILL_RUNS", str(tmp_path))
    found = settings.load(profile="", bucket="", warehouse=None, runs="", bdl_rate=0)
    assert (found.profile, found.runs, found.bdl_rate) == ("demo", tmp_path, None)


def test_another_home_moves_all_that_stands_in_it(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILL_HOME", str(tmp_path))
    found = settings.load(runs=str(tmp_path / "elsewhere"))
    assert (found.bucket, found.warehouse, found.runs) == (
        tmp_path / "bucket", tmp_path / "season.duckdb", tmp_path / "elsewhere",
    )  # fmt: skip


def test_a_path_without_a_root_is_in_the_project_wherever_the_notebook_runs(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.load(warehouse="data/season.duckdb").warehouse == ROOT / "data" / "season.duckdb"
    assert settings.load(runs="~/runs").runs == tmp_path / "runs"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"profile": "cloud"}, "profile 'cloud' is not known; known are demo, local, gcp"),
        ({"bucket": "gs://season"}, "bucket 'gs://season' is on Google Cloud Storage"),
        ({"profile": "gcp", "location": "US", "bucket": "gs://bucket"}, "profile gcp without a project"),
        ({"profile": "gcp", "project": "p", "bucket": "gs://bucket"}, "profile gcp without a location"),
        ({"profile": "gcp", "project": "p", "location": "US"}, "bucket '' is not on Google Cloud Storage"),
        ({"profile": "gcp", "project": "p", "location": "US", "bucket": "gs://bucket", "dataset_prefix": "1-"}, "dataset_prefix '1-' cannot"),
        ({"profile": "gcp", "project": "p", "location": "US", "bucket": "gs://bucket", "max_bytes": "much"}, "max_bytes 'much' is not a number"),
        ({"profile": "gcp", "project": "p", "location": "US", "bucket": "gs://bucket", "max_bytes": "10485759"}, "is less than BigQuery bills for any query"),
        ({"profile": "local", "bucket": "gs://no"}, "bucket 'gs://no' is not a bucket's address"),
        ({"bdl_rate": "fast"}, "bdl_rate 'fast' is not a number of requests a minute"),
        ({"bdl_rate": -1}, "bdl_rate -1 is not"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_and_quoted(given, said):
    with pytest.raises(BadInput) as refused:
        settings.load(**given)
    assert said in str(refused.value)


def test_who_pays_and_how_jobs_are_labelled_is_set_apart_from_where_the_tables_are():
    given = {"profile": "gcp", "project": "p", "location": "US", "bucket": "gs://bucket"}
    found = settings.load(**given, billing_project="q", labels="team=data,purpose=back-fill", max_cost="2.5", price="5")
    assert (found.project, found.billing_project, found.max_run_bytes) == ("p", "q", 2**39)
    assert found.recorded()["labels"] == "team=data,purpose=back-fill"
    assert settings.load(**given).max_run_bytes is None
    for name, value in {"labels": "Team=data", "max_cost": "free", "price": "0"}.items():
        with pytest.raises(BadInput, match=f"{name} "):
            settings.load(**given, **{name: value})


def test_the_gcp_profile_has_its_tables_in_bigquery_and_its_objects_in_a_bucket(monkeypatch):
    monkeypatch.setenv("BACKFILL_LOCATION", "europe-west1")
    found = settings.load(profile="gcp", project="p", bucket="gs://season/", dataset_prefix="try_", max_bytes="10485760")
    assert (found.bucket, found.project, found.location, found.dataset_prefix) == ("gs://season", "p", "europe-west1", "try_")
    assert found.recorded() == {
        "bucket": "gs://season", "project": "p", "location": "europe-west1", "dataset_prefix": "try_", "max_bytes": "10485760",
        "bdl_base_url": "https://api.balldontlie.io", "cdn_base_url": "https://cdn.nba.com", "bdl_rate": "None", "lines": "nba",
    }  # fmt: skip
    assert "warehouse" in settings.load(profile="local").recorded()


def test_balldontlies_lines_count_where_there_is_a_key_as_in_the_plan_and_else_the_nbas(monkeypatch):
    assert settings.load(profile="local").lines == "nba"
    assert settings.load().lines == "bdl"  # the demo's sources need no real key
    monkeypatch.setenv("BALLDONTLIE_API_KEY", "a-secret")
    assert [settings.load(profile="local", lines=lines).lines for lines in (None, "bdl", "nba")] == ["bdl", "bdl", "nba"]
    monkeypatch.setenv("BACKFILL_LINES", "nba")
    assert settings.load(profile="local").recorded()["lines"] == "nba"
    with pytest.raises(BadInput, match="lines 'espn' is neither of bdl and nba"):
        settings.load(lines="espn")


def test_a_path_in_whose_place_something_else_stands_is_refused_before_anything_is_written(tmp_path):
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("")
    folder.mkdir()
    for given, said in [
        ({"warehouse": str(folder)}, "it is a folder, not a file"),
        ({"bucket": str(file)}, "it is a file, not a folder"),
        ({"runs": str(file / "runs")}, f"{file} is a file, not a folder"),
    ]:
        with pytest.raises(BadInput) as refused:
            settings.load(**given)
        assert said in str(refused.value)


def test_the_key_comes_from_the_environment_alone_and_is_no_setting(monkeypatch):
    assert settings.api_key() is None
    monkeypatch.setenv("BALLDONTLIE_API_KEY", "a-secret")
    assert settings.api_key() == "a-secret"
    found = settings.load(profile="local")
    assert "a-secret" not in repr(found)
    assert not [field.name for field in dataclasses.fields(found) if "key" in field.name]


@pytest.mark.parametrize("url", ["https://key-4711@proxy.example", "https://proxy.example/v1?key=key-4711", "https://proxy.example/#key-4711"])
@pytest.mark.parametrize("name", ["bdl_base_url", "cdn_base_url"])
def test_an_address_with_a_key_in_it_is_refused_and_not_repeated(name, url):
    with pytest.raises(BadInput, match="holds more than an address") as refused:
        settings.load(profile="local", **{name: url})
    assert "4711" not in str(refused.value)
