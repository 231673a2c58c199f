"""A simulated season for the demo, in the very shapes of BallDontLie and the NBA's CDN, served on loopback.

`write` makes the response bodies, `serving` answers with them like the two APIs, and `write_bucket` lays out the object
store that the backfill plan found. Real teams; everything else is invented, the same for the same seed.
"""

import json
import math
import os
import re
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nbhelpers.errors import BadInput
from nbhelpers.simulation import official, responses
from nbhelpers.simulation.calendar import SEASON
from nbhelpers.simulation.games import season_games

DISCLAIMER = "SIMULATED season: real teams, invented players and results"
SCHEDULE = "static/json/staticData/scheduleLeagueV2.json"
BOX_SCORES = "v1/box_scores"
PLAY_BY_PLAY = "static/json/liveData/playbyplay"
OFFICIAL = "static/json/liveData/boxscore"
SCHEDULE_STAMP = "20251217_120000"  # the morning after the Cup final
REFERER = "nba.com"  # since May 2026 the CDN refuses whoever does not come from the NBA's own site
REFUSED = b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD></HTML>"
FORBIDDEN = (
    b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
)


def write(folder: Path, seed: int = 2025, rounds: int = 1) -> None:
    """Writes every response body as a file under `folder`, at the APIs' own paths, over an earlier simulation there.

    Of a season of eight weeks, or of as many times eight (`rounds`, up to three).

    The folder appears whole or not at all: it is made beside itself, as `<name>.partial`, and renamed at the end.
    """
    if folder.exists() and not (folder / SCHEDULE).is_file() and any(folder.iterdir()):
        raise BadInput(
            f"{folder} holds files that are not a simulated season.",
            "writing the simulation replaces the whole folder",
            "choose another folder, or empty this one.",
        )
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in (SCHEDULE, f"{BOX_SCORES}/x", f"{PLAY_BY_PLAY}/x", f"{OFFICIAL}/x"):
        (partial / part).parent.mkdir(parents=True)
    for path, body in _responses(seed, rounds):
        (partial / path).write_bytes(_compact(body))
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(partial, folder)


@contextmanager
def serving(folder: Path, requests_per_minute: int = 600, clock: Callable[[], float] = time.monotonic) -> Iterator[str]:
    """Answers from the files of `write` like the two APIs while the block runs; gives the base URL for both.

    Box scores need an Authorization header and count against `requests_per_minute` by `clock` (seconds); past it: 429.
    """
    _require_written(folder)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.folder, server.limit, server.clock = folder, requests_per_minute, clock
        server.asked, server.lock = deque(), threading.Lock()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def write_bucket(folder: Path, bucket: Path, start: date, end: date, with_official: bool = False) -> int:
    """Lays out from the files of `write` what the plan's object store held for `start` to `end`; returns how many.

    It held no official box scores; `with_official` adds them, as a later fetch does.
    """
    _require_written(folder)
    schedule = (folder / SCHEDULE).read_bytes()
    objects = {f"nba-com/schedule/{SEASON.name}/{SCHEDULE_STAMP}.json": schedule}
    for day in json.loads(schedule)["leagueSchedule"]["gameDates"]:
        game_date = date.fromisoformat(day["games"][0]["gameDateEst"][:10])
        if start <= game_date <= end:
            morning = f"{game_date + timedelta(1):%Y%m%d}"
            objects[f"ball-dont-lie/boxscores/{game_date}/{morning}_110500.json"] = _envelope(folder, game_date)
            for nba_game_id in (game["gameId"] for game in day["games"]):
                for kind, path in _of_game(nba_game_id).items():
                    if (folder / path).is_file() and (with_official or kind != "boxscores"):
                        objects[f"nba-com/{kind}/{game_date}/game_{nba_game_id}/{morning}_111000.json"] = (folder / path).read_bytes()
    for key, body in objects.items():
        (bucket / key).parent.mkdir(parents=True, exist_ok=True)
        (bucket / key).write_bytes(body)
    return len(objects)


def _of_game(nba_game_id: str) -> dict[str, str]:
    """Where the CDN has a game's files, by the folder of the object store that they go to."""
    return {
        "play-by-play": f"{PLAY_BY_PLAY}/playbyplay_{nba_game_id}.json",
        "boxscores": f"{OFFICIAL}/boxscore_{nba_game_id}.json",
    }


