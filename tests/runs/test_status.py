"""The monitor's line about the newest run."""

import json
from datetime import UTC, datetime

from nbhelpers.runs import Latest, latest_run

AT = datetime(2025, 12, 17, tzinfo=UTC)


def test_a_run_tells_which_notebook_it_is_at_and_when_nothing_has_moved():
    assert str(Latest("r", "running", "22_build_team_offense", 3)) == "run r: running, at 22_build_team_offense"
    assert str(Latest("r", "running", "", 12)) == "run r: running; nothing has moved for 12 minutes"
    assert str(Latest("r", "done", "", 12)) == "run r: done"


def test_the_newest_run_counts_and_one_that_nobody_is_running_is_not_called_so(tmp_path):
    assert latest_run(tmp_path / "none", AT) is None
    for name, status in (("20251216T000000Z_a", "done"), ("20251217T000000Z_b", "running")):
        (tmp_path / name).mkdir()
        told = {"run_id": name, "status": status, "notebooks": [{"name": "30_build_team_zones", "status": status}]}
        (tmp_path / name / "manifest.json").write_text(json.dumps(told))
    found = latest_run(tmp_path, AT)
    assert (found.run_id, found.step) == ("20251217T000000Z_b", "30_build_team_zones")
    assert found.status.startswith("broken off without a word")
