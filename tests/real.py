"""The real season beside the repository, where it is: its object store and its servers, healthy or with faults."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

LEAGUE = Path(__file__).resolve().parents[2] / "shared" / "real_season" / "league.py"
needs_real_season = pytest.mark.skipif(
    not LEAGUE.exists(), reason="the real season (../shared/real_season) is not beside the repository"
)
SCHEDULE = "/static/json/staticData/scheduleLeagueV2.json"
BOX_SCORES = "/v1/box_scores?date="
OFFICIAL_BOX_SCORE = "/static/json/liveData/boxscore/boxscore_"
PLAY_BY_PLAY = "/static/json/liveData/playbyplay/playbyplay_"
ONE_OF_EACH = (SCHEDULE, f"{BOX_SCORES}2025-10-21", f"{PLAY_BY_PLAY}0022500001.json")


def write_bucket(folder: Path, *words: str) -> None:
    """The object store as the plan found it, Nov 13 to Dec 15, unless words such as `--end 2025-12-16` say more."""
    subprocess.run([sys.executable, str(LEAGUE), "bucket", str(folder), *words], check=True, capture_output=True)


@dataclass(frozen=True)
class Server:
    """Both APIs at one address, and what they have been asked."""

    address: str
    log: Path

    def asked(self) -> Counter:
        """How often each path was asked for; requests of the same moment may share a line of the log."""
        return Counter(re.findall(r'"GET (\S+) HTTP', self.log.read_text(encoding="utf-8")))


@contextmanager
def serving(folder: Path, *faults: str) -> Iterator[Server]:
    """Answer like the public APIs, with faults such as `missing=2025-10-22`, while the block runs; log in `folder`."""
    words = [word for fault in faults for word in ("--fault", fault)]
    log = folder / "requests.log"
    with log.open("a") as file, subprocess.Popen(
        [sys.executable, str(LEAGUE), "serve", *words], stdout=subprocess.PIPE, stderr=file, text=True
    ) as process:
        try:
            server = Server(process.stdout.readline().split()[-1], log)
            _warm(server, [path for path in ONE_OF_EACH if not (path.startswith(BOX_SCORES) and "bdldown" in faults)])
            yield server
        finally:
            process.kill()


def _warm(server: Server, paths: list[str]) -> None:
    """Ask for one thing of each kind: the server reads its data at the first request, and cannot in two threads."""
    for path in paths:
        while not _is_answered(server.address + path):
            pass
    server.log.write_text("")


def _is_answered(url: str) -> bool:
    """Whether it was, or one of the faults came in between."""
    try:
        headers = {"Authorization": "a key", "Referer": "https://www.nba.com/"}
        answer = requests.get(url, headers=headers, timeout=60)
    except requests.RequestException:
        return False
    return answer.ok and answer.headers["Content-Type"] == "application/json"