def _require_written(folder: Path) -> None:
    if not (folder / SCHEDULE).is_file():
        raise BadInput(
            f"{folder} holds no simulated season.",
            "there is nothing to answer with",
            "write one: simulation.write(folder).",
        )


def _envelope(folder: Path, game_date: date) -> bytes:
    """A day's box scores as the bucket keeps them: BallDontLie's games inside a note of when they were fetched."""
    games = json.loads((folder / BOX_SCORES / f"{game_date}.json").read_bytes())["data"]
    fetched = f"{game_date + timedelta(1)}T11:05:00+00:00"
    return _compact({"date": str(game_date), "timestamp": fetched, "rowCount": len(games), "boxScores": games})


def _compact(body: dict) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _responses(seed: int, rounds: int) -> Iterator[tuple[str, dict]]:
    """Every response: its path and its body."""
    fixtures, games = season_games(seed, rounds)
    yield SCHEDULE, responses.schedule(fixtures, {game.fixture.nba_game_id: game for game in games})
    for n in range((games[-1].fixture.day - SEASON.opening_night).days + 1):
        day = SEASON.opening_night + timedelta(n)
        yield (
            f"{BOX_SCORES}/{day}.json",
            {"data": [responses.box_score(game) for game in games if game.fixture.day == day]},
        )
    for game in games:
        paths = _of_game(game.fixture.nba_game_id)
        yield paths["boxscores"], official.box_score(game)
        if game.fixture.is_official:
            yield paths["play-by-play"], responses.play_by_play(game)


_STATIC = re.compile(rf"({PLAY_BY_PLAY}/playbyplay|{OFFICIAL}/boxscore)_\d{{10}}\.json", re.ASCII)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    folder: Path
    limit: int  # requests a minute
    clock: Callable[[], float]
    asked: deque[float]  # when, of the last minute's requests
    lock: threading.Lock

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a client that hung up; anything else is a bug and shows itself."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    disable_nagle_algorithm = True  # header and body go out apart; with it on, each answer would wait 40 ms

    def log_message(self, *_: object) -> None:
        """Says nothing: the pipeline's own log tells what was asked."""

    def do_GET(self) -> None:
        url, folder = urlsplit(self.path), self.server.folder
        path = url.path.lstrip("/")
        if path == BOX_SCORES:
            self._box_scores(parse_qs(url.query).get("date", [""])[-1])
        elif path.startswith("static/") and REFERER not in (self.headers.get("Referer") or ""):
            self._reply(403, REFUSED, {"Content-Type": "text/html"})
        elif path == SCHEDULE or (_STATIC.fullmatch(path) and (folder / path).is_file()):
            self._reply(200, (folder / path).read_bytes())
        elif path.startswith((PLAY_BY_PLAY, OFFICIAL)):
            self._reply(403, FORBIDDEN, {"Content-Type": "application/xml"})
        else:
            self._reply(404, b'{"error":"Not found"}')

    def _box_scores(self, day: str) -> None:  # noqa: RET503 (a reply returns nothing)
        if not (self.headers.get("Authorization") or "").strip():
            return self._reply(401, b'{"error":"Unauthorized"}')
        remaining, wait = self._count()
        limits = {"x-ratelimit-limit": str(self.server.limit), "x-ratelimit-remaining": str(remaining)}
        if wait:
            return self._reply(429, b'{"error":"Too many requests"}', limits | {"Retry-After": str(wait)})
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            return self._reply(400, b'{"error":"date must be YYYY-MM-DD"}', limits)
        found = self.server.folder / BOX_SCORES / f"{day}.json"
        self._reply(200, found.read_bytes() if found.is_file() else b'{"data":[]}', limits)

    def _count(self) -> tuple[int, int]:
        """Requests left in this minute after this one, and the seconds to wait if it was one too many (else 0)."""
        server = self.server
        with server.lock:
            now, asked = server.clock(), server.asked
            while asked and now - asked[0] >= 60:
                asked.popleft()
            if len(asked) >= server.limit:
                return 0, math.ceil(60 - (now - asked[0]))
            asked.append(now)
            return server.limit - len(asked), 0

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
