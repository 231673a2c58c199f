"""The notebooks as an analyst opens them: from their own parameters, in order, in the demo, under nbval."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_notebook_runs_under_nbval_in_order(tmp_path):
    notebooks = sorted(map(str, (ROOT / "notebooks").glob("*.ipynb")))
    # -x, because nbval runs the cells after a failed one all the same, writes included.
    command = [sys.executable, "-m", "pytest", "-x", "--nbval-lax", "-n", "0", "-p", "no:cacheprovider", *notebooks]
    environment = os.environ | {"BACKFILL_HOME": str(tmp_path), "BACKFILL_PROFILE": "demo"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert (tmp_path / "season.duckdb").exists()
