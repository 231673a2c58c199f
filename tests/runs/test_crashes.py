"""kill -9 at any moment of a run, and again while it resumes; `python tests/crashes.py --moments 500` asks it longer."""

import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = "import crashes; print(crashes.main({moments}, seed={seed}, steps=crashes.FEW_STEPS))"


@pytest.mark.parametrize("seed", [1])
def test_runs_killed_at_random_moments_lose_nothing_publish_nothing_half_and_leave_a_whole_trail(seed):
    """Six runs are killed, and each again while it resumes: twelve moments."""
    asked = [sys.executable, "-c", DRIVER.format(moments=6, seed=seed)]
    told = subprocess.run(asked, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=600, check=False)
    assert (told.stdout, told.returncode) == ("[]\n", 0), told.stderr
