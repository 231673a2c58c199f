"""How long the demo takes and where its time goes; not a test. `make bench`, on an otherwise idle machine."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def timed(home: str, *words: str) -> tuple[float, dict]:
    """Seconds of one run of run_backfill.py, and the manifest it left."""
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "run_backfill.py"), *words]
    subprocess.run(command, check=True, env=os.environ | {"BACKFILL_HOME": home}, capture_output=True)
    newest = max((Path(home) / "runs").glob("*_*/manifest.json"))
    return time.monotonic() - started, json.loads(newest.read_text(encoding="utf-8"))


def correct(home: str, game_date: str) -> None:
    """Store a newer object of a date in which a player has one more steal, as a source that corrects itself would."""
    folder = Path(home) / "bucket" / "ball-dont-lie" / "boxscores" / game_date
    newest = max(folder.iterdir())
    body = json.loads(newest.read_text(encoding="utf-8"))
    body["boxScores"][0]["home_team"]["players"][0]["stl"] += 1
    (folder / f"{newest.stem[:8]}_235959.json").write_text(json.dumps(body), encoding="utf-8")


def main() -> None:
    """Print the demo's time from nothing, again over the same window, for the last week of it, and for a date repaired."""
    with tempfile.TemporaryDirectory() as home:
        whole, manifest = timed(home)
        print(f"{'the demo, from nothing':<34} {whole:6.1f} s")
        for kind, seconds in manifest["spent"].items():
            print(f"  {kind:<32} {seconds:6.1f} s")
        again, _ = timed(home)
        print(f"{'again, nothing to change':<34} {again:6.1f} s   {again / whole:.0%} of the first")
        week, _ = timed(home, "--start-date", "2025-12-10")
        print(f"{'its last week alone':<34} {week:6.1f} s   {week / whole:.0%}")
        correct(home, "2025-11-01")
        repaired, after = timed(home, "repair", "--date", "2025-11-01")
        print(f"{'one corrected date, repaired':<34} {repaired:6.1f} s   {repaired / whole:.0%}")
        for kind in ("SQL", "publishing"):
            print(f"  {kind:<32} {after['spent'][kind]:6.1f} s   {after['spent'][kind] / manifest['spent'][kind]:.0%}")


if __name__ == "__main__":
    main()
