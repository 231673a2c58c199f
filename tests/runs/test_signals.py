"""A signal that comes before there is a run to interrupt ends in words, too, and in its exit code."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from runs import stopped_after, wait_until

from nbhelpers.settings import ROOT

pytestmark = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process is doing is read from /proc")

MOMENTS: dict[str, Callable[[Path], bool]] = {
    "it starts once more, bare": lambda proc: b"\0-S\0" in (proc / "cmdline").read_bytes(),
    "it has begun to import": lambda proc: "/lib-dynload/" in (proc / "maps").read_text(),
    "it imports what is heavy": lambda proc: "/pandas/" in (proc / "maps").read_text(),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_before_the_run_begins_ends_in_words(tmp_path, number, code, moment):
    command = [sys.executable, ROOT / "run_backfill.py", "--from", "20", "--runs", str(tmp_path / "runs")]
    around = os.environ | {"BACKFILL_HOME": str(tmp_path), "BACKFILL_PROFILE": "local"}
    with stopped_after(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=around)) as process:
        wait_until(lambda: process.poll() is not None or MOMENTS[moment](Path(f"/proc/{process.pid}")))
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "nterrupted" in out + err
    assert "Traceback" not in out + err
