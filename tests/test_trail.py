"""The audit trail: a byte that is changed after a run shows."""

import json

import pytest

from nbhelpers import trail


@pytest.fixture
def runs(tmp_path):
    """Two finished runs of one notebook each, chained."""
    for run_id in ("20251217T100000Z_aaaaaa", "20251217T110000Z_bbbbbb"):
        folder = tmp_path / run_id
        folder.mkdir()
        (folder / "19_gate_raw.ipynb").write_text("{}", encoding="utf-8")
        (folder / "journal.jsonl").write_text("{}\n", encoding="utf-8")
        manifest = {
            "previous_manifest_sha256": trail.newest_link(tmp_path),
            "journal_sha256": trail.digest(folder / "journal.jsonl"),
            "notebooks": [
                {"file": "19_gate_raw.ipynb", "sha256": trail.digest(folder / "19_gate_raw.ipynb")},
                {"file": "20_build_player_summary.ipynb", "sha256": None},
            ],
        }
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        trail.add_link(tmp_path, run_id)
    return tmp_path


FIRST, SECOND = "20251217T100000Z_aaaaaa", "20251217T110000Z_bbbbbb"


def test_an_untouched_trail_has_no_problem(runs):
    assert (trail.problems(runs), trail.runs_checked(runs)) == ([], 2)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("19_gate_raw.ipynb", "19_gate_raw.ipynb has changed since it ran"),
        ("journal.jsonl", "journal.jsonl has changed since the run ended"),
        ("manifest.json", "manifest.json has changed since the run ended"),
    ],
)
def test_one_changed_byte_is_found(runs, name, says):
    path = runs / FIRST / name
    path.write_bytes(path.read_bytes() + b" ")
    assert trail.problems(runs) == [f"{FIRST}: {says}"]


def test_a_missing_notebook_and_a_missing_run_are_found(runs):
    (runs / SECOND / "19_gate_raw.ipynb").unlink()
    (runs / FIRST / "manifest.json").unlink()
    assert trail.problems(runs) == [f"{FIRST}: its manifest is missing", f"{SECOND}: 19_gate_raw.ipynb is missing"]


def test_a_run_taken_out_of_the_chain_is_found(runs):
    chain = runs / trail.CHAIN
    chain.write_text(chain.read_text(encoding="utf-8").splitlines()[1] + "\n", encoding="utf-8")
    assert trail.problems(runs) == [
        f"{SECOND}: it does not follow the run before it in the chain",
        f"{FIRST}: it never ended (killed, or still running)",
    ]


def test_a_run_that_never_ended_is_told(runs):
    (runs / "20251217T120000Z_cccccc").mkdir()
    (runs / "20251217T120000Z_cccccc" / "manifest.json").write_text("{}", encoding="utf-8")
    assert trail.problems(runs) == ["20251217T120000Z_cccccc: it never ended (killed, or still running)"]
